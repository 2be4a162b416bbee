package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	display "github.com/openstack-eris/eris/reports/live"
)

// liveRow: what the live view costs of a core: processor time of a run that is watched less that
// of the same one that is not.
func liveRow() row {
	return row{
		name: "live", what: "processor time of the live view of a run with three loads of 300/s and four faults, as a share of one core: watched less not watched",
		target: "< 2 %",
		measure: func(ctx context.Context, quick bool) ([]line, error) {
			length := 60 * time.Second
			if quick {
				length = 5 * time.Second
			}
			return measureLive(ctx, length)
		},
	}
}

type viewArgs struct {
	For   time.Duration
	Watch bool
}

type viewSaid struct{ Share float64 } // of one core

func measureLive(ctx context.Context, length time.Duration) ([]line, error) {
	var alone, watched viewSaid
	if err := ask(ctx, "view", viewArgs{length, false}, &alone); err != nil {
		return nil, err
	}
	if err := ask(ctx, "view", viewArgs{length, true}, &watched); err != nil {
		return nil, err
	}
	cost := watched.Share - alone.Share
	return []line{
		{what: "its loads' figures, not watched", value: percent(alone.Share), ratio: "-"},
		{what: "watched", value: percent(watched.Share), ratio: "-"},
		{"the view", percent(cost), "-", judge(cost < 0.02)},
	}, nil
}

const (
	viewLoads = 3
	viewRate  = 300 // a second, of each
)

func viewChild(ctx context.Context, args []byte, out io.Writer) error {
	var a viewArgs
	if err := json.Unmarshal(args, &a); err != nil {
		return err
	}
	limited, cancel := context.WithTimeout(ctx, a.For)
	defer cancel()
	clock := record.NewClock()
	var loads []*loadgen.Live
	for range viewLoads {
		loads = append(loads, loadgen.LiveOf(loadgen.DefaultSpec(), clock))
	}
	var running sync.WaitGroup
	running.Go(func() { outcomes(limited, clock, loads) })
	if a.Watch {
		running.Go(func() {
			_ = display.Block(limited, io.Discard, true, func() display.Snapshot { return viewed(clock, loads) })
		})
	}
	began, before := time.Now(), spent()
	running.Wait()
	return say(out, viewSaid{(spent() - before).Seconds() / time.Since(began).Seconds()})
}

// outcomes are told to the figures as they come.
func outcomes(ctx context.Context, clock record.Clock, loads []*loadgen.Live) {
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	random := rand.New(rand.NewPCG(1, 2))
	for {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
		for _, l := range loads {
			for range viewRate / 100 {
				took := time.Duration(random.IntN(200)) * time.Millisecond
				s := record.Sample{Intended: clock.Now() - took, Started: clock.Now() - took, End: clock.Now()}
				if random.IntN(20) == 0 {
					s.Class = record.Timeout
				}
				l.Outcome(s)
			}
		}
	}
}

// viewed is a snapshot as a run makes it.
func viewed(clock record.Clock, loads []*loadgen.Live) display.Snapshot {
	s := display.Snapshot{Scenario: "bench", Cloud: "bench", Run: "bench", Elapsed: clock.Now(), Total: time.Hour, Phase: "chaos", Notice: "Ctrl-C"}
	for n, l := range loads {
		shown := display.Load{Name: fmt.Sprintf("load-%d", n)}
		shown.InFlight = int(l.Totals().InFlight())
		rates, _ := l.RareRates()
		shown.Offered, shown.OK = rates.Offered, rates.Succeeded
		shown.Late, _ = l.Lateness(0.99)
		if ratio, ok := l.ErrorRatio(5 * time.Second); ok {
			shown.ErrorRatio = &ratio
		}
		p50, _, _ := l.Tail(0.5, 5*time.Second)
		p99, _, _ := l.Tail(0.99, 5*time.Second)
		shown.P50, shown.P99, shown.BaseP50, shown.BaseP99 = &p50, &p99, &p50, &p99
		for class, n := range l.Failures() {
			shown.Errors = append(shown.Errors, display.ErrorCount{Class: class, Count: n})
		}
		s.Loads = append(s.Loads, shown)
	}
	for n := range 4 {
		s.Faults = append(s.Faults, display.Fault{Name: fmt.Sprintf("fault-%d", n), Kind: "service.kill", Targets: []string{"keystone@ctl-1"}, State: record.Held, Note: "3 s of 10s"})
	}
	return s
}
