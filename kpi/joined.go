package kpi

import (
	"fmt"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/conditions"
)

// joined says of each load that somebody else has sent how its times got on the run's axis.
// Where nobody has said how far its tool's clock was from the run's, which phase an arrival
// falls into, and whether it came before or after a fault, may be wrong: then it is in
// doubt. How long something took is by that clock alone.
func (a *Analysis) joined() (rows []Quality) {
	for _, r := range a.joinedResults() {
		rows = append(rows, onClock(r))
	}
	return rows
}

// joinedResults are those that became a load.
func (a *Analysis) joinedResults() (all []record.JoinedResult) {
	if a.Meta.Joined == nil {
		return nil
	}
	for _, r := range a.Meta.Joined.Results {
		if r.Load != "" {
			all = append(all, r)
		}
	}
	return all
}

func onClock(r record.JoinedResult) Quality {
	what := "load " + r.Load + " is on the run's clock"
	if r.Offset == nil {
		return doubt(what, fmt.Sprintf("%s: its times are by the clock of the machine that sent it, and nobody has said how far that was from the run's", r.What()))
	}
	return held(what, fmt.Sprintf("%s: its clock was %s behind the run's, as somebody has said", r.What(), Quantity(seconds(*r.Offset), "s")))
}

// misplaced says why a promise that was broken may not have been: it is of a fault or a phase,
// and a load whose clock nobody knows may have met that at another time. Empty: it was broken.
func (a *Analysis) misplaced(calls []conditions.Call) string {
	for _, r := range a.joinedResults() {
		if r.Offset != nil {
			continue
		}
		for _, call := range calls {
			f := functionNamed(call.Function)
			load, of := call.Arg("load")
			switch {
			case f == nil || call.Run != "":
			case f.ofFault != nil, of && (load.Any || load.Text == r.Load) && (call.Text("phase") != "" || f.name == unexpectedOutage().name):
				q := onClock(r)
				return "not sure that " + q.Assumption + ": " + q.Detail
			}
		}
	}
	return ""
}
