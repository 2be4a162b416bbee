package service_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/service"
)

func TestEveryStepKnowsTheControllerAlsoByATimer(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t)
	bed.Shell(t, "mkdir -p /root/told")
	tell := func(step string, text *string) {
		*text = "echo \"$ERIS_CONTROLLER\" >/root/told/" + step + "\n" + *text
	}
	run := bed.NewRun("run-controller", "ann@desk")
	i := run.Struck(t, scripted{&service.Stop{}, func(s *faults.Scripts) {
		for step, text := range map[string]*string{
			"preflight": &s.Preflight, "fingerprint": &s.Fingerprint, "prepare": &s.Prepare,
			"inject": &s.Inject, "observe": &s.Observe, "undo": &s.Undo, "healthy": &s.Healthy,
		} {
			tell(step, text)
		}
	}})
	bed.Shell(t, "rm /root/told/fingerprint /root/told/healthy")
	id := i.Targets()[0].Target.ID
	require.Equal(t, "127.0.0.1", bed.Shell(t, "cat /var/lib/eris/%s/controller", id), "what a reboot leaves")
	faulttest.Eventually(t, run.Lease+15*time.Second, "the lease's timer undoes and verifies", func() bool {
		return bed.Shell(t, "ls -A /run/eris | grep -c %s", id) == "0"
	})
	for _, step := range []string{"preflight", "fingerprint", "prepare", "inject", "observe", "undo", "healthy"} {
		require.Equal(t, "127.0.0.1", bed.Shell(t, "cat /root/told/%s", step), step)
	}
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, "lease", i.Targets()[0].By)
}
