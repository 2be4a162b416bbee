package reports

import (
	"slices"
	"time"

	"github.com/openstack-eris/eris/kpi"
)

// signalBudget is how many points the signals of a page have together, and signalLeast how many
// each line has at least, however many there are.
const (
	signalBudget = 2400
	signalLeast  = 40
)

// thinned are signals of which each line has as many points as a page has room for: of each
// stretch the last that was read, as where the record is thinned.
func thinned(all []kpi.Signal) []kpi.Signal {
	lines := 0
	for _, s := range all {
		lines += len(s.Lines)
	}
	thin := slices.Clone(all)
	for n := range thin {
		s := &thin[n]
		s.Lines = slices.Clone(s.Lines)
		for i, l := range s.Lines {
			by := (len(l.Points) + max(signalBudget/lines, signalLeast) - 1) / max(signalBudget/lines, signalLeast)
			if by <= 1 {
				continue
			}
			points := make([]*float64, 0, len(l.Points)/by+1)
			for stretch := range slices.Chunk(l.Points, by) {
				var last *float64
				for _, p := range stretch {
					if p != nil {
						last = p
					}
				}
				points = append(points, last)
			}
			s.Lines[i].Points = points
			if i == len(s.Lines)-1 {
				s.Step *= time.Duration(by)
			}
		}
	}
	return thin
}

// signalPath is a line through the points, broken where some are missing: where two are further
// apart than they most often are, by half and by more than one step, which is what rounding and
// a late reading do. A point that is alone is a short stroke, since a path through it alone is
// not seen.
func signalPath(points []*float64, place func(n int, v float64) (x, y float64)) string {
	var at []int
	for n, v := range points {
		if v != nil {
			at = append(at, n)
		}
	}
	var steps []int
	for i := 1; i < len(at); i++ {
		steps = append(steps, at[i]-at[i-1])
	}
	usual := 0
	if len(steps) > 0 {
		usual = slices.Sorted(slices.Values(steps))[len(steps)/2]
	}
	line := &pen{}
	most := max(usual*3/2, usual+1)
	for i, n := range at {
		before := i > 0 && steps[i-1] <= most
		after := i < len(steps) && steps[i] <= most
		if !before {
			line.lift()
		}
		x, y := place(n, *points[n])
		line.to(x, y)
		if !before && !after {
			line.to(x+loneWidth, y)
		}
	}
	return line.b.String()
}

// loneWidth is how long the stroke of a point is that has no neighbour.
const loneWidth = 2
