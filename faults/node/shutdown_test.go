package node_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/node"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote/power"
	"github.com/openstack-eris/eris/testenv/familytest"
)

func TestAShutdownIsAsLongAsASupplyNotices(t *testing.T) {
	t.Parallel()
	require.EqualError(t, (&node.Shutdown{OffFor: time.Millisecond}).Validate(), "off_for: 1ms is not between 1s and 5m0s")
	require.NoError(t, (&node.Shutdown{OffFor: time.Second}).Validate())
	require.Error(t, (&node.Shutdown{OffFor: time.Hour}).Validate())
}

// Only a person switches a node on that has no power in the inventory: so it is
// refused unless a person says so. Where it has, somebody has to live who does.
func TestAShutdownIsHeldBackWhereNobodyWouldSwitchTheNodeOn(t *testing.T) {
	t.Parallel()
	bare := target("ctl-1")
	require.Equal(t, []string{"no-out-of-band"}, (&node.Shutdown{}).SafetyNets(bare))
	bare.Node.Power = &inventory.Power{Kind: inventory.IPMI}
	bare.Cloud.Kind = inventory.Real
	require.Equal(t, []string{"no-autonomous-heal"}, (&node.Shutdown{}).SafetyNets(bare))
	bare.Cloud.Kind = inventory.Lab
	require.Empty(t, (&node.Shutdown{}).SafetyNets(bare))
	_, err := faults.New(faults.Deps{}, faults.Run{ID: "r"}).Injection(faults.Spec{
		Name: "x", Fault: &node.Shutdown{}, Timing: faults.NewTiming(0, time.Second, 0), Targets: []faults.Target{bare},
	})
	require.ErrorContains(t, err, "nobody would give its power back")
}

// away is how long a keeper says that a node was without power.
func away(t *testing.T, bed faulttest.Bed, id string) float64 {
	t.Helper()
	told := bed.Told(t, id)
	said := regexp.MustCompile(`ended itself its power was away for ([0-9.]+) s`).FindStringSubmatch(told)
	require.NotNil(t, said, told)
	seconds, err := strconv.ParseFloat(said[1], 64)
	require.NoError(t, err)
	return seconds
}

func TestAShutdownIsOffForAsLongAsItIsToldTo(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t)
	i := bed.LongRun("run-off-for", "ann@desk").Armed(t, &node.Shutdown{OffFor: 2 * time.Second})
	require.NoError(t, i.Fire(t.Context(), faulttest.Admit))
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	off := away(t, bed, i.Targets()[0].Target.ID)
	require.GreaterOrEqual(t, off, 2.0)
	require.Less(t, off, 20.0, "on a slow machine too")
}

// A node whose controller does not answer is not told to go.
func TestANodeThatNobodyCouldSwitchOnIsNotToldToGo(t *testing.T) {
	t.Parallel()
	bed, cloud := simBed(t)
	i := bed.LongRun("run-deaf", "ann@desk").Armed(t, &node.Shutdown{OffFor: time.Second})
	before := familytest.Boot(t, bed)
	require.NoError(t, cloud.CutPower("ctl-3", true))
	require.ErrorIs(t, i.Fire(t.Context(), faulttest.Admit), faults.ErrFenced)
	require.NoError(t, cloud.CutPower("ctl-3", false))
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, before, familytest.Boot(t, bed))
	bed.Clean(t)
}

// What only its node can prove is not taken for over by who switches it on: a node
// that was told to go and has not may go yet, and is switched on then.
func TestANodeThatGoesLateIsSwitchedOnAllTheSame(t *testing.T) {
	t.Parallel()
	bed, cloud := simBed(t)
	run := bed.NewRun("run-goes-late", "ann@desk")
	i := run.Armed(t, &node.Shutdown{OffFor: time.Second})
	id := i.Targets()[0].Target.ID
	require.Contains(t, string(bed.Keeper.Call(t.Context(), id, "inject").Stdout), "injected")
	faulttest.Eventually(t, run.Lease+10*time.Second, "its lease is over", func() bool {
		return regexp.MustCompile(`state undoing\b`).MatchString(bed.Told(t, id))
	})
	require.Contains(t, string(bed.Keeper.Call(t.Context(), id, "end", "heal").Stdout), "it was told to shut down and has not yet")
	require.NoError(t, cloud.PowerOff("ctl-3"))
	driver, err := power.Open(bed.Node.Power, nil)
	require.NoError(t, err)
	faulttest.Eventually(t, 20*time.Second, "it is on again", func() bool {
		state, err := driver.Status(t.Context())
		return err == nil && state == power.On
	})
	faulttest.Eventually(t, 20*time.Second, "nothing is kept of it", func() bool {
		return strings.Contains(bed.Told(t, id), " verified lease")
	})
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	bed.Clean(t)
}

// A node that was told to shut down before this machine's last restart has been told
// for longer than it may take, however little this machine is up.
func TestANodeThatWasToldBeforeARestartOfThisMachineIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t)
	run := bed.LongRun("run-told", "ann@desk")
	id := run.Armed(t, &node.Shutdown{OffFor: time.Second}).Targets()[0].Target.ID
	require.Contains(t, string(bed.Keeper.Call(t.Context(), id, "inject").Stdout), "injected")
	log := filepath.Join(bed.KeeperDir, id, "log")
	text, err := os.ReadFile(log)
	require.NoError(t, err)
	before := regexp.MustCompile(`(?m)^(\d+) \d+ injecting`).ReplaceAllString(string(text), "${1} 1000000000000 injecting")
	require.NotEqual(t, string(text), before)
	require.NoError(t, os.WriteFile(log, []byte(before), 0o600))
	faulttest.Eventually(t, 30*time.Second, "its end is proven", func() bool {
		bed.Keeper.Call(t.Context(), id, "end", "heal")
		return strings.Contains(bed.Told(t, id), " verified ")
	})
}
