package metrics_test

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
	"github.com/openstack-eris/eris/reports/live"
	"github.com/openstack-eris/eris/reports/metrics"
)

// parsed is a text as Prometheus' own parser reads it, and free of what its linter finds.
func parsed(t *testing.T, text string) map[string]*dto.MetricFamily {
	t.Helper()
	problems, err := promlint.New(strings.NewReader(text)).Lint()
	require.NoError(t, err)
	require.Empty(t, problems)
	parser := expfmt.NewTextParser(model.UTF8Validation)
	all, err := parser.TextToMetricFamilies(strings.NewReader(text))
	require.NoError(t, err)
	return all
}

// value is a sample's by its labels (NAME=VALUE); false where there is none.
func value(all map[string]*dto.MetricFamily, name string, labels ...string) (float64, bool) {
	family := all["eris_"+name]
	if family == nil {
		return 0, false
	}
	for _, m := range family.Metric {
		found := 0
		for _, l := range m.Label {
			for _, want := range labels {
				if l.GetName()+"="+l.GetValue() == want {
					found++
				}
			}
		}
		if found == len(labels) {
			return m.GetGauge().GetValue() + m.GetCounter().GetValue(), true
		}
	}
	return 0, false
}

// scrape is what Prometheus is answered.
func scrape(t *testing.T, snapshot func() (live.Snapshot, bool)) string {
	t.Helper()
	registry := prometheus.NewPedanticRegistry()
	require.NoError(t, registry.Register(metrics.Running(snapshot)))
	all, err := registry.Gather()
	require.NoError(t, err)
	var text bytes.Buffer
	for _, one := range all {
		_, err := expfmt.MetricFamilyToText(&text, one)
		require.NoError(t, err)
	}
	return text.String()
}

func TestARunIsScraped(t *testing.T) {
	require.Empty(t, scrape(t, func() (live.Snapshot, bool) { return live.Snapshot{}, false }), "before it begins")
	at, p99 := 31*time.Second, 250*time.Millisecond
	s := live.Snapshot{
		Run: "20261121T093000Z-x-7f3c", Scenario: "x", Cloud: "lab", Began: time.Unix(1_800_000_000, 0), Phase: record.Chaos,
		Checks: live.Checks{Passed: 2, Open: 1}, Outages: []string{"cinder@ctl-1"},
		Sink:  &live.Sink{Name: "influxdb", Produced: 20, Written: 10, Lost: 5, Unsure: 2, Waiting: 3},
		Loads: []live.Load{{Name: "tokens", Planned: 100, Started: 90, Succeeded: 80, Failed: 7, Dropped: 10, InFlight: 3, P99: &p99}},
		Faults: []live.Fault{{Name: "lose", Kind: "service.kill", Targets: []string{"keystone@ctl-2"}, State: record.Held, Asked: new(30 * time.Second), Effective: &at,
			Args: "signal: KILL", Hold: 45 * time.Second, Effects: []live.Effect{{Target: "keystone@ctl-2", What: "keystone is dead, 4 processes gone"}}},
			{Name: "lossy", Kind: "network.loss", Targets: []string{"ctl-1"}, State: record.Held, Size: []record.Size{{Name: "loss", Unit: "ratio", Value: 0.3}},
				Effects: []live.Effect{{Target: "ctl-1", What: "31 of 100 packets dropped", Sizes: []record.Size{{Name: "loss", Unit: "ratio", Value: 0.31}}}}}},
	}
	all := parsed(t, scrape(t, func() (live.Snapshot, bool) { return s, true }))
	for _, c := range []struct {
		want   float64
		name   string
		labels []string
	}{
		{1, "run_info", []string{"scenario=x", "cloud=lab", "run=20261121T093000Z-x-7f3c"}},
		{1_800_000_000, "run_began_timestamp_seconds", nil},
		{1, "run_phase", []string{"phase=chaos"}},
		{0, "run_phase", []string{"phase=baseline"}},
		{1, "run_unexplained_outages", nil},
		{2, "run_checks", []string{"state=passed"}},
		{100, "load_arrivals_planned_total", []string{"load=tokens"}},
		{90, "load_arrivals_started_total", []string{"load=tokens"}},
		{80, "load_arrivals_succeeded_total", []string{"load=tokens"}},
		{7, "load_arrivals_failed_total", []string{"load=tokens"}},
		{10, "load_arrivals_dropped_total", []string{"load=tokens"}},
		{3, "load_arrivals_in_flight", []string{"load=tokens"}},
		{0.25, "load_response_seconds", []string{"load=tokens", "percentile=99"}},
		{1, "fault_state", []string{"fault=lose", "kind=service.kill", "state=held"}},
		{0, "fault_state", []string{"fault=lose", "kind=service.kill", "state=undone"}},
		{1_800_000_030, "fault_asked_timestamp_seconds", []string{"fault=lose"}},
		{1_800_000_031, "fault_effective_timestamp_seconds", []string{"fault=lose"}},
		{10, "sink_points_total", []string{"sink=influxdb", "state=written"}},
		{5, "sink_points_total", []string{"sink=influxdb", "state=lost"}},
		{2, "sink_points_total", []string{"sink=influxdb", "state=unsure"}},
		{3, "sink_points_waiting", []string{"sink=influxdb"}},
		{1, "fault_targets", []string{"fault=lose"}},
		{1, "fault_effect_asked_info", []string{"fault=lose", "args=signal: KILL"}},
		{45, "fault_hold_asked_seconds", []string{"fault=lose"}},
		{1, "fault_effect_observed_info", []string{"fault=lose", "target=keystone@ctl-2", "effect=keystone is dead, 4 processes gone"}},
		{1, "fault_targets_struck", []string{"fault=lose"}},
		{0.3, "fault_effect_asked", []string{"fault=lossy", "kind=network.loss", "effect=loss", "unit=ratio"}},
		{0.31, "fault_effect_observed", []string{"fault=lossy", "kind=network.loss", "target=ctl-1", "effect=loss", "unit=ratio"}},
	} {
		is, was := value(all, c.name, c.labels...)
		require.True(t, was, "%s %v", c.name, c.labels)
		require.Equal(t, c.want, is, "%s %v", c.name, c.labels)
	}
	for _, name := range []string{"fault_undone_timestamp_seconds", "load_baseline_response_seconds"} {
		_, was := value(all, name)
		require.False(t, was, "%s is not known yet", name)
	}
	for _, name := range []string{"fault_effect_asked", "fault_effect_observed"} {
		_, was := value(all, name, "fault=lose")
		require.False(t, was, "%s: a service that is dead is so by no number", name)
	}
	_, was := value(all, "load_response_seconds", "percentile=50")
	require.False(t, was, "nor is the median")
}

