package familytest

import (
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
)

// EngineKilled kills an engine that holds a fault, for each of these kinds, and one in
// each of the other phases of some of them, which faulttest.Few draws.
// faultOf gives a fault of a kind, bedOf what it strikes and the path of that
// cloud's inventory; it may call Parallel.
func EngineKilled(t *testing.T, kinds []string, faultOf func(kind string) (faults.Fault, bool), bedOf func(t *testing.T, kind string) (faulttest.Bed, string)) {
	t.Helper()
	var held, others []string
	for _, kind := range kinds {
		fault, ok := faultOf(kind)
		require.True(t, ok)
		held = append(held, kind+"/"+faulttest.Held)
		for _, phase := range faulttest.Phases(fault) {
			others = append(others, kind+"/"+phase)
		}
	}
	for _, name := range append(held, faulttest.Few(t, others)...) {
		kind, phase, _ := strings.Cut(name, "/")
		t.Run(name, func(t *testing.T) {
			bed, file := bedOf(t, kind)
			fault, ok := faultOf(kind)
			require.True(t, ok)
			if phase == faulttest.Held {
				faulttest.Killed(t, bed, start, file, kind, fault)
				return
			}
			faulttest.KilledIn(t, bed, start, file, kind, phase, fault)
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
