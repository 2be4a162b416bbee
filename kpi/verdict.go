package kpi

import "github.com/openstack-eris/eris/collectors/record"

// verdict is the worst of all rows. A record that was cut off, or a run that
// was refused, says nothing about the cloud whatever its rows say.
func (a *Analysis) verdict() Verdict {
	if a.damage != nil || a.CutOff != "" || a.history.vetoed() {
		return Unknown
	}
	var all []Verdict
	deciding := a.Result.deciding()
	for _, o := range deciding {
		all = append(all, o.Verdict)
	}
	for _, c := range a.Result.Checks {
		all = append(all, c.Verdict)
	}
	for _, q := range a.Result.Quality {
		all = append(all, q.Verdict)
	}
	if len(deciding) == 0 {
		all = append(all, Unknown)
	}
	return Worst(all...)
}

// The exit codes of `eris run`, and what the other commands mean by the same numbers.
const (
	ExitPass      = 0
	ExitInternal  = 1
	ExitRefused   = 2 // also: vetoed before any fault
	ExitFail      = 3
	ExitUnknown   = 4
	ExitStopped   = 5
	ExitNotUndone = 6
)

// exit is the run's exit code. Where several hold the first counts: 6, 1, 5,
// 3, 4; a veto before any fault is 2, unless something went wrong inside.
func (a *Analysis) exit() int {
	for i := range a.Faults {
		if a.Faults[i].Plan.Foreign { // its undo is not ours
			continue
		}
		if a.Faults[i].Touched && !a.Faults[i].Verified || a.Faults[i].State == record.Stuck {
			return ExitNotUndone
		}
	}
	switch {
	case a.history.ended != nil && a.history.ended.Error != "":
		return ExitInternal
	case a.Stop != nil:
		return ExitStopped
	case a.history.vetoed():
		return ExitRefused
	case a.Result.Verdict == Fail:
		return ExitFail
	case a.Result.Verdict == Unknown:
		return ExitUnknown
	}
	return ExitPass
}
