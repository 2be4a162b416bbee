package reports_test

import (
	"bytes"
	"iter"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
	"github.com/openstack-eris/eris/reports"
)

// A signal's unit goes from the record into the chart, its table, what the page saves and the
// CSV of signals; a record of before has none, and is read.
func TestASignalHasItsUnit(t *testing.T) {
	rec := example.Failing()
	rec.Signals = func() iter.Seq2[record.Reading, error] {
		return func(yield func(record.Reading, error) bool) {
			for second := range 3 {
				at := time.Duration(100*second) * time.Second
				for _, r := range []record.Reading{
					{Signal: "node.memory_free", Labels: map[string]string{"node": "ctl-1"}, At: at, Value: float64(second << 30), Unit: "bytes"},
					{Signal: "of.before", Labels: map[string]string{"node": "ctl-1", "b": "2", "a": "=1"}, At: at, Value: float64(second)},
				} {
					if !yield(r, nil) {
						return
					}
				}
			}
		}
	}
	text := page(t, rec)
	require.Contains(t, text, "node.memory_free, bytes<")
	require.Contains(t, text, "<td>2 GiB")
	require.Contains(t, text, `"name":"node.memory_free","unit":"bytes"`)
	require.Contains(t, text, ">of.before<")

	var out bytes.Buffer
	require.NoError(t, reports.WriteSignals(&out, &reports.Run{Record: rec, Analysis: kpi.Compute(rec, kpi.Settings{})}))
	rows := strings.Split(strings.TrimSpace(out.String()), "\n")
	require.Len(t, rows, 7)
	require.Equal(t, "time,at_s,scenario,run,signal,node,labels,value,unit", rows[0])
	require.Regexp(t, `,0\.000,[^,]+,[^,]+,node\.memory_free,ctl-1,,0,bytes$`, rows[1])
	require.Regexp(t, `,200\.000,[^,]+,[^,]+,of\.before,ctl-1,a==1 b=2,2,$`, rows[6])
}
