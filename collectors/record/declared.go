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

// Compared is another run that an objective asks for, with its figures as they were when
// this run began: they do not change with what becomes of that one.
type Compared struct {
	Name string `json:"name"` // as the objectives say it
	// Why says why there are no figures; empty where there are.
	Why        string             `json:"why,omitempty"`
	Run        string             `json:"run,omitempty"`
	Scenario   string             `json:"scenario,omitempty"`
	SpecSHA    string             `json:"spec_sha256,omitempty"`
	Cloud      string             `json:"cloud,omitempty"`
	Thresholds map[string]float64 `json:"thresholds,omitempty"` // all that it is judged by
	Figures    []Figure           `json:"figures,omitempty"`
}

// Figure is a KPI of another run. State and what is null are those of run.json.
type Figure struct {
	Call   string   `json:"call"` // as the objective asks for it
	State  string   `json:"state"`
	Value  *float64 `json:"value"`
	Low    *float64 `json:"low"`
	High   *float64 `json:"high"`
	Unit   string   `json:"unit"`
	N      int      `json:"n"`
	Detail string   `json:"detail,omitempty"`
	Open   string   `json:"open,omitempty"` // why its end is not known
}
