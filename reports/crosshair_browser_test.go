//go:build page

package reports_test

import (
	"encoding/csv"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
)

// oneSilent is a run whose second controller says nothing for 100 s.
func oneSilent() kpi.Record {
	rec := example.Failing()
	all := rec.Signals
	rec.Signals = func() iter.Seq2[record.Reading, error] {
		return func(yield func(record.Reading, error) bool) {
			for r, err := range all() {
				if quiet := r.Labels["node"] == "ctl-2" && r.At >= 300*time.Second && r.At < 400*time.Second; !quiet && !yield(r, err) {
					return
				}
			}
		}
	}
	return rec
}

// told is what a signal's line is said to be at a point.
func told(s kpi.Signal, line, point int) string {
	p := s.Lines[line].Points[point]
	switch {
	case p == nil:
		return s.Lines[line].Label + " missing"
	case p.Low == p.High:
		return fmt.Sprintf("%s %g", s.Lines[line].Label, p.Low)
	}
	return fmt.Sprintf("%s %g to %g", s.Lines[line].Label, p.Low, p.High)
}

// saved is the CSV that a button gives.
func saved(t *testing.T, b *browser, button string) [][]string {
	t.Helper()
	text := eval[string](t, b, `(() => { const real = window.Blob; let text = ""; window.Blob = function (parts, kind) { text = parts[0]; return new real(parts, kind) }; document.querySelector("#data-table").open = true; document.getElementById("`+button+`").click(); window.Blob = real; return text })()`)
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	require.NoError(t, err)
	return rows
}

// The crosshair has each signal that is drawn, by the mouse and by the keyboard, and says
// where one was silent; as CSV there is each point of them, and of the loads.
func TestTheCrosshairAndTheCSVHaveTheSignals(t *testing.T) {
	rec := oneSilent()
	a := kpi.Compute(rec, kpi.Settings{})
	require.Len(t, a.Signals, 1)
	signal := a.Signals[0]
	path := filepath.Join(t.TempDir(), "report.html")
	require.NoError(t, os.WriteFile(path, []byte(page(t, rec)), 0o644))
	b := browse(t, path)
	at := func(seconds int) string {
		require.NoError(t, chromedp.Do(b, chromedp.Navigate("about:blank")))
		b.show(t, 1240, fmt.Sprintf("%s#t=%d-%d", b.address, seconds, seconds+10))
		return eval[string](t, b, `document.getElementById("readout").textContent`)
	}
	for _, seconds := range []int{100, 301, 350, 400, 560} {
		point := int((time.Duration(seconds/2*2+1) * time.Second) / signal.Step)
		said := strings.Split(at(seconds), "\n")
		require.Len(t, said, 2, "a line for the load, and one for the signal")
		require.Equal(t, "sockets.established: "+told(signal, 0, point)+", "+told(signal, 1, point)+", "+told(signal, 2, point), said[1], "at %d s", seconds)
		require.Equal(t, seconds > 300 && seconds < 400, strings.Contains(said[1], "ctl-2 5000 missing"), "at %d s", seconds)
	}
	last := eval[string](t, b, `document.getElementById("chart").dispatchEvent(new KeyboardEvent("keydown", {key: "End", bubbles: true})), document.getElementById("readout").textContent`)
	require.Regexp(t, `^19:58  tokens: .*\nsockets.established: ctl-1 5000 \d+`, last)

	rows := saved(t, b, "csv-signals")
	require.Equal(t, []string{"signal", "of", "from_s", "least", "most", "unit"}, rows[0])
	require.Len(t, rows, 1+3*len(signal.Lines[0].Points))
	for n, p := range signal.Lines[1].Points {
		want := []string{"sockets.established", "ctl-2 5000", fmt.Sprint(n * int(signal.Step/time.Second)), "", "", "1"}
		if p != nil {
			want[3], want[4] = fmt.Sprintf("%g", p.Low), fmt.Sprintf("%g", p.High)
		}
		require.Equal(t, want, rows[1+len(signal.Lines[0].Points)+n])
	}
	of := a.Loads[0].Buckets(600, a.End)
	rows = saved(t, b, "csv")
	require.Len(t, rows, 1+len(of.List))
	for n, k := range of.List {
		require.Equal(t, []string{"tokens", fmt.Sprint(2 * n), fmt.Sprintf("%.3g", float64(k.Due)/2)}, []string{rows[1+n][0], rows[1+n][1], rows[1+n][5]})
	}
	b.quiet(t)
}

