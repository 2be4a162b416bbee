package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/dataplane/http"
)

// stopRow: a load that is told to stop has stopped soon, also while every request of it waits
// for a server that does not answer.
func stopRow() row {
	return row{
		name: "stop", what: "from Stop until a load has ended and every arrival has its outcome, 64 connections, the longest of 20: while the server answers, and with all requests waiting for one that does not",
		target: "<= 100 ms",
		measure: func(ctx context.Context, quick bool) (lines []line, err error) {
			times := 20
			if quick {
				times = 3
			}
			for _, fast := range []bool{false, true} {
				for _, stalled := range []bool{false, true} {
					took, err := measureStop(ctx, times, fast, stalled)
					if err != nil {
						return nil, err
					}
					what := "http.get"
					if fast {
						what += " with fast"
					}
					if stalled {
						what += ", no answers"
					}
					longest := slices.Max(took)
					lines = append(lines, line{what, ms(longest), "", judge(longest <= 100*time.Millisecond)})
				}
			}
			return lines, nil
		},
	}
}

func measureStop(ctx context.Context, times int, fast, stalled bool) (took []time.Duration, err error) {
	const workers, running = 64, 300 * time.Millisecond
	for range times {
		args := serverArgs{}
		if stalled {
			args = serverArgs{After: running / 2, For: time.Hour}
		}
		err := withServer(ctx, args, func(url string) error {
			get := http.NewGet()
			get.URL, get.Fast, get.Expect = url, fast, 200
			spec := loadgen.DefaultSpec()
			spec.Concurrency = workers
			runner, err := loadgen.Open(ctx, loadgen.Load{Name: "bench", Workload: get, Spec: spec}, record.NewClock(), &latencies{h: record.NewHistogram()})
			if err != nil {
				return err
			}
			var stopped time.Time
			timer := time.AfterFunc(running, func() { stopped = time.Now(); runner.Stop() })
			defer timer.Stop()
			totals, err := runner.Run(ctx)
			took = append(took, time.Since(stopped))
			if err != nil {
				return err
			}
			if totals.InFlight() != 0 || totals.Succeeded == 0 || stalled && totals.Aborted != workers {
				return fmt.Errorf("stopped with %+v", totals)
			}
			return runner.Close(ctx)
		})
		if err != nil {
			return nil, err
		}
	}
	return took, nil
}
