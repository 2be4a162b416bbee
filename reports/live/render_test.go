package live

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestALineIsCutAtTheTerminalsEdge(t *testing.T) {
	l := line{{" phase   ", faint}, {"recovery", strong}, {"   41 s", plain}}
	require.Equal(t, " phase   recovery   41 s", l.render(80, false))
	require.Equal(t, " phase   recovery   41 s", l.render(24, false))
	require.Equal(t, " phase   recovery   41…", l.render(23, false))
	require.Equal(t, " phase   recover…", l.render(17, false))
	require.Equal(t, " phase  …", l.render(9, false))
	require.Equal(t, "\x1b[2m phase   \x1b[0m\x1b[1mrecove…\x1b[0m", l.render(16, true))
}

func TestSparkline(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		values []float64
		want   string
	}{
		{nil, "    "},
		{[]float64{0, 0}, "▁▁  "},
		{[]float64{0, 1, 2, 4}, "▁▃▅█"},
		{[]float64{1, nan, 8, nan}, "▂ █ "},
		{[]float64{1, 1, 1, 1, 1, 8, 1, 1}, "▂▂█▂"},
	} {
		require.Equal(t, c.want, sparkline(c.values, 4), c.values)
	}
}

func TestBar(t *testing.T) {
	require.Equal(t, "····", bar(0, 4))
	require.Equal(t, "██··", bar(0.5, 4))
	require.Equal(t, "█▌··", bar(0.375, 4))
	require.Equal(t, "████", bar(1, 4))
}

func TestHistoriesKeepOneValueASecond(t *testing.T) {
	h := newHistories()
	for at := time.Duration(0); at < 5*time.Second; at += 250 * time.Millisecond {
		h.note(Snapshot{Elapsed: at, Loads: []Load{{Name: "tokens", ErrorRatio: new(0.5)}}})
	}
	require.Len(t, h.of("tokens").errors, 5)
	require.True(t, math.IsNaN(h.of("tokens").p50[0]))
}

func TestThePhaseSaysWhoIsSilentBeforeTheFirst(t *testing.T) {
	silent := []string{"cmp-1", "cmp-2", "cmp-3", "cmp-4", "cmp-5", "cmp-6", "cmp-7"}
	require.Equal(t, " phase   preflight   no answer yet from cmp-1, cmp-2, cmp-3, cmp-4, cmp-5 and 2 more   00:02",
		phase(Snapshot{Phase: Preflight, PhaseElapsed: 2 * time.Second, Silent: silent}).render(120, false))
	require.Equal(t, " phase   chaos   00:02", phase(Snapshot{Phase: "chaos", PhaseElapsed: 2 * time.Second, Silent: silent}).render(120, false))
}

// A load's line has first what must be seen, in the unit in which it can be read; in a narrow
// terminal the load's name is what gives way.
func TestTheLineOfALoad(t *testing.T) {
	two := Snapshot{Loads: []Load{{}, {}}}
	boots := Load{Name: "boots-on-compute-nodes-of-the-second-zone", Offered: 20.0 / 60, OK: 19.0 / 60, Dropped: 12, Late: 2 * time.Millisecond, InFlight: 7}
	require.Equal(t, " load    offered 20/min   ok 19/min   dropped 12   late 2 ms   in flight 7", loadLine(Snapshot{}, boots, 80).render(80, false))
	require.Equal(t, " load    boots…  offered 20/min   ok 19/min   dropped 12   late 2 ms   in flight 7", loadLine(two, boots, 80).render(90, false))
	require.Contains(t, loadLine(two, boots, 80).render(80, false), "dropped 12")
	boots.Stage = NotStarted
	require.Equal(t, " load    not started", loadLine(Snapshot{}, boots, 80).render(80, false))
	boots.Stage, boots.Planned, boots.Succeeded, boots.Failed = Ended, 60, 45, 3
	require.Equal(t, " load    ended   planned 60   ok 45   failed 3   dropped 12", loadLine(Snapshot{}, boots, 80).render(80, false))
}

// A percentile says which stretch it is of where that is not the usual one, and is not known to
// have failed none where nothing ended.
func TestThePercentilesSayTheirStretch(t *testing.T) {
	at := 300 * time.Millisecond
	l := Load{Name: "boots", P50: &at, P50Over: 5 * time.Second, P99: &at, P99Over: time.Minute}
	require.Equal(t, " p50     300 ms        p99 60s 300 ms", strings.TrimRight(latencyLine(l, newHistories(), 4).render(120, false), " "))
	require.Equal(t, "boots: offered 0/s, ok 0/s, p50 300 ms, p99 60s 300 ms", loadProgress(l))
	require.Equal(t, " errors  —", strings.TrimRight(errorLine(l, newHistories(), 4).render(120, false), " "))
	l.ErrorRatio = new(0.0)
	require.Equal(t, " errors  0 %", strings.TrimRight(errorLine(l, newHistories(), 4).render(120, false), " "))
}
