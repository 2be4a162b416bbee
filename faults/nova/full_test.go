//go:build openstack

package nova_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
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
