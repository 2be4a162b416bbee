package nova_test

import (
	"context"
	"testing"
	"time"

	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"
	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/nova"
	"github.com/openstack-eris/eris/testenv/familytest"
)

// booted is a server that came and went again.
func booted(t *testing.T, bed faulttest.Bed) *servers.Server {
	t.Helper()
	s := boot(t, bed)
	c := client(t, bed)
	require.NoError(t, servers.Delete(t.Context(), c, s.ID).ExtractErr())
	require.Eventually(t, func() bool { return servers.Get(t.Context(), c, s.ID).Err != nil }, 2*time.Minute, 200*time.Millisecond, "the server is gone")
	return s
}

// holding holds a fault while something is done.
func holding(t *testing.T, i *faults.Injection, do func()) {
	t.Helper()
	ctx, let := context.WithCancel(t.Context())
	defer let()
	held := make(chan error, 1)
	go func() { held <- i.Hold(ctx, 10*time.Minute) }()
	do()
	let()
	require.NoError(t, <-held)
}

// boot is a server that is ACTIVE or in ERROR.
func boot(t *testing.T, bed faulttest.Bed) *servers.Server {
	t.Helper()
	return familytest.BootServer(t, bed.Cloud, "nova-fault")
}

func eachKind(t *testing.T, f func(t *testing.T, fault faults.Fault)) {
	t.Helper()
	for _, kind := range nova.Kinds() {
		t.Run(kind.Name, func(t *testing.T) {
			t.Parallel() // as many as the program's -test.parallel allows
			f(t, kind.New())
		})
	}
}

func TestAHostThatIsStruckGetsNoServersOnASimulatedNode(t *testing.T) {
	t.Parallel()
	eachKind(t, func(t *testing.T, fault faults.Fault) {
		t.Helper()
		bed, _, _ := simBed(t)
		run := bed.NewRun("run-boots", "ann@desk")
		i := run.Struck(t, fault)
		holding(t, i, func() {
			for range 3 {
				require.Contains(t, []string{"ctl-1", "ctl-3"}, boot(t, bed).Host)
			}
			for _, other := range []string{"ctl-1", "ctl-3"} {
				another := bed
				another.Node = bed.Cloud.NodeByName(other)
				tell(t, another, body{"status": "disabled"})
			}
			s := boot(t, bed)
			require.Equal(t, "ERROR", s.Status)
			require.Contains(t, s.Fault.Message, "No valid host")
		})
		require.NoError(t, i.Undo(t.Context(), "engine", ""))
		require.Equal(t, bed.Node.Name, boot(t, bed).Host)
	})
}

// What Nova lets be evacuated from a host that it takes for down runs there still.
func TestAHostWithServersIsForcedDownOnlyIfThatIsMeant(t *testing.T) {
	t.Parallel()
	bed, _, _ := simBed(t)
	for boot(t, bed).Host != bed.Node.Name {
	}
	require.Empty(t, bed.Refusal(t, &nova.ComputeDisable{}))
	require.Contains(t, bed.Refusal(t, &nova.ForceDown{}), "ctl-2 has 1 servers, which anybody may evacuate while Nova takes it for down, though they run there")
	i := bed.LongRun("run-meant", "ann@desk").Struck(t, &nova.ForceDown{WithServers: true})
	require.True(t, bed.Changed(t, bed))
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.False(t, bed.Changed(t, bed))
}

// A server that comes after preflight is seen by the fence.
func TestAServerThatCameMeanwhileFencesTheInject(t *testing.T) {
	t.Parallel()
	bed, _, _ := simBed(t)
	run := bed.NewRun("run-came", "ann@desk")
	run.Lease = faulttest.MaxLease
	i := run.Armed(t, &nova.ForceDown{})
	for _, other := range []string{"ctl-1", "ctl-3"} {
		another := bed
		another.Node = bed.Cloud.NodeByName(other)
		tell(t, another, body{"status": "disabled"})
	}
	require.Equal(t, bed.Node.Name, boot(t, bed).Host)
	require.ErrorIs(t, i.Fire(t.Context(), faulttest.Admit), faults.ErrFenced)
	require.False(t, bed.Changed(t, bed))
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
}
