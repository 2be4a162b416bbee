package kpi_test

import (
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
)

// held is what an analysis of n arrivals in two minutes keeps in memory, in
// bytes.
func held(n int) uint64 {
	j := example.NewJournal("memory", float64(n)/120, `availability("tokens") >= 99%`)
	j.Phase(0, "baseline")
	j.Phase(time.Minute, "chaos")
	j.End(2 * time.Minute)
	rec := j.Record(example.Cloud{Seed: 1, Rate: float64(n) / 120, Length: 2 * time.Minute, Median: 50 * time.Millisecond, Spread: 0.5})
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	a := kpi.Compute(rec, kpi.Settings{})
	runtime.GC()
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(a)
	return after.HeapAlloc - min(before.HeapAlloc, after.HeapAlloc)
}

// Ten times the operations must not take more than the few steps of latency
// that were not seen before.
func TestMemoryDoesNotGrowWithOperations(t *testing.T) {
	small, large := held(20_000), held(200_000)
	require.LessOrEqual(t, large, small+2<<20)
}
