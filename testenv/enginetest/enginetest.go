// Package enginetest starts a test program a second time as the engine that a
// test is to kill.
package enginetest

import (
	"io"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
)

// Start runs this test program with a variable (NAME=VALUE) that its TestMain
// knows it by. It returns what the engine prints, and what kills it.
func Start(t *testing.T, env string) (out io.Reader, kill func() error) {
	t.Helper()
	engine := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")
	engine.Env = append(os.Environ(), env)
	engine.Stderr = os.Stderr
	out, err := engine.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, engine.Start())
	return out, func() error {
		if err := engine.Process.Kill(); err != nil {
			return err
		}
		require.Error(t, engine.Wait(), "it was killed")
		return nil
	}
}
