package loadgen

import "time"

// Figure is what a workload has measured beside how long it took, as bytes a second. It becomes
// a reading of the record's signals, under the name of its load.
type Figure struct {
	Name   string // one of those that the workload tells
	Value  float64
	At     time.Time         // the end of the stretch that it is of
	Labels map[string]string // beside the load's name
}

// FigureInfo describes a figure for people.
type FigureInfo struct {
	Name   string   // e.g. "iperf3.throughput"
	Unit   string   // e.g. "1", "bytes/s", "s", "ratio"
	Labels []string // beside "load"
	Help   string
}

// Measuring is a workload that measures figures. It gives them to Env.Figure.
type Measuring interface{ Figures() []FigureInfo }
