package kpi

import (
	"time"

	"github.com/openstack-eris/eris/collectors/record"
)

// Settings are the constants of the definitions. All of them are printed in
// the report, because a figure means nothing without them. A zero stands for what
// the scenario says (its thresholds), or else for what is said here.
type Settings struct {
	// Sustain is how long the cloud must stay healthy to count as recovered: 20 s,
	// or half of a recovery phase that is shorter than 40 s, but never less than 2 s.
	Sustain time.Duration
	// LatencyFactor is how much slower than its baseline a healthy window may
	// be, at the highest percentile that it supports. 1.5.
	LatencyFactor float64
	// BadShare is the share of arrivals that may go wrong in a healthy window;
	// the baseline's own share counts when it is larger. 0.005.
	BadShare float64
	// DownShare is the share of the arrivals due in a second that must be
	// answered in time, or the second counts as downtime. 0.5.
	DownShare float64
	// LateFactor and LateLeast bound how late an answer may be to count for a
	// second's uptime: the factor times the baseline's highest supported
	// percentile, at least LateLeast. 10 and 1 s.
	LateFactor float64
	LateLeast  time.Duration
	// OutageArrivals is how many arrivals must have been due in a silence for it to be an
	// outage, where not every worker of a closed load waits. 3.
	OutageArrivals int64
	// OutageGaps is by how many mean gaps between two successes of the baseline a silence
	// must be longer than its p99.9. 3.
	OutageGaps float64
	// Lateness is how late the load generator itself may be in the baseline,
	// as its 99th percentile (or the highest that is supported). 100 ms.
	Lateness time.Duration
	// Reached is the share of planned arrivals that must have been started in
	// the baseline for the load to count as reached. 0.99.
	Reached float64
	// ClockBound is how uncertain the moment of a fault may be. 500 ms.
	ClockBound time.Duration
	// BootTime is for how long after its end a fault that takes a node away
	// excuses the node's silence. 3 min.
	BootTime time.Duration
}

const (
	sustainDefault = 20 * time.Second
	sustainLeast   = 2 * time.Second
)

// The defaults of the settings of these names.
const (
	LatencyFactor = 1.5
	BadShare      = 0.005
)

// SustainOf is the default of how long the cloud must stay healthy, if the recovery phase is so
// long; 0: there is none.
func SustainOf(recovery time.Duration) time.Duration {
	if recovery > 0 && recovery < 2*sustainDefault {
		return max(recovery/2, sustainLeast).Round(time.Second)
	}
	return sustainDefault
}

// withDefaults fills in what was left zero; h is where a short scenario's
// recovery phase is read from.
func (s Settings) withDefaults(h history) Settings {
	s = s.of(h.meta.Thresholds)
	if recovery, ok := h.phase(record.Recovery); ok && s.Sustain == 0 && !h.stopped() {
		s.Sustain = SustainOf(recovery.Length())
	}
	return s.filled()
}

// SettingsOf are those by which a run with a scenario's thresholds, nil where it has none, will
// be judged if its recovery phase is so long: for who tells of it before it is over.
func SettingsOf(own *record.Thresholds, recovery time.Duration) Settings {
	s := Settings{}.of(own)
	orElse(&s.Sustain, SustainOf(recovery))
	return s.filled()
}

// filled has a default for each that is still zero.
func (s Settings) filled() Settings {
	orElse(&s.Sustain, sustainDefault)
	orElse(&s.LatencyFactor, LatencyFactor)
	orElse(&s.BadShare, BadShare)
	orElse(&s.DownShare, 0.5)
	orElse(&s.LateFactor, 10)
	orElse(&s.LateLeast, time.Second)
	orElse(&s.OutageArrivals, 3)
	orElse(&s.OutageGaps, 3)
	orElse(&s.Lateness, 100*time.Millisecond)
	orElse(&s.Reached, 0.99)
	orElse(&s.ClockBound, 500*time.Millisecond)
	orElse(&s.BootTime, 3*time.Minute)
	return s
}

func orElse[T comparable](value *T, otherwise T) {
	var zero T
	if *value == zero {
		*value = otherwise
	}
}
