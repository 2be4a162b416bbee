package familytest

import (
	"io"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
)

// EngineKilled kills an engine that holds a fault, for each of these kinds.
// faultOf gives a fault of a kind, bedOf what it strikes and the path of that
// cloud's inventory; it may call Parallel.
func EngineKilled(t *testing.T, kinds []string, faultOf func(kind string) (faults.Fault, bool), bedOf func(t *testing.T, kind string) (faulttest.Bed, string)) {
	t.Helper()
	for _, kind := range kinds {
		t.Run(kind, func(t *testing.T) {
			bed, file := bedOf(t, kind)
			fault, ok := faultOf(kind)
			require.True(t, ok)
			faulttest.Killed(t, bed, start, file, kind, fault)
		})
	}
}

// start runs this test program a second time, with a variable (NAME=VALUE) that
// its TestMain knows it by. It returns what the engine prints, and what kills it.
func start(t *testing.T, env string) (out io.Reader, kill func() error) {
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
