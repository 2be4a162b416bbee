package main

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
)

// A node that is halted and nothing else is not one on which something was left.
func TestDoctorTellsAHaltFromWhatWasLeft(t *testing.T) {
	t.Parallel()
	var said bytes.Buffer
	var exit *exitError
	halted := faults.Diagnosis{Node: "ctl-1", Halt: "customers call"}
	require.ErrorAs(t, sayDiagnosis(&said, []faults.Diagnosis{halted, {Node: "ctl-2"}}), &exit)
	require.Equal(t, "ctl-1: nothing left behind\n  halted: customers call (eris heal ends it)\nctl-2: clean\n", said.String())
	require.Equal(t, exitUnverified, exit.code)
	require.EqualError(t, exit, "nothing is left behind, and no fault can be made where it is halted")

	left := faults.Diagnosis{Node: "ctl-2", Residue: []record.Residue{{What: "fault x", Remedy: "sh guard.sh"}}}
	require.ErrorAs(t, sayDiagnosis(&said, []faults.Diagnosis{halted, left}), &exit)
	require.ErrorContains(t, exit, "something is left behind")
}
