package loadgen_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
)

// nothing takes samples and keeps none.
type nothing struct{}

func (nothing) Sample(record.Sample) {}

// enough is a workload that does nothing and stops its load after n iterations.
func enough(n int64, stop func()) *fake {
	var done atomic.Int64
	return &fake{iterate: func(context.Context, int64, loadgen.Recorder) loadgen.Outcome {
		if done.Add(1) == n {
			stop()
		}
		return loadgen.Outcome{}
	}}
}

// benchLoad runs a load of nothing for b.N iterations.
func benchLoad(b *testing.B, spec loadgen.Spec) {
	b.Helper()
	b.ReportAllocs()
	ctx, stop := context.WithCancel(b.Context())
	defer stop()
	load := loadgen.Load{Name: "bench", Workload: enough(int64(b.N), stop), Spec: spec}
	totals, err := loadgen.Run(ctx, load, record.NewClock(), nothing{})
	require.NoError(b, err)
	require.GreaterOrEqual(b, totals.Started, int64(b.N))
}

func BenchmarkOpen(b *testing.B) {
	spec := loadgen.DefaultSpec()
	spec.Arrivals, spec.GiveUp = &loadgen.Arrivals{Rate: loadgen.MaxRate}, time.Hour
	benchLoad(b, spec)
}

func BenchmarkOpenPoisson(b *testing.B) {
	spec := loadgen.DefaultSpec()
	spec.Arrivals, spec.GiveUp = &loadgen.Arrivals{Rate: loadgen.MaxRate, Process: loadgen.Poisson}, time.Hour
	benchLoad(b, spec)
}

func BenchmarkClosed(b *testing.B) {
	spec := loadgen.DefaultSpec()
	spec.Concurrency = 64
	benchLoad(b, spec)
}

func BenchmarkSchedule(b *testing.B) {
	for name, arrivals := range map[string]loadgen.Arrivals{
		"constant": {Rate: 1000},
		"poisson":  {Rate: 1000, Process: loadgen.Poisson},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			s := loadgen.NewSchedule(arrivals, 1)
			for b.Loop() {
				s.Next()
			}
		})
	}
}
