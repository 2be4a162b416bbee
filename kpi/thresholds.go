package kpi

import (
	"time"

	"github.com/openstack-eris/eris/collectors/record"
)

// of takes what a scenario has set, where nobody has asked for something else.
func (s Settings) of(t *record.Thresholds) Settings {
	if t == nil {
		return s
	}
	set(&s.Sustain, t.HealthyFor)
	set(&s.LatencyFactor, t.HealthyLatency)
	set(&s.BadShare, t.HealthyFailures)
	set(&s.DownShare, t.Down)
	set(&s.LateFactor, t.LateFactor)
	set(&s.LateLeast, t.LateLeast)
	set(&s.OutageArrivals, int64(t.OutageArrivals))
	set(&s.OutageGaps, t.OutageGaps)
	set(&s.Lateness, t.Lateness)
	set(&s.Reached, t.Reached)
	set(&s.ClockBound, t.ClockBound)
	set(&s.BootTime, t.BootTime)
	return s
}

// set takes a value that is more than zero, as each that a scenario may set is.
func set[T time.Duration | float64 | int64](value *T, own T) {
	if own > 0 {
		orElse(value, own)
	}
}

// Threshold is a constant of the definitions, as a run was judged by it.
type Threshold struct {
	Name  string  `json:"name"` // as a scenario sets it
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
	// Own tells that the scenario has set it.
	Own bool `json:"own,omitempty"`
}

// String is its value, to its digits.
func (t Threshold) String() string {
	return Exactly(t.Value, t.Unit)
}

// thresholds are all of them, in the order of documents.
func (a *Analysis) thresholds() []Threshold {
	s, own := a.Settings, Settings{}.of(a.Meta.Thresholds)
	return []Threshold{
		{"healthy_for", seconds(s.Sustain), "s", own.Sustain > 0},
		{"healthy_latency", s.LatencyFactor, "1", own.LatencyFactor > 0},
		{"healthy_failures", s.BadShare, "ratio", own.BadShare > 0},
		{"down", s.DownShare, "ratio", own.DownShare > 0},
		{"late_factor", s.LateFactor, "1", own.LateFactor > 0},
		{"late_least", seconds(s.LateLeast), "s", own.LateLeast > 0},
		{"outage_arrivals", float64(s.OutageArrivals), "1", own.OutageArrivals > 0},
		{"outage_gaps", s.OutageGaps, "1", own.OutageGaps > 0},
		{"lateness", seconds(s.Lateness), "s", own.Lateness > 0},
		{"reached", s.Reached, "ratio", own.Reached > 0},
		{"clock_bound", seconds(s.ClockBound), "s", own.ClockBound > 0},
		{"boot_time", seconds(s.BootTime), "s", own.BootTime > 0},
	}
}
