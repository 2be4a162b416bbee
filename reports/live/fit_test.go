package live

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
)

// busy is a run with so many loads and faults, of which all but the last are over.
func busy(loads, faults int) (Snapshot, *histories) {
	d := func(ms int) *time.Duration { return new(time.Duration(ms) * time.Millisecond) }
	s := Snapshot{
		Scenario: "controller-power-loss", Cloud: "production-east", Run: "20261130T075131Z-controller-power-loss-c156",
		Elapsed: 9*time.Minute + 41*time.Second, Total: 20 * time.Minute, Phase: "recovery", PhaseNote: "after f2", PhaseElapsed: 41 * time.Second, PhaseTotal: time.Minute,
		Notice: "Ctrl-C: undo faults and stop (again: do not wait, the nodes undo by themselves)",
	}
	for n := range loads {
		s.Loads = append(s.Loads, Load{
			Name: fmt.Sprintf("load-%d", n), Offered: 120, OK: 119, Late: 2 * time.Millisecond, InFlight: 9, ErrorRatio: new(0.123),
			P50: d(190), P99: d(2300), BaseP50: d(1088), BaseP99: d(4120), Errors: []ErrorCount{{record.Timeout, 2790}, {record.HTTP5xx, 288}},
		})
	}
	for n := range faults {
		state := record.Undone
		if n == faults-1 {
			state = record.Held
		}
		s.Faults = append(s.Faults, Fault{Name: fmt.Sprintf("f%d", n), Kind: "service.kill", Targets: []string{"keystone@ctl-1"}, State: state})
	}
	h := newHistories()
	for at := range 60 {
		s.Elapsed = time.Duration(at) * time.Second
		h.note(s)
	}
	return s, h
}

// On a terminal of 80 columns and 24 rows no figure is lost, and the first and the last lines are
// there however much there is to say.
func TestTheBlockFitsItsTerminal(t *testing.T) {
	s, h := busy(1, 2)
	text := draw(s, h, 80, 24, false)
	for _, said := range []string{"base 1.09 s", "base 4.12 s", "timeout 2", "f0 service.kill", "after f2", "by themselves)"} {
		require.Contains(t, text, said)
	}
	require.Contains(t, strings.SplitN(text, "\n", 2)[0], " %", "how far it is")
	for _, faults := range []int{2, 12, 40} {
		for loads := range 9 {
			s, h := busy(loads, faults)
			rows := strings.Split(strings.TrimSuffix(draw(s, h, 80, 24, false), "\n"), "\n")
			require.Less(t, len(rows), 24, "%d loads, %d faults", loads, faults)
			require.Contains(t, rows[0], "controller", "%d loads, %d faults", loads, faults)
			require.Contains(t, rows[len(rows)-1], "Ctrl-C", "%d loads, %d faults", loads, faults)
			for _, row := range rows {
				require.LessOrEqual(t, len([]rune(row)), 80, row)
			}
			if loads < 3 {
				require.Contains(t, strings.Join(rows, "\n"), fmt.Sprintf("f%d service.kill", faults-1), "the one that is active")
			}
		}
	}
	s, h = busy(1, 12)
	require.Contains(t, draw(s, h, 80, 24, false), "✓ f0 service.kill", "there is room")
	s, h = busy(3, 12)
	require.Contains(t, draw(s, h, 80, 24, false), "✓ 11 are over")
}

// What a terminal shows of a run, of each size as a whole: the run's id is there, a wider one has
// longer histories, and what is not known is a dash.
func TestFramesOfTheUsualSizes(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 50}} {
		s, h := busy(1, 3)
		s.Elapsed = 9*time.Minute + 41*time.Second
		s.Faults[0].Note, s.Faults[1].Note = "looks well in ~14 s", "recovering"
		s.Loads[0].P99 = nil
		s.Checks = Checks{Passed: 2, Open: 3}
		for at := range 60 {
			s.Loads[0].ErrorRatio = new(float64(at%7) / 20)
			*s.Loads[0].P50 = time.Duration(100+at*at) * time.Millisecond
			s.Elapsed += time.Second
			h.note(s)
		}
		text := draw(s, h, size[0], size[1], false)
		for row := range strings.SplitSeq(text, "\n") {
			require.LessOrEqual(t, len([]rune(row)), size[0], row)
		}
		require.Contains(t, text, " · run c156 ")
		require.Contains(t, text, "p99 —")
		golden(t, fmt.Sprintf("frame-%dx%d", size[0], size[1]), text)
	}
}

// golden holds a frame to the file of its name, which UPDATE writes anew.
func golden(t *testing.T, name, text string) {
	t.Helper()
	path := "testdata/" + name + ".txt"
	if os.Getenv("UPDATE") != "" {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), text, "run: UPDATE=1 go test ./reports/live, and look at the difference")
}

// However many targets a fault has, and however long their names are, what became of it is there as a whole: the
// state, who undid it and when the loads recovered.
func TestTheStateOfAFaultIsNotCutForItsTargets(t *testing.T) {
	for _, size := range [][2]int{{60, 24}, {80, 24}, {120, 40}} {
		s, h := busy(1, 4)
		three := []string{"rabbitmq-server@controller-01", "rabbitmq-server@controller-02", "rabbitmq-server@controller-03"}
		s.Faults[0].Targets, s.Faults[0].Note = three, "looks well in ~14 s"
		s.Faults[1].Name, s.Faults[1].Kind, s.Faults[1].Targets, s.Faults[1].Note = "partition-of-two-of-three-brokers", "network.partition", three[:2], "recovering"
		s.Faults[2].Targets, s.Faults[2].State = three, record.Stuck
		s.Faults[3].Targets = []string{"a@c-1", "a@c-2", "a@c-3"}
		text := draw(s, h, size[0], size[1], false)
		for row := range strings.SplitSeq(text, "\n") {
			require.LessOrEqual(t, len([]rune(row)), size[0], row)
		}
		for _, said := range []string{"undone, looks well in ~14 s\n", "undone, recovering\n", "   stuck\n", "   held\n", "✓ f0 servic", "▸ f3 service.kill a@c-1 a@c-2 a@c-3   held"} {
			require.Contains(t, text, said, "%d columns", size[0])
		}
		golden(t, fmt.Sprintf("three-%dx%d", size[0], size[1]), text)
	}
}

// A run that is nearly over is not over, nor is one that takes longer than was planned.
func TestNearlyDoneIsNotDone(t *testing.T) {
	for _, c := range []struct {
		phase   string
		elapsed time.Duration
		want    string
	}{
		{record.Recovery, 500 * time.Millisecond, "50 %"},
		{record.Recovery, 996 * time.Millisecond, "99 %"},
		{record.Recovery, 2 * time.Second, "99 %"},
		{record.Done, 2 * time.Second, "100 %"},
	} {
		s, h := busy(1, 2)
		s.Phase, s.Elapsed, s.Total = c.phase, c.elapsed, time.Second
		require.Contains(t, draw(s, h, 120, 24, false), " "+c.want+"\n")
		require.Contains(t, progress(s), c.phase+", "+c.want)
	}
}
