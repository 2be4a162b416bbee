package live

import (
	"math"
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
		h.note(Snapshot{Elapsed: at, Loads: []Load{{Name: "tokens", ErrorRatio: 0.5}}})
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
