package kpi_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
	"github.com/openstack-eris/eris/loadgen"
)

// parked is a cloud that stands still for a while: who asks then waits for its end.
type parked struct {
	clock    record.Clock
	from, to time.Duration
	took     time.Duration
}

func (p *parked) Open(context.Context, loadgen.Env) (loadgen.Session, error) { return p, nil }

func (p *parked) Close(context.Context) error { return nil }

func (p *parked) Iterate(ctx context.Context, n int64, _ loadgen.Recorder) loadgen.Outcome {
	now, took := p.clock.Now(), p.took+time.Duration(n%7)*p.took/20
	if now >= p.from && now < p.to {
		took += p.to - now
	}
	timer := time.NewTimer(took)
	defer timer.Stop()
	select {
	case <-timer.C:
		return loadgen.Outcome{}
	case <-ctx.Done():
	}
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return loadgen.Outcome{Class: record.Timeout, Err: ctx.Err()}
	}
	return loadgen.Outcome{Class: record.Aborted, Err: ctx.Err()}
}

// kept is a Sink.
type kept struct {
	mu   sync.Mutex
	list []record.Sample
}

func (k *kept) Sample(s record.Sample) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.list = append(k.list, s)
}

// stalled is what a load of the engine sees of a cloud that stood still for 30 s.
func stalled(t *testing.T, spec loadgen.Spec, took time.Duration) kpi.KPI {
	t.Helper()
	rec := example.Passing()
	rec.Failures, rec.Meta.Objectives = nil, nil
	plan := &rec.Meta.Loads[0]
	plan.Model, plan.Workers, plan.Rate, plan.Process = spec.Model(), spec.Concurrency, 0, ""
	synctest.Test(t, func(t *testing.T) {
		clock, samples := record.NewClock(), &kept{}
		cloud := &parked{clock, 31700 * time.Millisecond, 61700 * time.Millisecond, took}
		_, err := loadgen.Run(t.Context(), loadgen.Load{Name: "tokens", Workload: cloud, Spec: spec, End: 80 * time.Second}, clock, samples)
		require.NoError(t, err)
		rec.Samples = giving(samples.list)
	})
	return figure(t, kpi.Compute(rec, kpi.Settings{Sustain: 10 * time.Second}), "outage", "tokens")
}

// A total stall of the cloud for 30 s shows as an outage of 30 s in every load of both models,
// to what lies between two of its arrivals at either edge: how many workers it has, whether
// they think, whether an iteration takes seconds, and whether its time-out is shorter, as long
// or longer. What timed out may have been lost long before its end, and proves no more than
// that the cloud was out when it was sent; so the least that is told is less by as much.
func TestATotalStallIsAnOutageOfItsLengthInEveryLoad(t *testing.T) {
	const long = 30 * time.Second
	for _, workers := range []int{1, 10} {
		for _, limit := range []time.Duration{10 * time.Second, 29 * time.Second, long, time.Minute} {
			for _, took := range []time.Duration{60 * time.Millisecond, 4 * time.Second} {
				check := func(name string, spec loadgen.Spec, between time.Duration) {
					t.Run(fmt.Sprintf("%s, %d workers, timeout %v, iterations of %v", name, workers, limit, took), func(t *testing.T) {
						spec.Timeout, spec.Drain = limit, 100*time.Millisecond
						k := stalled(t, spec, took)
						require.Equal(t, kpi.Measured, k.State, told(k))
						require.LessOrEqual(t, *k.Low, long.Seconds(), told(k))
						require.GreaterOrEqual(t, *k.High, long.Seconds(), told(k))
						require.GreaterOrEqual(t, *k.Value, (long - between).Seconds(), "no arrival but one can be missing: %s", told(k))
						longest := took * 13 / 10 // what an answer can take
						require.LessOrEqual(t, *k.Value, (long + between + longest).Seconds(), "one arrival more, with its answer: %s", told(k))
						require.LessOrEqual(t, *k.High, (long + between + 2*longest).Seconds(), "and one at the other edge: %s", told(k))
						least := long - between - 4*took // what an answer can take counts at either edge, for its half too
						if limit <= long {
							least -= limit
						}
						require.GreaterOrEqual(t, *k.Low, max(least, 0).Seconds(), told(k))
					})
				}
				for _, think := range []time.Duration{0, 2 * time.Second} {
					spec := loadgen.DefaultSpec()
					spec.Concurrency, spec.Think = workers, think
					check(fmt.Sprintf("closed, thinking %v", think), spec, took+think)
				}
				spec := loadgen.DefaultSpec()
				spec.Pool, spec.Arrivals = workers, &loadgen.Arrivals{Rate: loadgen.Rate(float64(workers) / (1.5 * took.Seconds()))}
				check("open", spec, 3*took/2)
			}
		}
	}
}

// Where a request that timed out leaves it open how long the cloud was out, it is told why.
func TestATimeOutSaysWhyAnOutageIsKnownSoLittle(t *testing.T) {
	spec := loadgen.DefaultSpec()
	spec.Concurrency = 1
	k := stalled(t, spec, 60*time.Millisecond)
	require.Contains(t, k.Detail, "an arrival waited for 30 s in vain")
	require.Less(t, *k.Low, 0.1)
	spec.Timeout = time.Minute
	require.Empty(t, stalled(t, spec, 60*time.Millisecond).Detail)
}
