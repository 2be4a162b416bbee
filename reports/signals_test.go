package reports_test

import (
	"bytes"
	"fmt"
	"iter"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
	"github.com/openstack-eris/eris/reports"
)

// A page has room for six signals: those that moved come before those that did not, and
// what is left out is named.
func TestSignalsThatMovedAreDrawn(t *testing.T) {
	rec := example.Failing()
	rec.Signals = func() iter.Seq2[record.Reading, error] {
		return func(yield func(record.Reading, error) bool) {
			for n := range 9 {
				for second := range 3 {
					value := 1.0
					if n%2 == 0 { // a, c, e, g, i
						value = float64(second)
					}
					r := record.Reading{Signal: fmt.Sprintf("node.%c", 'a'+n), Labels: map[string]string{"node": "ctl-1"}, At: time.Duration(100*second) * time.Second, Value: value}
					if !yield(r, nil) {
						return
					}
				}
			}
		}
	}
	text := page(t, rec)
	for _, name := range []string{"a", "b", "c", "e", "g", "i"} {
		require.Contains(t, text, "node."+name+"<")
	}
	require.Contains(t, text, "watched and not drawn: node.d, node.f, node.h")
	for _, name := range []string{"d", "f", "h"} {
		require.NotContains(t, text, "node."+name+"<")
	}
}

// A signal below nothing is drawn where it is, and not as nothing.
func TestASignalBelowNothingIsDrawnThere(t *testing.T) {
	rec := example.Failing()
	rec.Signals = func() iter.Seq2[record.Reading, error] {
		return func(yield func(record.Reading, error) bool) {
			for second := range 600 {
				r := record.Reading{Signal: "clock.offset", Labels: map[string]string{"node": "ctl-1"}, At: time.Duration(second) * time.Second, Value: -15 - float64(second%2)*5}
				if !yield(r, nil) {
					return
				}
			}
		}
	}
	text := page(t, rec)
	panel := regexp.MustCompile(`(?s)clock\.offset<.*?</g>\s*</g>`).FindString(text)
	require.Contains(t, panel, ">−30<")
	require.Contains(t, panel, ">0<")
	require.Contains(t, panel, `d="M657 5820h5026v73h`, "from −15 to −20 of −30")
}

// A second in which a signal was high, of eight hours, is in the picture, and so is one in
// which it was low: from the top of its panel to its foot.
func TestASpikeOfASecondIsInThePictureOfEightHours(t *testing.T) {
	rec := example.Long()
	rec.Signals = func() iter.Seq2[record.Reading, error] {
		return func(yield func(record.Reading, error) bool) {
			for at := time.Duration(0); at < 8*time.Hour; at += time.Second {
				for n := range 12 {
					value := 50.0
					switch {
					case n == 7 && at == 3*time.Hour+17*time.Second:
						value = 98
					case n == 7 && at == 5*time.Hour+time.Second:
						value = 0
					}
					r := record.Reading{Signal: fmt.Sprintf("node.%d", n%6), Labels: map[string]string{"node": fmt.Sprintf("ctl-%d", n/6)}, At: at, Value: value}
					if !yield(r, nil) {
						return
					}
				}
			}
		}
	}
	a := kpi.Compute(rec, kpi.Settings{})
	var page bytes.Buffer
	require.NoError(t, reports.WriteHTML(&page, a))
	text := page.String()
	panel := text[strings.Index(text, "node.1<"):]
	panel = panel[:strings.Index(panel, `<g class="panel`)]
	heights := map[float64]int{}
	lines := regexp.MustCompile(`<path class="line (?:band )?signal s1" d="([^"]+)"`).FindAllStringSubmatch(panel, -1)
	require.Len(t, lines, 2, "what is level, and two fields")
	for _, line := range lines {
		drawn, _, _ := strings.Cut(line[1], keyOf(line[1])) // without the piece of it in the legend
		for _, y := range drawnHeights(t, drawn) {
			heights[y]++
		}
	}
	top, foot := slices.Min(slices.Collect(maps.Keys(heights))), slices.Max(slices.Collect(maps.Keys(heights)))
	require.InDelta(t, 44*98.0/100, foot-top, 0.2, "from 98 to 0, of a panel to 100")
	require.Equal(t, 1, heights[top])
	require.Equal(t, 1, heights[foot])
	require.Len(t, heights, 3, "and all else is 50")
	require.Equal(t, &kpi.Extent{Low: 50, High: 98}, a.Signals[1].Lines[1].Points[int((3*time.Hour+17*time.Second)/a.Signals[1].Step)])
}

// keyOf is the piece of a path that stands in the legend; of a band, which has none, nothing that is in it.
func keyOf(d string) string {
	if key := regexp.MustCompile(`M\d+ \d+h190$`).FindString(d); key != "" {
		return key
	}
	return "none"
}

// drawnHeights are the y of all points of a path.
func drawnHeights(t *testing.T, d string) []float64 {
	t.Helper()
	var heights []float64
	for _, point := range regexp.MustCompile(`[ML](-?[\d.]+) (-?[\d.]+)`).FindAllStringSubmatch(reports.Drawn(d), -1) {
		y, err := strconv.ParseFloat(point[2], 64)
		require.NoError(t, err)
		heights = append(heights, y)
	}
	return heights
}

// Who does not see the picture has the signals in the table: a row a line, of which each cell
// is a stretch of the run.
func TestTheTableHasTheSignals(t *testing.T) {
	text := page(t, example.Failing())
	table := text[strings.Index(text, `aria-label="Signals of the timeline"`):]
	table = table[:strings.Index(table, "</table>")]
	require.Contains(t, table, `<th scope="col">from 00:00</th><th scope="col">from 02:30</th>`)
	require.Equal(t, 3, strings.Count(table, "<tr><td"))
	require.Contains(t, table, `<td>sockets.established<th scope="row">ctl-1 5000<td>16 to 24<td>16 to 62`)
}
