//go:build guest

package network_test

import (
	_ "embed"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/network"
	"github.com/openstack-eris/eris/testenv/guest"
)

//go:embed testdata/guest.sh
var onGuest string

// pinged is what answers came to sixty pings, in the order of their coming.
type pinged struct {
	order []int // the pings' numbers
	took  []float64
}

// milliseconds is the median.
func (p pinged) milliseconds() float64 { return slices.Sorted(slices.Values(p.took))[len(p.took)/2] }

func (p pinged) answered() int { return len(slices.Compact(slices.Sorted(slices.Values(p.order)))) }

// overtaken are the answers that came after that to a later ping.
func (p pinged) overtaken() int {
	count, last := 0, 0
	for _, number := range p.order {
		if number < last {
			count++
		}
		last = max(last, number)
	}
	return count
}

// untouched is a way on which nothing happens, and neither on that other one of the same
// guest: without KVM one answers in some milliseconds, and not each time.
func (p pinged) untouched(t *testing.T, who string, other pinged) {
	t.Helper()
	require.Len(t, p.order, 60, who)
	require.Zero(t, p.overtaken(), who)
	require.Less(t, slices.Min(p.took), 60.0, who)
	require.Less(t, p.milliseconds(), other.milliseconds()+60, who)
}

// What netem does of a kernel that has it: the nodes of the lab have none.
func TestWhatNetemDoesOnAGuest(t *testing.T) {
	held := map[string]func(t *testing.T, p, quiet pinged){
		"network.delay": func(t *testing.T, p, quiet pinged) {
			t.Helper()
			require.Len(t, p.order, 60)
			require.GreaterOrEqual(t, slices.Min(p.took), 100.0)
			require.Less(t, p.milliseconds(), quiet.milliseconds()+200)
		},
		"network.jitter": func(t *testing.T, p, quiet pinged) { // network.delay with one
			t.Helper()
			require.Len(t, p.order, 60)
			require.GreaterOrEqual(t, slices.Min(p.took), 20.0)
			require.Less(t, slices.Min(p.took), slices.Min(quiet.took)+60)
			require.Greater(t, slices.Max(p.took), 140.0)
		},
		"network.corrupt": func(t *testing.T, p, _ pinged) {
			t.Helper()
			require.InDelta(t, 30, p.answered(), 20)
			require.Len(t, p.order, p.answered())
		},
		"network.duplicate": func(t *testing.T, p, _ pinged) {
			t.Helper()
			require.Equal(t, 60, p.answered())
			require.InDelta(t, 90, len(p.order), 20)
		},
		"network.reorder": func(t *testing.T, p, _ pinged) {
			t.Helper()
			require.Len(t, p.order, 60)
			require.Greater(t, p.overtaken(), 10)
		},
	}
	kinds := map[string]faults.Fault{
		"network.delay":     network.NewDelay(),
		"network.jitter":    &network.Delay{Delay: 100 * time.Millisecond, Jitter: 80 * time.Millisecond},
		"network.corrupt":   &network.Corrupt{Chance: network.Chance{Share: 0.5}},
		"network.duplicate": &network.Duplicate{Chance: network.Chance{Share: 0.5}},
		"network.reorder":   &network.Reorder{Chance: network.Chance{Share: 0.5}, Delay: 100 * time.Millisecond},
	}
	said, err := guest.Guest{
		Programs: []string{
			"sh", "tc", "ping", "nc", "timeout", "grep", "sed", "sort", "cut", "tr", "seq", "cat", "date", "head", "tail", "uname", "mkdir", "ls", "cmp", "touch", "true", "sleep",
		},
		Modules: []string{"veth", "sch_htb", "cls_u32", "sch_netem"},
		Files:   faulttest.Steps(t, kinds, target(t, "ctl-1", "")), Script: onGuest,
	}.Run(t.Context())
	t.Log(said)
	require.NoError(t, err)

	ways, steps := map[string]pinged{}, map[string][]string{}
	for line := range strings.Lines(said) {
		words := strings.Fields(line)
		require.GreaterOrEqual(t, len(words), 3, line)
		if words[1] == "held" || words[1] == "after" {
			name := strings.Join(words[:3], " ")
			number, err := strconv.Atoi(words[3])
			require.NoError(t, err)
			took, err := strconv.ParseFloat(words[4], 64)
			require.NoError(t, err)
			ways[name] = pinged{append(ways[name].order, number), append(ways[name].took, took)}
			continue
		}
		steps[words[0]] = append(steps[words[0]], words[1]+" "+words[2])
	}
	for kind, struck := range held {
		require.Equal(t, []string{"preflight ok", "prepare ok", "inject ok", "observe ok", "undo ok", "undo ok"}, steps[kind], kind)
		controller, after := ways[kind+" held controller"], ways[kind+" after peer"]
		require.Len(t, after.order, 60, kind)
		controller.untouched(t, kind+", controller", after)
		after.untouched(t, kind+", after it", controller)
		struck(t, ways[kind+" held peer"], controller)
	}
	require.Len(t, steps, len(held), "nothing else was said")
}
