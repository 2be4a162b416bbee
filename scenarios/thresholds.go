package scenarios

import (
	"fmt"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/document"
)

// thresholds are the constants of the KPIs' definitions; package kpi says what stands for
// each where none is given, and what is made of it.
type thresholds struct {
	HealthyFor      document.Value[time.Duration]    `yaml:"healthy_for" help:"how long a load must stay healthy to count as recovered, 2s to 1h; 20s unless given, or half of a recovery phase shorter than 40s"`
	HealthyLatency  document.Value[float64]          `yaml:"healthy_latency" help:"how many times its baseline's percentile a healthy window may have, from 1; 1.5 unless given"`
	HealthyFailures document.Value[document.Percent] `yaml:"healthy_failures" help:"share of the arrivals that may go wrong in a healthy window, or the baseline's own share where that is more; 0.5% unless given"`
	Down            document.Value[document.Percent] `yaml:"down" help:"share of the arrivals due in a second that must be answered in time, or it counts as downtime; 50% unless given"`
	LateFactor      document.Value[float64]          `yaml:"late_factor" help:"an answer is in time up to so many times the baseline's highest percentile, from 1; 10 unless given"`
	LateLeast       document.Value[time.Duration]    `yaml:"late_least" help:"and in any case up to this; 1s unless given"`
	OutageArrivals  document.Value[int]              `yaml:"outage_arrivals" help:"how many arrivals must have been due in a silence for an outage, 1 to 1000; 3 unless given"`
	OutageGaps      document.Value[float64]          `yaml:"outage_gaps" help:"by how many of the baseline's mean gaps a silence must be longer than its p99.9, 1 to 1000; 3 unless given"`
	Lateness        document.Value[time.Duration]    `yaml:"lateness" help:"how late the load generator itself may be in the baseline, at its p99; 100ms unless given"`
	Reached         document.Value[document.Percent] `yaml:"reached" help:"share of the baseline's arrivals that must have been started; 99% unless given"`
	ClockBound      document.Value[time.Duration]    `yaml:"clock_bound" help:"how uncertain the moment of a fault may be; 500ms unless given"`
	BootTime        document.Value[time.Duration]    `yaml:"boot_time" help:"for how long after its end a fault that takes a node away excuses the node's silence; 3m unless given"`
}

// thresholds checks those of a scenario; nil where it has none.
func (l *loader) thresholds(v document.Value[thresholds], p Phases) *record.Thresholds {
	if !v.Given() {
		return nil
	}
	t := v.V
	r := &record.Thresholds{
		HealthyFor:      within(l, "healthy_for", t.HealthyFor, 2*time.Second, time.Hour),
		HealthyLatency:  within(l, "healthy_latency", t.HealthyLatency, 1, 1000),
		HealthyFailures: l.share("healthy_failures", t.HealthyFailures),
		Down:            l.share("down", t.Down),
		LateFactor:      within(l, "late_factor", t.LateFactor, 1, 1000),
		LateLeast:       within(l, "late_least", t.LateLeast, time.Millisecond, time.Hour),
		OutageArrivals:  within(l, "outage_arrivals", t.OutageArrivals, 1, 1000),
		OutageGaps:      within(l, "outage_gaps", t.OutageGaps, 1, 1000),
		Lateness:        within(l, "lateness", t.Lateness, time.Millisecond, time.Minute),
		Reached:         l.share("reached", t.Reached),
		ClockBound:      within(l, "clock_bound", t.ClockBound, time.Millisecond, time.Minute),
		BootTime:        within(l, "boot_time", t.BootTime, time.Second, time.Hour),
	}
	if r.HealthyFor > p.Recovery && p.Recovery > 0 {
		l.warnings.At(t.HealthyFor.Node).Errorf("healthy_for is %v and the recovery phase %v: what is not healthy by its start is not seen to recover", r.HealthyFor, p.Recovery)
	}
	return r
}

// within reports a value that is out of bounds.
func within[T int | float64 | time.Duration](l *loader, name string, v document.Value[T], least, most T) T {
	if v.Given() && v.Node.Shape == document.Scalar && (v.V < least || v.V > most) {
		l.report.At(v.Node).Errorf("%s: wants %v to %v, not %v", name, least, most, v.V)
	}
	return v.V
}

// share reports one that is none, or more than all.
func (l *loader) share(name string, v document.Value[document.Percent]) float64 {
	if v.Given() && v.Node.Shape == document.Scalar && (v.V <= 0 || v.V > 1) {
		l.report.At(v.Node).Errorf("%s: wants more than 0%% and at most 100%%, not %v", name, v.V)
	}
	return float64(v.V)
}

// thresholdWords are those that are given, in one line; empty where none is.
func thresholdWords(t *record.Thresholds) string {
	if t == nil {
		return ""
	}
	var words []string
	say := func(name string, given bool, value any) {
		if given {
			words = append(words, fmt.Sprintf("%s: %v", name, value))
		}
	}
	say("healthy_for", t.HealthyFor > 0, t.HealthyFor)
	say("healthy_latency", t.HealthyLatency > 0, t.HealthyLatency)
	say("healthy_failures", t.HealthyFailures > 0, document.Percent(t.HealthyFailures))
	say("down", t.Down > 0, document.Percent(t.Down))
	say("late_factor", t.LateFactor > 0, t.LateFactor)
	say("late_least", t.LateLeast > 0, t.LateLeast)
	say("outage_arrivals", t.OutageArrivals > 0, t.OutageArrivals)
	say("outage_gaps", t.OutageGaps > 0, t.OutageGaps)
	say("lateness", t.Lateness > 0, t.Lateness)
	say("reached", t.Reached > 0, document.Percent(t.Reached))
	say("clock_bound", t.ClockBound > 0, t.ClockBound)
	say("boot_time", t.BootTime > 0, t.BootTime)
	return strings.Join(words, ", ")
}
