package reports

import (
	"fmt"

	"github.com/openstack-eris/eris/kpi"
)

// kindsMost is of how many faults the lanes name the kinds.
const kindsMost = 12

// laneMost is how many characters of a name a lane shows.
const laneMost = 48

// lanes puts the faults into as few rows as their bars and names need.
func (t *Timeline) lanes(a *kpi.Analysis, x scaleX, y float64) float64 {
	const height = 32.0
	var used []float64 // right edge of each row
	for i := range a.Faults {
		f := &a.Faults[i]
		if f.Effective == nil {
			continue
		}
		from, to := *f.Effective, f.Extent.To
		if until, was := f.Recovering(); was {
			to = until
		} else if f.Undone != nil {
			to = *f.Undone
		}
		if f.Asked != nil {
			from = min(from, *f.Asked)
		}
		left, right := x.at(from), max(x.at(to), x.at(from)+2)
		label := f.Name
		if len(a.Faults) <= kindsMost { // of many the names alone, which need fewer rows; the table has the rest
			label += " " + f.Plan.Fault
		}
		label = clip(label, laneMost)
		width, anchor, textX := 6.2*float64(len(label)), "start", left
		if left+width > plotRight {
			anchor, textX = "end", max(right, left+2)
			left = min(left, textX-width)
		}
		row := 0
		for row < len(used) && used[row]+10 > left {
			row++
		}
		if row == len(used) {
			used = append(used, 0)
		}
		used[row] = max(right, left+width)
		t.Lanes = append(t.Lanes, lane(f, x, y+float64(row)*height, label, anchor, textX))
	}
	return y + float64(len(used))*height
}

func lane(f *kpi.FaultFigures, x scaleX, y float64, label, anchor string, textX float64) Lane {
	held := f.Extent.To
	if f.Undone != nil {
		held = *f.Undone
	}
	at := x.at(*f.Effective)
	l := Lane{Link: faultAnchor(f.Name), Name: label, Anchor: anchor, TextX: px(textX), TextY: px(y + 10), Y: px(y + 15),
		SetupY: px(y + 19), HeldX: px(at), HeldW: px(max(x.at(held)-at, 1.5)), Said: laneWords(f)}
	if f.Asked != nil && *f.Asked < *f.Effective {
		l.SetupX, l.SetupW = px(x.at(*f.Asked)), px(at-x.at(*f.Asked))
	}
	if until, was := f.Recovering(); was {
		l.RecoverX, l.RecoverW = px(x.at(held)), px(x.at(until)-x.at(held))
	}
	return l
}

func laneWords(f *kpi.FaultFigures) string {
	text := fmt.Sprintf("%s, %s, took effect at %s", f.Name, f.Plan.Fault, kpi.Clock(*f.Effective))
	if f.Undone != nil {
		text += ", was undone at " + kpi.Clock(*f.Undone)
	} else {
		text += ", was not seen to be undone"
	}
	switch f.Recover.State {
	case kpi.Measured:
		return text + ", time to recover " + figure(f.Recover)
	case kpi.Censored:
		return text + ", recovery: " + f.Recover.Open()
	case kpi.None:
		return text + ", no load was degraded"
	default:
		return text + ", time to recover not measured"
	}
}
