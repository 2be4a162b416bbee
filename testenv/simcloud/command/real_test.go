//go:build lab

package command_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestCommandsAreThoseOfDebian runs every script of testdata in the real sh and
// compares with the golden files. With -update it writes them.
func TestCommandsAreThoseOfDebian(t *testing.T) {
	update := flag.Lookup("update") != nil && flag.Lookup("update").Value.String() == "true"
	for file, parts := range scripts(t) {
		var answers strings.Builder
		for _, script := range parts {
			sh := exec.CommandContext(t.Context(), "sh", "-c", script)
			sh.Dir = t.TempDir()
			sh.Env = []string{"PATH=/usr/bin:/bin", "HOME=/root", "LC_ALL=C"}
			var out bytes.Buffer
			sh.Stdout = &out
			err := sh.Run()
			if sh.ProcessState == nil {
				require.NoError(t, err)
			}
			fmt.Fprintf(&answers, "%sexit %d\n--\n", out.String(), sh.ProcessState.ExitCode())
		}
		name := strings.TrimSuffix(file, ".txt") + ".golden"
		if update {
			require.NoError(t, os.WriteFile(name, []byte(answers.String()), 0o644))
		}
		golden, err := os.ReadFile(name)
		require.NoError(t, err)
		require.Equal(t, string(golden), answers.String(), file)
	}
}

var _ = flag.Bool("update", false, "write the golden files")
