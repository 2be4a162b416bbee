package kpi

import "slices"

// Whole tells that a run came to its end by itself and that its record is complete: what another
// one measured is no figure to be compared with.
func (r *Result) Whole() bool {
	return r.Exit != ExitInternal && r.Exit != ExitRefused && r.Exit != ExitStopped && !slices.ContainsFunc(r.Quality, func(q Quality) bool {
		return (q.Assumption == recordWhole || q.Assumption == runEnded) && q.Verdict != Pass
	})
}

// Endless tells that somebody else made a fault and that nobody saw it undone: when it ended is not
// known, and the run's end is not when.
func (f *FaultFigures) Endless() bool {
	return f.Plan.Foreign && f.Effective != nil && f.Undone == nil
}
