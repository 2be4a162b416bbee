package scenarios_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/scenarios"
)

// TestProblems reads every file of testdata/problems against a cloud of three
// controllers, and compares what is wrong with it to the text beside it. With
// ERIS_GOLDEN=write it writes those texts.
func TestProblems(t *testing.T) {
	files, err := filepath.Glob("testdata/problems/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".yaml"), func(t *testing.T) {
			source, err := os.ReadFile(file)
			require.NoError(t, err)
			spec, err := scenarios.Read(filepath.Base(file), source, scenarios.Options{Catalogue: catalogue(), Cloud: cloud(3, "")})
			require.Nil(t, spec)
			var problems document.Problems
			require.ErrorAs(t, err, &problems)
			golden := strings.TrimSuffix(file, ".yaml") + ".txt"
			if os.Getenv("ERIS_GOLDEN") == "write" {
				require.NoError(t, os.WriteFile(golden, []byte(problems.Error()+"\n"), 0o600))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			require.Equal(t, string(want), problems.Error()+"\n")
		})
	}
}
