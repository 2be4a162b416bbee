package faulttest

import (
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/script"
)

// Pure asserts of each of a family's kinds what needs no node: its steps keep to
// the subset of sh; the same target gives the same bytes; and what differs from
// one node to another is data, in the arguments and in the probe that the
// inventory writes. targets makes two that a kind can strike, on two nodes.
func Pure(t *testing.T, family string, faultOf func(kind string) (faults.Fault, bool), targets func(kind string) (one, elsewhere faults.Target)) {
	t.Helper()
	for _, kind := range Kinds(t, family) {
		fault, ok := faultOf(kind)
		require.True(t, ok)
		made := func() (one, elsewhere faults.Scripts) {
			here, there := targets(kind)
			one, err := fault.Scripts(here)
			require.NoError(t, err, kind)
			elsewhere, err = fault.Scripts(there)
			require.NoError(t, err, kind)
			return one, elsewhere
		}
		one, elsewhere := made()
		for step, text := range map[string]string{
			"preflight": one.Preflight, "fingerprint": one.Fingerprint, "inject": one.Inject,
			"observe": one.Observe, "undo": one.Undo, "healthy": one.Healthy,
		} {
			require.NotEmpty(t, text, "%s %s", kind, step)
			require.Empty(t, script.Check(kind+" "+step, text))
		}
		require.Empty(t, script.Check(kind+" prepare", one.Prepare), "which a kind need not have")
		again, _ := made()
		require.Equal(t, one, again, kind)
		one.Args, one.Healthy, elsewhere.Args, elsewhere.Healthy = nil, "", nil, ""
		require.Equal(t, one, elsewhere, "%s: what differs from target to target is data", kind)
	}
}

// Programs asserts that the programs which the units of a family's faults run, so
// many in its folder, keep to the subset of sh too: to a step they are text. Each
// may begin with those files. Each may begin
// with those files.
func Programs(t *testing.T, many int, shared ...string) {
	t.Helper()
	names, err := fs.Glob(os.DirFS("."), "*_program.sh")
	require.NoError(t, err)
	require.Len(t, names, many)
	var before strings.Builder
	before.WriteString(script.Ended())
	for _, name := range shared {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		before.Write(text)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		require.Empty(t, script.Check(name, before.String()+string(text)))
	}
}