func TestNamesCannotBreakMetrics(t *testing.T) {
	hostile := "a\"b\\c\nd{e}=\xff </script>\u202e\u2066\u061c"
	all := parsed(t, scrape(t, func() (live.Snapshot, bool) {
		return live.Snapshot{Scenario: hostile, Loads: []live.Load{{Name: hostile}}, Faults: []live.Fault{{Name: hostile, Kind: hostile}}}, true
	}))
	_, was := value(all, "run_info", "scenario=a\"b\\c\nd{e}=\ufffd </script>")
	require.True(t, was, "and nothing in it turns the direction of writing")
}

func TestWhatCameOfARunIsWritten(t *testing.T) {
	for name, rec := range map[string]kpi.Record{"pass": example.Passing(), "fail": example.Failing(), "unknown": example.Unknown(), "cut off": example.CutOff()} {
		r := &kpi.Compute(rec, kpi.Settings{}).Result
		var text bytes.Buffer
		require.NoError(t, metrics.Write(&text, r), name)
		all := parsed(t, text.String())
		for _, verdict := range []kpi.Verdict{kpi.Pass, kpi.Fail, kpi.Unknown} {
			is, was := value(all, "result_verdict", "verdict="+string(verdict))
			require.True(t, was)
			require.Equal(t, verdict == r.Verdict, is == 1, name)
		}
		exit, _ := value(all, "result_exit_code")
		require.Equal(t, float64(r.Exit), exit, name)
		for _, k := range r.KPIs {
			as, was := value(all, "result_kpi_state", "kpi="+k.Name, "of="+k.Scope, "state="+string(k.State))
			require.True(t, was && as == 1, "%s: %s of %s is %s", name, k.Name, k.Scope, k.State)
			for bound, x := range map[string]*float64{"value": k.Value, "low": k.Low, "high": k.High} {
				is, was := value(all, "result_kpi", "kpi="+k.Name, "of="+k.Scope, "bound="+bound)
				known := x != nil && (k.State == kpi.Measured || bound != "value")
				require.Equal(t, known, was, "%s: the %s of %s of %s, which is %s", name, bound, k.Name, k.Scope, k.State)
				if known {
					require.Equal(t, *x, is)
				}
			}
		}
		for _, f := range r.Faults {
			is, was := value(all, "result_fault_undo_verified", "fault="+f.Name)
			require.Equal(t, f.Touched, was, "%s: of a fault that was not made there is nothing to undo", name)
			require.Equal(t, f.UndoVerified, is == 1, name)
		}
	}
}

func TestADiskThatIsFullIsTold(t *testing.T) {
	r := &kpi.Compute(example.Passing(), kpi.Settings{}).Result
	require.ErrorIs(t, metrics.Write(full{}, r), io.ErrShortWrite)
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, io.ErrShortWrite }
