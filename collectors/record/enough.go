package record

// Enough tells whether of n answers ten or more lie beyond the quantile q (0 to 1): else it is
// the story of one slow answer. What is told while a run goes on and what its record is judged
// by rest on the same rule.
func Enough(n int64, q float64) bool { return float64(n)*(1-q) >= 10-1e-6 }
