package executable_test

import (
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/executable"
)

// Programs that are written while others are started can be started themselves.
func TestWhatIsWrittenCanBeStarted(t *testing.T) {
	dir := t.TempDir()
	for i := range 8 {
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			t.Parallel()
			for n := range 20 {
				path := filepath.Join(dir, strconv.Itoa(100*i+n))
				executable.Write(t, path, "#!/bin/sh\nexit 7\n")
				var exit *exec.ExitError
				require.ErrorAs(t, exec.CommandContext(t.Context(), path).Run(), &exit)
				require.Equal(t, 7, exit.ExitCode())
			}
		})
	}
}
