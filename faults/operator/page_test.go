package operator_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The page shows the scripts that the tests of this family run.
func TestThePageShowsWhatIsTested(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(pages, "own-scripts.md"))
	require.NoError(t, err)
	shown := regexp.MustCompile("(?ms)^```sh\n(.*?)^```").FindAllStringSubmatch(string(page), -1)
	var steps []string
	for _, block := range shown {
		step, _, _ := strings.Cut(strings.TrimPrefix(block[1], "#!/bin/sh\n# "), " ")
		step = strings.TrimSuffix(step, ":")
		steps = append(steps, step)
		file, err := os.ReadFile(filepath.Join(pages, example, step))
		require.NoError(t, err)
		require.Equal(t, string(file), block[1], step)
	}
	require.Equal(t, []string{"inject", "undo", "observe", "verify"}, steps)
}

// The page has a row for every step and for all that a script is given.
func TestThePageNamesEveryStepAndVariable(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(pages, "own-scripts.md"))
	require.NoError(t, err)
	for _, step := range []string{"preflight", "fingerprint", "prepare", "inject", "observe", "undo", "verify"} {
		require.Contains(t, string(page), "\n| `"+step+"` | ")
	}
	begin, err := os.ReadFile("begin.sh")
	require.NoError(t, err)
	for _, variable := range regexp.MustCompile(`ERIS_[A-Z]+=`).FindAllString(string(begin), -1) {
		require.Regexp(t, "(?m)^\\| `ERIS_.*`"+strings.TrimSuffix(variable, "=")+"`|^\\| `"+strings.TrimSuffix(variable, "=")+"`", string(page), variable)
	}
}
