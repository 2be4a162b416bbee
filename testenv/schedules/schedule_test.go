package main

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
	"github.com/openstack-eris/eris/testenv/simcloud"
)

// TestRandomSchedulesLeaveNothingBehind is a part of what the command runs.
func TestRandomSchedulesLeaveNothingBehind(t *testing.T) {
	eris, remove, err := build(t.Context())
	require.NoError(t, err)
	t.Cleanup(remove)
	outcomes := all(t.Context(), onSimulated(t.Context(), eris), 1, 12, 4, io.Discard)
	require.Len(t, outcomes, 12)
	injected := 0
	for _, o := range outcomes {
		require.NoError(t, o.wrong, "seed %d: %v", o.schedule.Seed, o.schedule)
		t.Logf("seed %d: %d injected, eris %s, as before after %v: %v", o.schedule.Seed, o.injected, o.ended, o.healed.Round(time.Millisecond), o.schedule)
		injected += o.injected
	}
	require.Positive(t, injected, "nothing was injected, so nothing was tried")
}

func TestARefusedScheduleTouchesNothing(t *testing.T) {
	eris, remove, err := build(t.Context())
	require.NoError(t, err)
	t.Cleanup(remove)
	o := onSimulated(t.Context(), eris)(1, &schedule{Seed: 1, Faults: []strike{{Name: "one", Fault: "fault: service.stop", Target: "service: no-such", Hold: time.Second}}})
	require.NoError(t, o.wrong)
	require.Zero(t, o.injected)
	require.Equal(t, "ended with 2", o.ended)
}

// The trial looks at the nodes by its own means, which must see what a fault
// could leave.
func TestWhatIsLeftBehindIsSeen(t *testing.T) {
	cloud, err := simcloud.Start(t.Context(), simcloud.Options{Seed: 1})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, cloud.Close()) })
	known, err := inventory.Load(cloud.Inventory())
	require.NoError(t, err)
	nodes, err := remote.NewPool(known, remote.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, nodes.Close()) })
	one := &trial{place: simulated{cloud}, known: known, stage: stageOf(known), nodes: nodes, dir: t.TempDir()}
	require.NoError(t, one.until(t.Context(), bootMost, one.sick))
	before := one.prints(t.Context())
	require.Empty(t, one.left(t.Context(), before))
	on := func(script string) {
		result := nodes.Run(t.Context(), "ctl-2", remote.Command{Script: script, Root: true})
		require.True(t, result.OK(), "%s", result.Stderr)
	}
	for plant, away := range map[string]string{
		"systemctl stop memcached.service":                                               "systemctl start memcached.service",
		"systemctl freeze memcached.service":                                             "systemctl thaw memcached.service",
		"echo 'table inet eris-7f3c0a1e-x-1-1 { }' | nft -f -":                           "nft delete table inet eris-7f3c0a1e-x-1-1",
		"mkdir -p /run/eris/7f3c0a1e-x-1-1 && echo held >/run/eris/7f3c0a1e-x-1-1/state": "rm -rf /run/eris/7f3c0a1e-x-1-1",
		"mkdir -p /run/systemd/system/memcached.service.d && touch /run/systemd/system/memcached.service.d/x.conf && systemctl daemon-reload": "rm -r /run/systemd/system/memcached.service.d && systemctl daemon-reload",
	} {
		on(plant)
		require.NotEmpty(t, one.left(t.Context(), before), plant)
		on(away)
		require.NoError(t, one.until(t.Context(), bootMost, func(ctx context.Context) string { return one.left(ctx, before) }), away)
	}
	require.NoError(t, cloud.CutSSH("ctl-1", true))
	require.NotEmpty(t, one.left(t.Context(), before), "a node that cannot be asked is not known to be clean")
}

func TestTheSameSeedDrawsTheSame(t *testing.T) {
	on := stage{nodes: []string{"ctl-1", "ctl-2", "ctl-3"}, services: []string{"keystone", "mariadb", "memcached", "rabbitmq"}, numbers: repertoire()}
	seen := map[string]bool{}
	happenings, drawn := map[happening]int{}, map[string]bool{}
	for seed := range uint64(300) {
		s := draw(seed, 0, on)
		require.Equal(t, s, draw(seed, 0, on))
		seen[s.String()] = true
		for _, f := range s.Faults {
			require.LessOrEqual(t, f.At+f.Hold, chaos)
			drawn[f.Fault] = true
		}
		for _, a := range s.Acts {
			happenings[a.What]++
			require.Equal(t, a.What == cut || a.What == reboot, a.Node != "")
		}
	}
	require.Greater(t, len(seen), 295)
	require.Len(t, happenings, 4)
	require.Len(t, drawn, len(repertoire()), "each kind is drawn")
}

func TestAFailingScheduleIsMadeSmall(t *testing.T) {
	guilty := strike{Name: "fault-2", Fault: "fault: service.kill"}
	failing := func(s schedule) outcome {
		o := outcome{schedule: s}
		if slices.Contains(s.Faults, guilty) && slices.ContainsFunc(s.Acts, func(a act) bool { return a.What == reboot && a.Node == "ctl-2" }) {
			o.wrong = errors.New("something is left")
		}
		return o
	}
	big := schedule{
		Faults: []strike{{Name: "fault-1"}, guilty, {Name: "fault-3"}},
		Acts:   []act{{What: kill}, {What: reboot, Node: "ctl-1"}, {What: reboot, Node: "ctl-2"}, {What: cut, Node: "ctl-2"}},
	}
	small := shrink(context.Background(), failing(big), failing)
	require.Equal(t, []strike{guilty}, small.schedule.Faults)
	require.Equal(t, []act{{What: reboot, Node: "ctl-2"}}, small.schedule.Acts)
	require.Len(t, big.Acts, 4, "the schedule that is made smaller stays as it is")
}

func TestTheSummaryCountsWhatFailed(t *testing.T) {
	var said strings.Builder
	failed := summary(&said, []outcome{
		{injected: 2, kinds: []string{"service.kill"}, ended: "was killed", healed: 3 * time.Second}, {ended: "ended with 2"}, {wrong: errors.New("left")},
	})
	require.Len(t, failed, 1)
	require.Contains(t, said.String(), "3 schedules, 1 with faults injected, 2 targets struck: 1 failed\n1 kinds: service.kill 1\n")
}
