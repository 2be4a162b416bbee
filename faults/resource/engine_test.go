package resource_test

import (
	"io"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
)

// startEngine runs this test program as the engine that is to be killed.
func startEngine(t *testing.T, env string) (io.Reader, func() error) {
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
