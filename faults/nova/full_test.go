//go:build openstack

package nova_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"
	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/nova"
	"github.com/openstack-eris/eris/testenv/familytest"
	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

// fullBed is the nova-compute of one of the lab's two hosts, which Nova has as up.
func fullBed(t *testing.T) (faulttest.Bed, string) {
	t.Helper()
	shared := labtest.OpenStack(t)
	bed, _ := bedOf(t, shared.Inventory, "cmp-1")
	faulttest.Eventually(t, 2*time.Minute, "Nova has the host as up", func() bool { return !bed.Changed(t, bed) })
	return bed, shared.Inventory
}

// onFull runs tests one after the other.
func onFull(t *testing.T, f func(t *testing.T, bed faulttest.Bed)) {
	t.Helper()
	bed, _ := fullBed(t)
	f(t, bed)
}

func TestEveryKindOnAWholeOpenStack(t *testing.T) {
	faulttest.Family(t, onFull, "nova", faulttest.New)
}

func TestEngineKilledOnAWholeOpenStack(t *testing.T) {
	familytest.EngineKilled(t, faulttest.Sample(t, faulttest.Kinds(t, "nova")), faulttest.New, func(t *testing.T, _ string) (faulttest.Bed, string) {
		t.Helper()
		return fullBed(t)
	})
}

// The scheduler honours what Nova was told: every new server goes to the other host.
func TestAHostThatIsStruckGetsNoServersOnAWholeOpenStack(t *testing.T) {
	eachKind(t, func(t *testing.T, fault faults.Fault) {
		t.Helper()
		bed, _ := fullBed(t)
		run := bed.NewRun("run-boots", "ann@desk")
		run.Lease = faulttest.MaxLease
		var asked time.Duration
		i := run.Struck(t, fault, func() { asked = run.Clock.Now() })
		held := run.Journal.Target(t, record.Held)
		t.Logf("held %s after it was asked for: %s", *held.NodeAt-asked, held.Effect)
		holding(t, i, func() {
			for range 3 {
				s := booted(t, bed)
				t.Logf("a new server is %s on %s", s.Status, s.Host)
				require.Equal(t, "cmp-2", s.Host)
			}
		})
		asked = run.Clock.Now()
		require.NoError(t, i.Undo(t.Context(), "engine", ""))
		t.Logf("undone and verified within %s", (run.Clock.Now() - asked).Round(time.Millisecond))
		require.False(t, bed.Changed(t, bed))
	})
}

// Who takes a host for down evacuates it. A Nova that has done so does not take it for
// up before its nova-compute was started anew: until then the undo is told as not
// done, and it needs nobody to ask again.
func TestWhatWasEvacuatedMeanwhileIsToldOnAWholeOpenStack(t *testing.T) {
	bed, _ := fullBed(t)
	c := client(t, bed)
	vm := boot(t, bed)
	for range 5 {
		if vm.Host == "cmp-1" {
			break
		}
		require.NoError(t, servers.Delete(t.Context(), c, vm.ID).ExtractErr())
		vm = boot(t, bed)
	}
	t.Cleanup(func() { _ = servers.Delete(context.Background(), c, vm.ID).ExtractErr() }) // where the test has not come so far
	require.Equal(t, "cmp-1", vm.Host)
	fault := &nova.ForceDown{}
	require.Contains(t, bed.Refusal(t, fault), "cmp-1 has ")
	fault.WithServers = true
	run := bed.NewRun("run-evacuated", "ann@desk")
	run.Lease = faulttest.MaxLease
	i := run.Struck(t, fault)
	id := i.Targets()[0].Target.ID
	holding(t, i, func() {
		answer, err := c.Post(t.Context(), c.ServiceURL("servers", vm.ID, "action"), map[string]any{"evacuate": map[string]any{}}, nil, &gophercloud.RequestOpts{OkCodes: []int{200}})
		require.NoError(t, err)
		require.NoError(t, answer.Body.Close())
		faulttest.Eventually(t, 2*time.Minute, "it is evacuated", func() bool {
			now, err := servers.Get(t.Context(), c, vm.ID).Extract()
			return err == nil && now.Host == "cmp-2" && now.TaskState == "" && now.Status == "ACTIVE"
		})
	})
	undone := make(chan error, 1)
	go func() { undone <- i.Undo(t.Context(), "engine", "") }()
	faulttest.Eventually(t, time.Minute, "the undo is refused, and told", func() bool { return strings.Contains(bed.Told(t, id), " undo-failed engine tell Nova:") })
	t.Log(bed.Told(t, id))
	require.True(t, bed.Changed(t, bed))
	bed.Shell(t, "systemctl restart nova-compute")
	require.NoError(t, <-undone)
	require.Equal(t, record.Undone, i.State())
	require.NoError(t, servers.Delete(t.Context(), c, vm.ID).ExtractErr())
	faulttest.Eventually(t, 2*time.Minute, "Nova has the host as up", func() bool { return !bed.Changed(t, bed) })
}
