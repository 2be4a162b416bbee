package faulttest

import (
	"cmp"
	_ "embed"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
)

//go:embed step.sh
var stepping string

// Steps are the files by which a guest's script takes faults, by name, through their
// steps against a target: of each its scripts and, a line each, its arguments in
// /steps/NAME, and /step.sh with the functions for it. A target without an id has the
// name as one.
func Steps(t testing.TB, all map[string]faults.Fault, at faults.Target) map[string]string {
	t.Helper()
	files := map[string]string{"/step.sh": stepping}
	for name, fault := range all {
		target := at
		target.ID = cmp.Or(at.ID, name)
		s, err := fault.Scripts(target)
		require.NoError(t, err)
		for step, text := range map[string]string{
			"args": strings.Join(s.Args, "\n") + "\n", "preflight": s.Preflight, "fingerprint": s.Fingerprint,
			"prepare": s.Prepare, "inject": s.Inject, "observe": s.Observe, "undo": s.Undo,
		} {
			files["/steps/"+name+"/"+step] = text
		}
	}
	return files
}
