package faulttest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
)

// Steps are a fault's scripts against a target by the names of their steps, for
// a guest that runs them, and its arguments, a line each, under "args".
func Steps(t testing.TB, fault faults.Fault, at faults.Target) map[string]string {
	t.Helper()
	s, err := fault.Scripts(at)
	require.NoError(t, err)
	return map[string]string{
		"args": strings.Join(s.Args, "\n") + "\n", "preflight": s.Preflight, "fingerprint": s.Fingerprint,
		"prepare": s.Prepare, "inject": s.Inject, "observe": s.Observe, "undo": s.Undo,
	}
}
