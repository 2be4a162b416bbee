package record

// The phases of a run, by the words of records, objectives and scenarios.
const (
	Warmup   = "warmup"
	Baseline = "baseline"
	Chaos    = "chaos"
	Recovery = "recovery"
	Done     = "done" // begins when the last of them ends
)

// Phases are those in which loads are sent, in order.
func Phases() []string { return []string{Warmup, Baseline, Chaos, Recovery} }
