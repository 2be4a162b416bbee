package reports_test

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
	"github.com/openstack-eris/eris/reports"
)

// Whether something is left behind is one truth in all formats: where the page says that nobody
// knows, no job passes for it.
func TestWhatIsLeftBehindIsOneTruthInAllFormats(t *testing.T) {
	ended := example.Passing()
	stuck := example.Passing()
	for i, e := range stuck.Events {
		if e.Target != nil && e.Target.State == record.Undone {
			changed := *e.Target
			changed.State = record.Stuck
			stuck.Events[i].Target = &changed
		}
	}
	for name, c := range map[string]struct {
		rec   kpi.Record
		known bool
	}{"ended": {ended, true}, "stuck, and nobody looked": {stuck, false}, "killed": {example.Killed(36 * time.Second), false}} {
		a := kpi.Compute(c.rec, kpi.Settings{})
		var junit, text bytes.Buffer
		require.NoError(t, reports.WriteJUnit(&junit, a))
		require.NoError(t, reports.WriteText(&text, a, true))
		if c.known {
			require.Contains(t, junit.String(), `name="nothing is left behind" time="0"></testcase>`, name)
			require.Contains(t, text.String(), "Left behind: 0", name)
			continue
		}
		require.NotContains(t, junit.String(), `name="nothing is left behind" time="0"></testcase>`, name)
		require.Contains(t, text.String(), "Left behind: not measured, ", name)
	}
}

// When the load first noticed a fault is no first error: it may be that an answer was late. A run
// that ended before all was seen says so beside the fault.
func TestAFaultsRowIsNamedForWhatItIsAndSaysWhatWasNotSeen(t *testing.T) {
	a := kpi.Compute(example.Killed(31*time.Second), kpi.Settings{})
	for name, write := range map[string]func(io.Writer, *kpi.Analysis) error{"text": func(w io.Writer, a *kpi.Analysis) error { return reports.WriteText(w, a, true) }, "markdown": reports.WriteMarkdown, "page": reports.WriteHTML} {
		var out bytes.Buffer
		require.NoError(t, write(&out, a))
		words := strings.ToLower(strings.ReplaceAll(out.String(), "\u00a0", " "))
		require.NotRegexp(t, `.{30}first error.{30}`, words, name)
		require.Contains(t, words, "first trouble", name)
		require.Contains(t, words, "not all was seen: the record ends before it was seen to be undone", name)
	}
}
