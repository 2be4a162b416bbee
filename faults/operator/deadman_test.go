package operator_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults/faulttest"
)

// An undo that fails when the node boots, since what it needs has not started yet, is
// tried again long before a lease has passed.
func TestAnUndoThatFailsAtBootIsTriedAgainSoon(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "")
	scripts := with(nil)
	i := bed.LongRun("run-again", "ann@desk").Struck(t, load(t, map[string]string{
		"undo": "#!/bin/sh\nif [ -e /root/starting ]; then echo not yet; exit 1; fi\n" + strings.TrimPrefix(scripts["undo"], "#!/bin/sh\n"),
	}))
	id := i.Targets()[0].Target.ID
	bed.Shell(t, "touch /root/starting")
	require.NoError(t, bed.Reboot(t.Context()))
	failed := func() int {
		return strings.Count(bed.Shell(t, "cat /run/eris/%s/log", id), " undo-failed boot not yet")
	}
	faulttest.Eventually(t, time.Minute, "it fails twice", func() bool { return failed() >= 2 })
	bed.Shell(t, "rm /root/starting")
	faulttest.Eventually(t, faulttest.LongLease-10*time.Second, "it is undone", func() bool {
		return bed.Shell(t, "ls -A /var/lib/eris | grep -c %s", id) == "0"
	})
	bed.Clean(t)
}
