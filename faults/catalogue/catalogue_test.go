package catalogue_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/catalogue"
	"github.com/openstack-eris/eris/faults/faulttest"
)

func TestEveryFamilyRunsTheSharedSuite(t *testing.T) {
	var kinds document.Kinds[faults.Fault]
	catalogue.Fill(&kinds)
	require.NotEmpty(t, kinds.Names())
	for _, name := range kinds.Names() {
		kind, _ := kinds.Lookup(name)
		family := faulttest.FamilyOf(kind.New())
		for _, file := range []string{"sim_test.go", "lab_test.go"} {
			text, err := os.ReadFile(filepath.Join("..", family, file))
			if errors.Is(err, fs.ErrNotExist) && file == "lab_test.go" { // only a whole OpenStack has what it strikes
				file = "full_test.go"
				text, err = os.ReadFile(filepath.Join("..", family, file))
			}
			require.NoError(t, err, "%s has no tests there", name)
			for _, suite := range []string{"faulttest.Family(", "faulttest.Kinds(", "familytest.EngineKilled(", `"` + family + `")`} {
				require.Contains(t, string(text), suite, "%s of %s", file, name)
			}
		}
	}
}
