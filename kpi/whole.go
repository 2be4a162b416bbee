package kpi

// The assumptions without which nothing that a run measured is claimed.
const (
	recordComplete = "the record is complete"
	runEnded       = "the run came to its end"
)

// Whole tells that a run came to its end by itself and that its record is complete: what another
// one measured is no figure to be compared with.
func (r *Result) Whole() bool {
	for _, q := range r.Quality {
		if (q.Assumption == recordComplete || q.Assumption == runEnded) && q.Verdict != Pass {
			return false
		}
	}
	return finished(r)
}

// Endless tells that somebody else made a fault and that nobody saw it undone: when it ended is not
// known, and the run's end is not when.
func (f *FaultFigures) Endless() bool {
	return f.Plan.Foreign && f.Effective != nil && f.Undone == nil
}
