package reports_test

import (
	"bytes"
	"errors"
	"fmt"
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

// parted is the passing run with operations in each arrival: a token in a tenth of a second, and
// five times as long beside a fault; and every hundredth time a list, which fails each other time.
func parted(names func(n int64) string) kpi.Record {
	rec := example.Passing()
	whole := rec.Samples
	rec.Samples = func(load string) iter.Seq2[record.Sample, error] {
		return func(yield func(record.Sample, error) bool) {
			for s, err := range whole(load) {
				took := 100 * time.Millisecond
				if s.Intended > 31*time.Second && s.Intended < 40*time.Second {
					took *= 5
				}
				part := record.Sample{Iteration: s.Iteration, Operation: names(s.Iteration), Intended: s.Intended, Started: s.Intended, End: s.Intended + took}
				list := part
				list.Operation = "list"
				if s.Iteration%200 == 0 {
					list.Class, list.Status, list.Err = record.HTTP5xx, 503, errors.New("no")
				}
				if err == nil && (!yield(part, nil) || s.Iteration%100 == 0 && !yield(list, nil)) || !yield(s, err) {
					return
				}
			}
		}
	}
	return rec
}

// Each part of an iteration has its count, its failures and its times, also where the iteration
// as a whole was right.
func TestOperationsHaveRowsOfTheirOwn(t *testing.T) {
	a := kpi.Compute(parted(func(int64) string { return "token" }), kpi.Settings{})
	l := a.Result.Loads[0]
	require.Len(t, l.Operations, 2)
	token, list := l.Operations[0], l.Operations[1]
	require.Equal(t, []string{"token", "list"}, []string{token.Name, list.Name})
	require.Equal(t, int64(3000), token.Count, "of 3200, without the warm-up")
	require.Equal(t, token.Count, token.Succeeded)
	require.Equal(t, []int64{30, 15, 15, 0}, []int64{list.Count, list.Succeeded, list.Failed, list.Aborted})
	require.Equal(t, map[string]int64{"http_5xx": 15}, list.Classes)
	require.InEpsilon(t, 100, *token.Windows["baseline"].P50MS, 0.01)
	require.InEpsilon(t, 500, *token.Windows["held"].P50MS, 0.01)
	require.InEpsilon(t, 500, *token.Windows["all"].MaxMS, 0.01)
	require.Nil(t, list.Windows["all"].P50MS, "too few")
	for _, write := range []func(*bytes.Buffer) error{
		func(b *bytes.Buffer) error { return reports.WriteText(b, a, true) },
		func(b *bytes.Buffer) error { return reports.WriteMarkdown(b, a) },
		func(b *bytes.Buffer) error { return reports.WriteHTML(b, a) },
	} {
		var b bytes.Buffer
		require.NoError(t, write(&b))
		require.Contains(t, b.String(), "Operations")
		require.Contains(t, b.String(), "HTTP 5xx 15")
	}
}

// Of many operations a report shows those of which most failed and the slowest, and the result
// has as many as it tells apart.
func TestOfManyOperationsTheWorstAreShown(t *testing.T) {
	a := kpi.Compute(parted(func(n int64) string {
		return fmt.Sprintf("test %d \x1b[31m\u202e%s", n%300, strings.Repeat("long ", 99))
	}), kpi.Settings{})
	for _, o := range a.Result.Loads[0].Operations {
		require.LessOrEqual(t, len(o.Name), record.IDMost)
		require.NotContains(t, o.Name, "\x1b")
	}
	require.Len(t, a.Result.Loads[0].Operations, 201)
	require.Equal(t, "(others)", a.Result.Loads[0].Operations[200].Name)
	v := reports.NewView(a)
	require.Len(t, v.Operations, 40)
	require.Equal(t, "list", v.Operations[0].Name)
	require.Contains(t, v.MoreOperations, "161 more are in run.json")
	var b bytes.Buffer
	require.NoError(t, reports.WriteMarkdown(&b, a))
	require.Contains(t, b.String(), "161 more are in run.json")
}
