//go:build runtimes

package runtimes

import (
	"testing"

	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/testenv/familytest"
)

// processBed is a process that nobody runs.
func processBed(t *testing.T) (faulttest.Bed, string) {
	t.Helper()
	bed, file := bedOf(t, "lone")
	bed.Changed = familytest.ProcessChanged("/usr/local/bin/lone 1000000000")
	bed.Disturb = familytest.DisturbProcess("/usr/local/bin/lone 999999999")
	return bed, file
}

func TestEveryKindOnAProcessOnARealNode(t *testing.T) {
	familytest.EveryKind(t, on(processBed), familytest.ProcessKinds(), familytest.ServiceFault)
}
