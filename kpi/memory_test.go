package kpi_test

import (
	"os"
	"os/exec"
	"runtime"
	"syscall"
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

// mostJudging is what judging a million operations may take at its height, in KiB, with all of the
// process that does it.
const mostJudging = 150 << 10

// A million operations are judged within 150 MiB, in a process that does nothing else.
func TestAMillionOperationsAreJudgedWithin150MiB(t *testing.T) {
	const alone, n = "ERIS_TEST_JUDGE_A_MILLION", 1_000_000
	if os.Getenv(alone) != "" {
		j := example.NewJournal("memory", n/1200, `availability("tokens") >= 99%`)
		j.Phase(0, "baseline")
		j.Phase(10*time.Minute, "chaos")
		j.End(20 * time.Minute)
		rec := j.Record(example.Cloud{Seed: 1, Rate: n / 1200.0, Length: 20 * time.Minute, Median: 50 * time.Millisecond, Spread: 0.5})
		require.InDelta(t, n, kpi.Compute(rec, kpi.Settings{}).Result.Loads[0].Planned, 1000)
		return
	}
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^"+t.Name()+"$")
	child.Env = append(os.Environ(), alone+"=1")
	said, err := child.CombinedOutput()
	require.NoError(t, err, "%s", said)
	highest := child.ProcessState.SysUsage().(*syscall.Rusage).Maxrss
	t.Logf("%d MiB at the most", highest>>10)
	require.Less(t, highest, int64(mostJudging))
}

// Ten times the operations must not take more than the few steps of latency
// that were not seen before.
func TestMemoryDoesNotGrowWithOperations(t *testing.T) {
	small, large := held(20_000), held(200_000)
	require.LessOrEqual(t, large, small+2<<20)
}
