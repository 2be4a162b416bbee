package reports_test

import (
	"iter"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
)

// boots are servers that are booted, so many a second, of the passing run, alone.
func boots(rate float64, length time.Duration, troubles ...example.Trouble) kpi.Record {
	rec := example.Passing()
	rec.Failures, rec.Signals, rec.Meta.Objectives = nil, nil, []string{`availability("boots") >= 99%`}
	rec.Meta.Loads = []record.LoadPlan{{Name: "boots", Workload: "nova.boot_and_delete_server", Model: "open", Rate: rate, Process: "constant"}}
	rec.Samples = example.Service{Seed: 5, Median: 600 * time.Millisecond, Spread: 0.2, Limit: time.Minute, Troubles: troubles}.Open(rate, false, length)
	return rec
}

// beside is a record with one more load before or after its own.
func beside(rec, other kpi.Record, first bool) kpi.Record {
	own, others, name := rec.Samples, other.Samples, other.Meta.Loads[0].Name
	rec.Samples = func(load string) iter.Seq2[record.Sample, error] {
		if load == name {
			return others(load)
		}
		return own(load)
	}
	loads := []record.LoadPlan{rec.Meta.Loads[0], other.Meta.Loads[0]}
	if first {
		loads[0], loads[1] = loads[1], loads[0]
	}
	rec.Meta.Loads = loads
	return rec
}

// points counts the dots of a line of the panels of a class, and tells whether it has strokes
// of some length.
func points(text, panel, line string) (dots int, strokes bool) {
	_, text, _ = strings.Cut(text, `<g class="panel `+panel+`">`)
	_, text, _ = strings.Cut(text, `<g transform="scale(.1)">`)
	text, _, _ = strings.Cut(text, "</g>")
	for _, m := range regexp.MustCompile(`<path class="line `+line+`( dots)?" d="([^"]*)"`).FindAllStringSubmatch(text, -1) {
		if m[1] != "" {
			dots += strings.Count(m[2], "h0")
		} else {
			strokes = strokes || regexp.MustCompile(`[hlv]`).MatchString(m[2])
		}
	}
	return dots, strokes
}

// A load of fewer arrivals than steps has a dot for each answer: the picture of what succeeded
// is not empty.
func TestEachAnswerOfASparseLoadIsDrawn(t *testing.T) {
	rec := boots(1.0/3, 80*time.Second)
	a := kpi.Compute(rec, kpi.Settings{})
	text := page(t, rec)
	for _, line := range []string{"median", "worst"} {
		dots, strokes := points(text, "response", line)
		require.Equal(t, int(a.Result.Loads[0].Succeeded), dots, line)
		require.False(t, strokes)
	}
	require.Equal(t, int64(27), a.Result.Loads[0].Succeeded)
}

// What a load did that was over in its first second is drawn.
func TestALoadOfOneSecondIsDrawn(t *testing.T) {
	text := page(t, beside(example.Passing(), boots(40, 200*time.Millisecond), true))
	for _, line := range []string{"offered", "ok"} {
		dots, _ := points(text, "throughput", line)
		require.Equal(t, 1, dots, line)
	}
}

// What nobody knows is not drawn as if it were known: no tint and no lighter bar where the time to
// recover was not measured. Of one that is known they end with it.
func TestARecoveryThatIsNotKnownIsNotDrawn(t *testing.T) {
	well := boots(40, 80*time.Second)
	well.Meta.Loads[0].Name = "lists"
	never := page(t, beside(well, boots(2, 80*time.Second, example.Trouble{From: 0, To: 80 * time.Second, Harm: example.Refuses}), true))
	require.Contains(t, never, "time to recover not measured")
	require.NotContains(t, never, `class="lane-recovering"`)
	require.NotContains(t, never, `<path class="recovering"`)
	known := page(t, example.Failing())
	require.Contains(t, known, `class="lane-recovering"`)
	require.Contains(t, known, `<path class="recovering"`)
}
