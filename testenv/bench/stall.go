package main

import (
	"context"
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/dataplane/http"
)

// stallRow: a server that answers nothing for a while must show as that. Of
// arrivals at an even rate over T, the last one per cent of the delayed ones
// waited longer than the stall less T/100: the true p99.
func stallRow() row {
	return row{
		name: "stall", what: "p99 over a total stall of the server: 1000/s, 64 connections, drain included",
		target: "within 2 % of the truth",
		measure: func(ctx context.Context, quick bool) ([]line, error) {
			total, stall := 20*time.Second, 2*time.Second
			if quick {
				total, stall = total/2, stall/2
			}
			return measureStall(ctx, total, stall)
		},
	}
}

func measureStall(ctx context.Context, total, stall time.Duration) ([]line, error) {
	const rate, connections = 1000, 64
	truth := stall - total/100
	args := serverArgs{After: total / 4, For: stall}
	var ours time.Duration
	err := withServer(ctx, args, func(url string) (err error) {
		ours, err = ownP99(ctx, url, rate, connections, total)
		return err
	})
	if err != nil {
		return nil, err
	}
	var theirs vegetaSaid
	err = withServer(ctx, args, func(url string) error {
		return ask(ctx, "vegeta", vegetaArgs{URL: url, Rate: rate, For: total, Workers: connections}, &theirs)
	})
	if err != nil {
		return nil, err
	}
	off := func(d time.Duration) float64 { return float64(d) / float64(truth) }
	return []line{
		{what: "truth", value: ms(truth), ratio: "1"},
		{"eris", ms(ours), fmt.Sprintf("%.3f", off(ours)), judge(math.Abs(off(ours)-1) <= 0.02)},
		{"vegeta alone, MaxWorkers 64", ms(theirs.P99), fmt.Sprintf("%.3f", off(theirs.P99)), beside},
	}, nil
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d)/float64(time.Millisecond)) }

// ownP99 is p99 from the intended start, as Eris measures it.
func ownP99(ctx context.Context, url string, rate loadgen.Rate, connections int, total time.Duration) (time.Duration, error) {
	s := &latencies{h: record.NewHistogram()}
	totals, err := loadgen.Run(ctx, httpLoad(url, rate, connections, total), record.NewClock(), s)
	if err != nil {
		return 0, err
	}
	// What is due as the load ends may come too late to be started on a busy machine: a few of
	// twenty thousand do not move the percentile.
	if totals.Succeeded+totals.Dropped != totals.Planned || 1000*totals.Dropped > totals.Planned {
		return 0, fmt.Errorf("not every arrival succeeded: %+v", totals)
	}
	p99, _ := s.h.Quantile(0.99)
	return p99, nil
}

func httpLoad(url string, rate loadgen.Rate, connections int, total time.Duration) loadgen.Load {
	get := http.NewGet()
	get.URL = url
	spec := loadgen.DefaultSpec()
	spec.Arrivals, spec.Pool = &loadgen.Arrivals{Rate: rate, Process: loadgen.Constant}, connections
	return loadgen.Load{Name: "bench", Workload: get, Spec: spec, Start: 50 * time.Millisecond, End: 50*time.Millisecond + total}
}

// latencies is a sink that keeps a histogram.
type latencies struct {
	mu sync.Mutex
	h  *record.Histogram
}

// Sample records one outcome.
func (l *latencies) Sample(s record.Sample) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.h.Record(s.Latency())
}
