package metrics

import (
	"fmt"
	"io"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"

	"github.com/openstack-eris/eris/kpi"
)

// Write writes what came of a run, for whoever keeps the last result of each scenario:
// the textfile collector of node_exporter, or a push gateway. A KPI has samples where it
// was measured, of its value and of the ends of its interval; of one that had not ended
// when the run did only the low one.
func Write(w io.Writer, r *kpi.Result) error {
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(Ended(func() *kpi.Result { return r }))
	all, err := registry.Gather()
	if err != nil {
		return fmt.Errorf("write metrics: %w", err)
	}
	for _, one := range all {
		if _, err := expfmt.MetricFamilyToText(w, one); err != nil {
			return fmt.Errorf("write metrics: %w", err)
		}
	}
	return nil
}

// Ended is what came of the last run, at the moment at which it is asked for, by as many at
// once as come; nil: of none anything is known.
func Ended(result func() *kpi.Result) prometheus.Collector {
	return ended{result, newResultFamilies()}
}

// ended is a run's result as a collector of Prometheus.
type ended struct {
	result func() *kpi.Result
	of     resultFamilies
}

type resultFamilies struct {
	info, verdict, exit, began, length, objective, kpi, state, undo, residue family
}

func newResultFamilies() resultFamilies {
	return resultFamilies{
		info:      gauge("result_info", "The last run of the scenario: 1.", "scenario", "cloud", "run"),
		verdict:   gauge("result_verdict", "1 for the verdict of the run.", "scenario", "cloud", "verdict"),
		exit:      gauge("result_exit_code", "The exit code of eris run.", "scenario", "cloud"),
		began:     gauge("result_began_timestamp_seconds", "When the run began.", "scenario", "cloud"),
		length:    gauge("result_duration_seconds", "How long the run took.", "scenario", "cloud"),
		objective: gauge("result_objective", "1 for the verdict of the objective; one of the severity minor decides nothing.", "scenario", "cloud", "objective", "severity", "verdict"),
		kpi:       gauge("result_kpi", "A KPI, in its unit: its value where it was measured, and the low and the high end of its interval where it has one; of what did not happen the high end is what could not be seen.", "scenario", "cloud", "kpi", "of", "unit", "bound"),
		state:     gauge("result_kpi_state", "1 for how the KPI is to be read.", "scenario", "cloud", "kpi", "of", "state"),
		undo:      gauge("result_fault_undo_verified", "1 where it was verified that nothing of a fault that was made is left.", "scenario", "cloud", "fault"),
		residue:   gauge("result_residue", "Things that the run left behind.", "scenario", "cloud"),
	}
}

// Describe says nothing: which objectives and KPIs there are is the result's.
func (e ended) Describe(chan<- *prometheus.Desc) {}

// Collect implements prometheus.Collector.
func (e ended) Collect(to chan<- prometheus.Metric) {
	r := e.result()
	if r == nil {
		return
	}
	give, of := samples(to), &e.of
	scenario, cloud := r.Scenario.Name, r.Cloud.Name
	verdicts := []string{string(kpi.Pass), string(kpi.Fail), string(kpi.Unknown)}
	give.add(of.info, 1, scenario, cloud, r.Run)
	give.state(of.verdict, verdicts, string(r.Verdict), scenario, cloud)
	give.add(of.exit, float64(r.Exit), scenario, cloud)
	give.add(of.began, float64(r.Started.UnixMilli())/1000, scenario, cloud)
	give.add(of.length, r.DurationMS/1000, scenario, cloud)
	give.add(of.residue, float64(len(r.Residue)), scenario, cloud)
	once := map[string]bool{}
	for _, o := range r.Objectives {
		if once[o.Expression] { // a scenario may say it twice
			continue
		}
		once[o.Expression] = true
		give.state(of.objective, verdicts, string(o.Verdict), scenario, cloud, o.Expression, o.Severity)
	}
	for _, k := range r.KPIs {
		// A load and a fault may have one name, and then each its downtime: the load's,
		// which comes first.
		if id := k.Name + " of " + k.Scope; !once[id] {
			once[id] = true
			e.kpi(give, r, k)
		}
	}
	for _, f := range r.Faults {
		if !f.Touched { // there is nothing to undo
			continue
		}
		verified := 0.0
		if f.UndoVerified {
			verified = 1
		}
		give.add(of.undo, verified, scenario, cloud, f.Name)
	}
}

func (e ended) kpi(give samples, r *kpi.Result, k kpi.KPI) {
	scenario, cloud := r.Scenario.Name, r.Cloud.Name
	give.state(e.of.state, []string{string(kpi.Measured), string(kpi.Censored), string(kpi.None), string(kpi.NotMeasured)}, string(k.State), scenario, cloud, k.Name, k.Scope)
	bounds := map[string]*float64{"low": k.Low, "high": k.High}
	if k.State == kpi.Measured { // what was not over is at least its value: that is its low
		bounds["value"] = k.Value
	}
	for bound, x := range bounds {
		if x != nil {
			give.add(e.of.kpi, *x, scenario, cloud, k.Name, k.Scope, k.Unit, bound)
		}
	}
}
