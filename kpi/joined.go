package kpi

import (
	"fmt"
	"strings"

	"github.com/openstack-eris/eris/collectors/record"
)

// joined says of each load that somebody else has sent how its times got on the run's axis.
// Where nobody has said how far its tool's clock was from the run's, which phase an arrival
// falls into, and whether it came before or after a fault, may be wrong: then it is in
// doubt. How long something took is by that clock alone.
func (a *Analysis) joined() (rows []Quality) {
	if a.Meta.Joined == nil {
		return nil
	}
	for _, r := range a.Meta.Joined.Results {
		if r.Load == "" {
			continue
		}
		what := "load " + r.Load + " is on the run's clock"
		if r.Offset == nil {
			rows = append(rows, doubt(what, fmt.Sprintf("%s: its times are by the clock of the machine that sent it, and nobody has said how far that was from the run's", source(r))))
			continue
		}
		rows = append(rows, held(what, fmt.Sprintf("%s: its clock was %s behind the run's, as somebody has said", source(r), Quantity(seconds(*r.Offset), "s"))))
	}
	return rows
}

// source says in words where a load of somebody else comes from.
func source(r record.JoinedResult) string {
	text := fmt.Sprintf("%d arrivals of %s", r.Arrivals, r.File)
	var rest []string
	for _, part := range []struct {
		n    int64
		what string
	}{{r.Cut, "cut by the run's end"}, {r.Before, "before the run left out"}, {r.After, "after it left out"}, {int64(r.HooksOut), "hooks left out"}} {
		if part.n > 0 {
			rest = append(rest, fmt.Sprintf("%d %s", part.n, part.what))
		}
	}
	if len(rest) > 0 {
		text += " (" + strings.Join(rest, ", ") + ")"
	}
	return text
}
