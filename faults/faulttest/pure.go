package faulttest

import (
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
		Subset(t, kind, one)
		again, _ := made()
		require.Equal(t, one, again, kind)
		one.Args, one.Healthy, elsewhere.Args, elsewhere.Healthy = nil, "", nil, ""
		require.Equal(t, one, elsewhere, "%s: what differs from target to target is data", kind)
	}
}

// Subset asserts that a kind's steps keep to the subset of sh, and so does a program
// that one of them lays. Only prepare may be empty.
func Subset(t testing.TB, kind string, s faults.Scripts) {
	t.Helper()
	for step, text := range map[string]string{
		"preflight": s.Preflight, "fingerprint": s.Fingerprint, "prepare": s.Prepare, "inject": s.Inject,
		"observe": s.Observe, "undo": s.Undo, "healthy": s.Healthy,
	} {
		require.True(t, text != "" || step == "prepare", "%s %s is empty", kind, step)
		require.Empty(t, script.Check(kind+" "+step, text))
		if program, has := script.ProgramOf(text); has {
			require.NotEmpty(t, program, "%s %s", kind, step)
			require.Empty(t, script.Check(kind+" program of "+step, program))
		}
	}
}
