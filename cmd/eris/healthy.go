package main

import (
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/loadgen"
)

// soonSick is the stretch in which it is seen while a run goes on that a load suffers.
const soonSick = 5 * time.Second

// longestLook is the longest stretch of which it is looked at once how the loads are: half of
// what is kept of their answers, since nobody may look for a while. Health that has to last
// for longer is that of all such stretches within it, one for each second.
const longestLook = loadgen.QuantileWindowMost / 2

// healthy is what a load's baseline makes of its health while the run goes on. It is the
// report's rule without what only the whole record tells, and by the seconds in which answers came
// and not by those in which they were due: a request that waits in vain counts when it gives up.
// So the display says that loads look well again, and not how long the recovery took.
type healthy struct {
	quantile float64
	latency  time.Duration
	wrong    float64 // share of arrivals
}

// leastSuccesses is how many arrivals must have succeeded in a baseline to be compared with, as in
// the report.
const leastSuccesses = 20

// healthyOf is that of a baseline that has just ended, by the settings of the run; false where it
// had too few arrivals, or has too few in as long as health has to last: of those the report
// measures nothing either.
func healthyOf(l *loadgen.Live, baseline time.Duration, set kpi.Settings) (h healthy, ok bool) {
	baseline = min(baseline, loadgen.WindowMost)
	rates, _ := l.Rates(baseline)
	if rates.Succeeded*rates.Over.Seconds() < leastSuccesses {
		return h, false
	}
	lasting := int64(rates.Offered * set.Sustain.Seconds())
	for _, q := range []float64{0.99, 0.95, 0.9, 0.5} {
		at, _, ok := l.Tail(q, min(baseline, loadgen.QuantileWindowMost))
		if !ok || !record.Enough(lasting, q) {
			continue
		}
		h = healthy{quantile: q, latency: time.Duration(set.LatencyFactor * float64(at)), wrong: set.BadShare}
		if ratio, ok := l.ErrorRatio(baseline); ok {
			h.wrong = max(h.wrong, ratio)
		}
		return h, true
	}
	return h, false
}

// settings are those by which the run will be judged.
func (f *feed) settings() kpi.Settings {
	return kpi.SettingsOf(f.plan.Thresholds, f.plan.Phases.Recovery)
}

// watch looks whether the loads have recovered from a fault, in each second since it was looked
// last; f.mu is held.
func (f *feed) watch(line *faultLine, now time.Duration) {
	if line.effective == nil || line.recovered != nil || len(f.health) == 0 {
		return
	}
	sustain := f.settings().Sustain
	for at := max(line.watched, line.effective.Truncate(time.Second)) + time.Second; at < now.Truncate(time.Second); at += time.Second {
		line.watched = at
		if !line.sick {
			line.sick = f.sick(max(*line.effective, at-soonSick), at)
			continue
		}
		from := at - min(sustain, longestLook)
		if from < *line.effective || !f.well(from, at) {
			line.well = nil
			continue
		}
		if line.well == nil {
			line.well = &from
		}
		if at-*line.well >= sustain {
			line.recovered = new(at - sustain - *line.effective)
			return
		}
	}
}

// sick tells whether some load suffered in a stretch.
func (f *feed) sick(from, to time.Duration) bool {
	for name, h := range f.health {
		if figures, ok := f.loads(name); ok {
			if well, known := figures.Within(from, to, h.wrong, h.quantile, h.latency); known && !well {
				return true
			}
		}
	}
	return false
}

// well tells whether it is known of all loads that they did not.
func (f *feed) well(from, to time.Duration) bool {
	for name, h := range f.health {
		figures, ok := f.loads(name)
		if !ok {
			return false
		}
		if well, known := figures.Within(from, to, h.wrong, h.quantile, h.latency); !known || !well {
			return false
		}
	}
	return true
}
