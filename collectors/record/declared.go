package record

import "time"

// What a scenario and an inventory declare of how a run is to be judged.

// GroupPlan is a redundancy group as the inventory declares it.
type GroupPlan struct {
	Name    string   `json:"name"`
	Rule    string   `json:"rule"` // in words: n-1, majority, min_up: 2, tolerance: 1
	Members []Target `json:"members"`
	// Tolerates is how many of the members may be lost, whichever they are.
	Tolerates int `json:"tolerates"`
}

// Thresholds are a scenario's own; zero stands for what package kpi takes where none is given.
type Thresholds struct {
	HealthyFor      time.Duration `json:"healthy_for_ns,omitempty"`
	HealthyLatency  float64       `json:"healthy_latency,omitempty"`
	HealthyFailures float64       `json:"healthy_failures,omitempty"`
	Down            float64       `json:"down,omitempty"`
	LateFactor      float64       `json:"late_factor,omitempty"`
	LateLeast       time.Duration `json:"late_least_ns,omitempty"`
	OutageArrivals  int           `json:"outage_arrivals,omitempty"`
	OutageGaps      float64       `json:"outage_gaps,omitempty"`
	Lateness        time.Duration `json:"lateness_ns,omitempty"`
	Reached         float64       `json:"reached,omitempty"`
	ClockBound      time.Duration `json:"clock_bound_ns,omitempty"`
	BootTime        time.Duration `json:"boot_time_ns,omitempty"`
}

// Judged is what a scenario says of an objective beside its expression.
type Judged struct {
	Severity string `json:"severity,omitempty"` // minor, or empty
	Owner    string `json:"owner,omitempty"`
}
