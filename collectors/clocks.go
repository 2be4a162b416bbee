package collectors

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory/remote"
)

const (
	clocksAtOnce = 64              // nodes that are asked at once
	clockTimeout = 5 * time.Second // for one of them to answer
	clockTries   = 3               // of which the closest counts
)

// clockScript says what time it is by the node's clock, and how long it is up, which nobody sets.
const clockScript = "read -r up idle </proc/uptime\necho \"now $(date +%s%N) $up\"\n"

// Clocks measures the clocks of nodes against the run's, all at once: of a few round trips each
// the shortest, which bounds the clock whatever the network does. Of who gives no answer the
// event says why ([record.ClockEvent.Error]). The events are of clocks by which nothing is stamped ([record.ClockEvent.Beside]).
func Clocks(ctx context.Context, nodes remote.Runner, clock record.Clock, names []string) []record.ClockEvent {
	measured := make([]record.ClockEvent, len(names))
	var asked errgroup.Group
	asked.SetLimit(clocksAtOnce)
	for i, name := range names {
		asked.Go(func() error {
			measured[i] = closest(ctx, nodes, clock, name)
			return nil
		})
	}
	_ = asked.Wait() // no goroutine of it returns one
	return measured
}

// closest is the closest of a few sights, or why there is none. Who does not answer is asked no
// more.
func closest(ctx context.Context, nodes remote.Runner, clock record.Clock, name string) record.ClockEvent {
	var best *record.ClockEvent
	for range clockTries {
		sight, err := clockOf(ctx, nodes, clock, name)
		switch {
		case err != nil && best == nil:
			return record.ClockEvent{Node: name, Taken: clock.Now(), Beside: true, Error: err.Error()}
		case err != nil:
			return *best
		}
		if best == nil || sight.Bound < best.Bound {
			best = sight
		}
	}
	return *best
}

// clockOf is one round trip: the node read its clock between the moment at which it was asked
// and that at which its answer came.
func clockOf(ctx context.Context, nodes remote.Runner, clock record.Clock, name string) (*record.ClockEvent, error) {
	asked := clock.Now()
	got := nodes.Run(ctx, name, remote.Command{Script: clockScript, Timeout: clockTimeout, MaxOutput: 1 << 10})
	told := clock.Now()
	if got.State != remote.Done {
		return nil, fmt.Errorf("ask the clock of %s: %w", name, got.Err)
	}
	words := strings.Fields(string(got.Stdout))
	if len(words) != 3 || words[0] != "now" {
		return nil, fmt.Errorf("read the clock of %s: %q is no time and uptime", name, got.Stdout)
	}
	wall, err := strconv.ParseInt(words[1], 10, 64)
	if err != nil {
		return nil, fmt.Errorf("read the clock of %s: %w", name, err)
	}
	up, err := strconv.ParseFloat(words[2], 64)
	if err != nil {
		return nil, fmt.Errorf("read the uptime of %s: %w", name, err)
	}
	taken := asked + (told-asked)/2
	offset := time.Duration(clock.Start().UnixNano()+int64(taken)) - time.Duration(wall)
	return &record.ClockEvent{
		Node: name, Offset: offset, Bound: (told - asked + 1) / 2, Ahead: time.Duration(wall) - time.Duration(up*float64(time.Second)), Taken: taken, Beside: true,
	}, nil
}
