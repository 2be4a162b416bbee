//go:build openstack

package volume_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/outside"
	"github.com/openstack-eris/eris/testenv/familytest"
	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

// wholeBed is a server with a volume on one of the lab's hosts.
func wholeBed(t *testing.T) (faulttest.Bed, *outside.Keeper, string) {
	t.Helper()
	shared := labtest.OpenStack(t)
	bed, keeper := bedOf(t, shared.Inventory)
	bed.Takes = 10 * time.Second // two, where nobody else has something to do there
	c := clientsOf(t, bed.Cloud)
	t.Cleanup(func() { c.clear(t) })
	return bed, keeper, shared.Inventory
}

func fullBed(t *testing.T) (faulttest.Bed, string) {
	t.Helper()
	bed, _, file := wholeBed(t)
	return bed, file
}

// onFull runs tests one after the other.
func onFull(t *testing.T, f func(t *testing.T, bed faulttest.Bed)) {
	t.Helper()
	bed, _ := fullBed(t)
	f(t, bed)
}

func TestEveryKindOnAWholeOpenStack(t *testing.T) {
	faulttest.Family(t, onFull, "volume", newFault)
}

func TestEngineKilledOnAWholeOpenStack(t *testing.T) {
	familytest.EngineKilled(t, faulttest.Sample(t, faulttest.Kinds(t, "volume")), newFault, func(t *testing.T, _ string) (faulttest.Bed, string) {
		t.Helper()
		return fullBed(t)
	})
}

// How long a real Nova and Cinder take for both ways.
func TestAVolumeGoesAndComesBackOnAWholeOpenStack(t *testing.T) {
	bed, _ := fullBed(t)
	c := clientsOf(t, bed.Cloud)
	was := c.is(t)
	run := bed.NewRun("run-goes", "ann@desk")
	run.Lease = faulttest.MaxLease
	var asked time.Duration
	i := run.Struck(t, struck(), func() { asked = run.Clock.Now() })
	held := run.Journal.Target(t, record.Held)
	t.Logf("held %s after it was asked for: %s", *held.NodeAt-asked, held.Effect)
	require.Equal(t, "available", c.the(t).Status)
	asked = run.Clock.Now()
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	t.Logf("undone and verified within %s", (run.Clock.Now() - asked).Round(time.Millisecond))
	require.Equal(t, was, c.is(t))
}

// What whoever is not the volume's owner does with it meanwhile, and a nova-compute that
// does nothing meanwhile, are what they are in the embedded cloud.
func TestWhatIsSomebodyElsesOnAWholeOpenStack(t *testing.T) {
	bed, keeper, _ := wholeBed(t)
	leftElsewhere(t, bed, keeper)
}

func TestAHostThatDoesNothingOnAWholeOpenStack(t *testing.T) {
	bed, _, _ := wholeBed(t)
	detachesLate(t, bed)
}
