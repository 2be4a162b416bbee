package reports_test

import (
	"bytes"
	"encoding/json"
	"fmt"
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

// collected is a run whose collectors have said so of themselves.
func collected(events ...record.CollectEvent) *kpi.Analysis {
	rec := example.Passing()
	events = append([]record.CollectEvent{}, events...)
	all := rec.Events[: len(rec.Events)-1 : len(rec.Events)-1]
	ended := rec.Events[len(rec.Events)-1]
	for n := range events {
		all = append(all, record.Event{At: ended.At - time.Duration(len(events)-n)*time.Second, Collect: &events[n]})
	}
	rec.Events = append(all, ended)
	return kpi.Compute(rec, kpi.Settings{})
}

// What collectors say of themselves is in every report: how often they looked, how long that
// took, and how long nothing came.
func TestCollectorsMeasureThemselvesInTheReport(t *testing.T) {
	account := &record.CollectAccount{Sweeps: 40, Failed: 3, Spent: 2 * time.Second}
	a := collected(
		record.CollectEvent{Collector: "nodes", Node: "ctl-1", State: "started"},
		record.CollectEvent{Collector: "nodes", Node: "ctl-2", State: "gap", Error: "timeout"},
		record.CollectEvent{Collector: "nodes", Node: "ctl-1", State: "stopped", Took: 90 * time.Millisecond, Account: account},
		record.CollectEvent{Collector: "nodes", Node: "ctl-2", State: "stopped", Account: &record.CollectAccount{}},
		record.CollectEvent{Collector: "sockets", Node: "ctl-1", State: "gap"},
		record.CollectEvent{Collector: "sockets", Node: "ctl-1", State: "resumed"},
	)
	var rows []map[string]any
	text, err := json.Marshal(a.Result.Collectors)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &rows))
	require.Equal(t, []map[string]any{
		{"collector": "nodes", "node": "ctl-1", "sweeps": 40.0, "failed": 3.0, "mean_ms": 50.0, "longest_ms": 90.0, "gaps": 0.0, "gaps_expected": 0.0, "gap_ms": 0.0},
		{"collector": "nodes", "node": "ctl-2", "sweeps": 0.0, "failed": 0.0, "mean_ms": nil, "longest_ms": nil, "gaps": 1.0, "gaps_expected": 0.0, "gap_ms": 2000.0},
		{"collector": "sockets", "node": "ctl-1", "sweeps": nil, "failed": nil, "mean_ms": nil, "longest_ms": nil, "gaps": 1.0, "gaps_expected": 0.0, "gap_ms": 1000.0},
	}, rows)
	for name, write := range map[string]func(io.Writer, *kpi.Analysis) error{"text": func(w io.Writer, a *kpi.Analysis) error { return reports.WriteText(w, a, true) }, "markdown": reports.WriteMarkdown, "page": reports.WriteHTML} {
		var out bytes.Buffer
		require.NoError(t, write(&out, a))
		words := strings.Join(strings.FieldsFunc(out.String(), func(r rune) bool { return strings.ContainsRune(" |\n", r) }), " ")
		words = strings.NewReplacer("<td>", " ", "</td>", "", "<th scope=\"row\">", " ", "</th>", "").Replace(words)
		words = strings.Join(strings.Fields(words), " ")
		require.Contains(t, words, "nodes 2 40 3 50 ms 90 ms ctl-1 1 ctl-2 2 s", name)
		require.Contains(t, words, "sockets 1 not known not known not known not known 1 ctl-1 1 s", name)
	}
	require.Empty(t, collected().Result.Collectors)
}

// Many nodes are a row a collector on the page, which names the worst.
func TestManyNodesAreARowACollector(t *testing.T) {
	var events []record.CollectEvent
	for n := range 100 {
		events = append(events, record.CollectEvent{Collector: "nodes", Node: fmt.Sprintf("cmp-%03d", n), State: "gap"})
	}
	v := reports.NewView(collected(events...))
	require.Len(t, v.Collectors, 1)
	require.Equal(t, "100", v.Collectors[0].Nodes)
	require.Equal(t, "cmp-000 100 s, cmp-001 99 s, cmp-002 98 s, cmp-003 97 s, cmp-004 96 s, 95 more", v.Collectors[0].Where)
}
