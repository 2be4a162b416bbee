package kpi

// Minor is the severity of an objective that is judged and shown, and decides nothing: one that
// is missed does not fail the run, and one that cannot be judged does not make it unknown.
const Minor = "minor"

// Decides tells whether what becomes of the objective is part of the verdict.
func (o Objective) Decides() bool { return o.Severity != Minor }

// deciding are the objectives that the verdict is made of.
func (r *Result) deciding() (list []Objective) {
	for _, o := range r.Objectives {
		if o.Decides() {
			list = append(list, o)
		}
	}
	return list
}

// minorMisses says how many of those that decide nothing were missed; empty where none was.
func (r *Result) minorMisses() string {
	n := 0
	for _, o := range r.Objectives {
		if !o.Decides() && o.Verdict == Fail {
			n++
		}
	}
	if n == 0 {
		return ""
	}
	return plural(n, "minor objective") + " missed"
}
