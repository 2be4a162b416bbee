package scenarios

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/conditions"
	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/loadgen"
)

// LivePercentile is the share of what ended that lies below a percentile that conditions
// ask for by its name; false for what is none.
func LivePercentile(name string) (q float64, is bool) {
	q, is = map[string]float64{"p50": 0.5, "p90": 0.9, "p99": 0.99}[name]
	return q, is
}

// livePercentile is a percentile that an expression asks for while the run goes on.
type livePercentile struct {
	at   *document.Node
	call conditions.Call
}

// supported reports percentiles that are never known: of a window that is longer than what is
// kept, or in which their load, as often as it is ever due, has too few arrivals. Of a closed
// load, a trace or a share of a maximum that is not known before.
func (l *loader) supported(loads []*Load) {
	for _, a := range l.percentiles {
		window, _ := a.call.Arg("window")
		q, _ := LivePercentile(a.call.Function)
		place := l.inside(a.at, window.Offset)
		if window.Duration > loadgen.QuantileWindowMost {
			place.Errorf("a percentile is of a window of %v at most", loadgen.QuantileWindowMost)
			continue
		}
		i := slices.IndexFunc(loads, func(o *Load) bool { return o.Name == a.call.Text("load") })
		if i < 0 { // which has been reported
			continue
		}
		most, known := loads[i].mostRate()
		n := int64(float64(most) * window.Duration.Seconds())
		if !known || record.Enough(n, q) {
			continue
		}
		need := math.Round(10 / (1 - q))
		hint := fmt.Sprintf("a window of %v has them", time.Duration(math.Ceil(need/float64(most)))*time.Second)
		if need/float64(most) > loadgen.QuantileWindowMost.Seconds() {
			hint = "a lower percentile, or a load that asks more often"
		}
		place.Hint("%s", hint).Errorf("%s needs ten answers beyond it, %.0f in all, and %s has %d in %v at most", a.call.Function, need, loads[i].Name, n, window.Duration)
	}
}

// mostRate is the greatest rate that an open load ever has; false where that is not
// known before it runs.
func (l *Load) mostRate() (loadgen.Rate, bool) {
	a := l.Spec.Arrivals
	if a == nil || l.OfMax() {
		return 0, false
	}
	most, known := a.Most()
	for _, change := range l.Changes {
		most = max(most, change.Rate)
	}
	return most, known
}