// A run without a load has the crosshair and the CSV of its signals.
func TestTheCrosshairAndTheCSVNeedNoLoad(t *testing.T) {
	rec := oneSilent()
	rec.Meta.Loads = nil
	a := kpi.Compute(rec, kpi.Settings{})
	require.Empty(t, a.Loads)
	require.Len(t, a.Signals, 1)
	signal := a.Signals[0]
	path := filepath.Join(t.TempDir(), "report.html")
	require.NoError(t, os.WriteFile(path, []byte(page(t, rec)), 0o644))
	b := browse(t, path)
	press := func(key string) string {
		return eval[string](t, b, `document.getElementById("chart").dispatchEvent(new KeyboardEvent("keydown", {key: "`+key+`", bubbles: true})), document.getElementById("readout").textContent`)
	}
	require.Equal(t, "00:00  sockets.established: "+told(signal, 0, 0)+", "+told(signal, 1, 0)+", "+told(signal, 2, 0), press("Home"))
	last := int(a.End/signal.Step) - 1
	require.Equal(t, kpi.Clock(time.Duration(last)*signal.Step)+"  sockets.established: "+told(signal, 0, last)+", "+told(signal, 1, last)+", "+told(signal, 2, last), press("End"))
	require.Len(t, saved(t, b, "csv-signals"), 1+3*len(signal.Lines[0].Points))
	require.True(t, eval[bool](t, b, `document.getElementById("csv").hidden`), "there are no points of loads")
	b.quiet(t)
}

// After an hour the crosshair has the clock of the axis and the table.
func TestTheCrosshairHasHours(t *testing.T) {
	path := filepath.Join(t.TempDir(), "report.html")
	require.NoError(t, os.WriteFile(path, []byte(page(t, example.Long())), 0o644))
	b := browse(t, path)
	said := eval[string](t, b, `location.hash = "#t=5400-5460", window.dispatchEvent(new Event("hashchange")), document.getElementById("readout").textContent`)
	require.Regexp(t, `^1:(29|30):\d\d  `, said)
	b.quiet(t)
}

// Loads that end at other times, in steps of other lengths: the crosshair goes to the end of the
// run, and has of each what it did then, whichever is first.
func TestTheCrosshairGoesOnWhenALoadHasEnded(t *testing.T) {
	for _, first := range []bool{true, false} {
		rec := beside(example.Failing(), boots(4, 5*time.Second), first)
		path := filepath.Join(t.TempDir(), "report.html")
		require.NoError(t, os.WriteFile(path, []byte(page(t, rec)), 0o644))
		b := browse(t, path)
		a := kpi.Compute(rec, kpi.Settings{})
		at := func(hash string) string {
			return eval[string](t, b, `location.hash = "`+hash+`", window.dispatchEvent(new Event("hashchange")), document.getElementById("readout").textContent`)
		}
		for _, seconds := range []int{3, 6, 541, 1199} {
			said := at(fmt.Sprintf("#t=%d-%d", seconds, seconds+1))
			require.Regexp(t, fmt.Sprintf(`^%s  `, kpi.Clock(time.Duration(seconds)*time.Second)), said)
			require.NotContains(t, said, "undefined")
			for _, l := range a.Loads {
				of := l.Buckets(300, a.End)
				n := int(time.Duration(seconds) * time.Second / of.Step)
				want := l.Plan.Name + ": nothing after 00:06"
				if n < len(of.List) {
					want = fmt.Sprintf("offered %.3g/s, succeeded %.3g/s", float64(of.List[n].Due)/of.Step.Seconds(), float64(of.List[n].OK)/of.Step.Seconds())
				}
				require.Contains(t, said, want)
			}
		}
		b.quiet(t)
	}
}

// On a narrow screen the picture scrolls in its box: where a key moves the crosshair to is seen.
func TestTheCrosshairIsScrolledTo(t *testing.T) {
	b := open(t, "failing")
	b.show(t, 360, b.address)
	for _, key := range []string{"End", "Home"} {
		at := eval[[]float64](t, b, `(() => {
			const chart = document.getElementById("chart"), box = chart.parentElement.getBoundingClientRect()
			chart.focus({preventScroll: true})
			chart.dispatchEvent(new KeyboardEvent("keydown", {key: "`+key+`", bubbles: true}))
			return [box.left, document.getElementById("cross").getBoundingClientRect().x, box.right]
		})()`)
		require.IsIncreasing(t, at, key)
	}
	b.quiet(t)
}
