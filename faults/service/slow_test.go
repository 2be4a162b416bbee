package service_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/script"
	"github.com/openstack-eris/eris/faults/service"
	"github.com/openstack-eris/eris/inventory/remote"
)

// slowOnce is a way to a node that takes its time over the first arming.
type slowOnce struct {
	remote.Runner
	by   time.Duration
	once sync.Once
}

func (s *slowOnce) Run(ctx context.Context, node string, cmd remote.Command) remote.Result {
	result := s.Runner.Run(ctx, node, cmd)
	if cmd.Script == script.Arm() {
		s.once.Do(func() { <-time.After(s.by) })
	}
	return result
}

func TestAMachineThatIsSlowToArmGetsALongerLease(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t)
	before := bed.Fingerprint(t, &service.Stop{})
	bed.Runner = &slowOnce{Runner: bed.Runner, by: faulttest.Lease/2 + 100*time.Millisecond}
	run := bed.NewRun("run-slow", "ann@desk")
	i := run.Struck(t, &service.Stop{})
	require.GreaterOrEqual(t, run.Lease, 2*faulttest.Lease)
	require.Equal(t, record.Held, i.State())
	require.NoError(t, i.Hold(t.Context(), faulttest.Lease+time.Second), "it outlives the lease that was too short")
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, before, bed.Fingerprint(t, &service.Stop{}))
	bed.Clean(t)
}

func TestWhatIsRefusedInTimeIsNotTriedAgain(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t)
	bed.Shell(t, "mkdir -p /root/tries")
	run := bed.NewRun("run-refused", "ann@desk")
	run.Lease = faulttest.MaxLease / 2 // time enough also on a slow machine
	said := complaint(t, func(tb testing.TB) {
		tb.Helper()
		run.Armed(tb, scripted{&service.Stop{}, func(s *faults.Scripts) {
			s.Prepare = "touch /root/tries/$(date +%s%N); echo no room; exit 1"
		}})
	})
	require.Contains(t, said, "no room")
	require.Equal(t, "1", bed.Shell(t, "ls /root/tries | wc -l"))
	require.Empty(t, faults.Heal(t.Context(), bed.Runner, []string{"ctl-1"}, 20*time.Second)[0].Left)
}
