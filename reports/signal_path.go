package reports

import (
	"math"
	"slices"
	"time"

	"github.com/openstack-eris/eris/kpi"
)

// signalBudget is how many points the signals of a page have together, and signalLeast how many
// each line has at least, however many there are.
const (
	signalBudget = 1800
	signalLeast  = 40
)

// thinned are signals of which each line has as many points as a page has room for: of each
// stretch the least and the most that was read, as where the record is thinned.
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
			points := make([]*kpi.Extent, 0, len(l.Points)/by+1)
			for stretch := range slices.Chunk(l.Points, by) {
				var all *kpi.Extent
				for _, p := range stretch {
					all = all.And(p)
				}
				points = append(points, all)
			}
			s.Lines[i].Points = points
			if i == len(s.Lines)-1 {
				s.Step *= time.Duration(by)
			}
		}
	}
	return thin
}

// apart is how many steps two readings of a line may be from one another for nothing to be
// missing between them: as many as they most often are, and half of that, or one step, more,
// which is what rounding and a late reading do.
func apart(points []*kpi.Extent) int {
	var steps []int
	before := -1
	for n, p := range points {
		if p == nil {
			continue
		}
		if before >= 0 {
			steps = append(steps, n-before)
		}
		before = n
	}
	usual := 0
	if len(steps) > 0 {
		usual = slices.Sorted(slices.Values(steps))[len(steps)/2]
	}
	return max(usual*3/2, usual+1)
}

// signalPath is a line through the points, broken where some are missing; of what moved
// within a step it has both ends, the nearer one first. A point that is alone is a short
// stroke, since a path through it alone is not seen.
func signalPath(points []*kpi.Extent, place func(n int, v float64) (x, y float64)) string {
	var at []int
	for n, v := range points {
		if v != nil {
			at = append(at, n)
		}
	}
	line, most, last := &pen{}, apart(points), 0.0
	for i, n := range at {
		before := i > 0 && n-at[i-1] <= most
		after := i+1 < len(at) && at[i+1]-n <= most
		if !before {
			line.lift()
		}
		ends := []float64{points[n].Low, points[n].High}
		if before && math.Abs(last-ends[1]) < math.Abs(last-ends[0]) {
			slices.Reverse(ends)
		}
		last = ends[1]
		x, y := place(n, ends[0])
		line.to(x, y)
		switch {
		case ends[0] != ends[1]:
			line.to(place(n, ends[1]))
		case !before && !after:
			line.to(x+loneWidth, y)
		}
	}
	return line.path()
}

// loneWidth is how long the stroke of a point is that has no neighbour.
const loneWidth = 2
