package reports

import (
	"iter"
	"slices"
	"time"

	"github.com/openstack-eris/eris/kpi"
)

// thinned are signals of which each line has as many points as a page has room for: of each
// stretch the least and the most that was read, as where the record is thinned.
func thinned(all []kpi.Signal, fine detail) []kpi.Signal {
	most := fine.perLine(linesOf(all))
	thin := slices.Clone(all)
	for n := range thin {
		s := &thin[n]
		s.Lines = slices.Clone(s.Lines)
		for i, l := range s.Lines {
			by := (len(l.Points) + most - 1) / most
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

// linesOf counts the lines of signals.
func linesOf(all []kpi.Signal) (n int) {
	for _, s := range all {
		n += len(s.Lines)
	}
	return n
}

// isOrIsNot tells that all values of a signal are 0 or 1, between which there is nothing.
func isOrIsNot(s kpi.Signal) bool {
	for _, l := range s.Lines {
		for _, p := range l.Points {
			if p != nil && (p.Low != 0 && p.Low != 1 || p.High != 0 && p.High != 1) {
				return false
			}
		}
	}
	return true
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

// signalPaths are a line through the points, broken where some are missing, with dots where one
// is alone, and bands where more than one value was read in a step, from the least to the most.
// In steps a value lasts until the next one, as of what is or is not.
func signalPaths(points []*kpi.Extent, steps bool, place func(n int, v float64) (x, y float64)) (line, dots, band string) {
	thin, thick, most := &pen{}, &pen{}, apart(points)
	for stretch := range whole(points, most) {
		if first := points[stretch[0]]; len(stretch) == 1 {
			thin.lift()
			thin.to(place(stretch[0], first.Low))
			thin.to(place(stretch[0], first.High))
			continue
		}
		wide := func(i int) bool { // the way from the ith point to the next one
			for _, n := range stretch[i : i+2] {
				if points[n].Low != points[n].High {
					return true
				}
			}
			return false
		}
		for i := 0; i < len(stretch)-1; {
			to := i + 1
			for to < len(stretch)-1 && wide(to) == wide(i) {
				to++
			}
			on := thin
			if wide(i) {
				on = thick
			}
			on.lift()
			for k, n := range stretch[i : to+1] {
				x, y := place(n, points[n].High)
				if steps && k > 0 {
					_, before := place(n, points[stretch[i+k-1]].High)
					on.to(x, before)
				}
				on.to(x, y)
			}
			if on == thick {
				for _, n := range slices.Backward(stretch[i : to+1]) {
					on.to(place(n, points[n].Low))
				}
				on.shut()
			}
			i = to
		}
	}
	line, dots = thin.paths()
	band, _ = thick.paths()
	return line, dots, band
}

// whole are the stretches of points between which nothing is missing, by their numbers.
func whole(points []*kpi.Extent, most int) iter.Seq[[]int] {
	return func(yield func([]int) bool) {
		var stretch []int
		for n, p := range points {
			if p == nil {
				continue
			}
			if len(stretch) > 0 && n-stretch[len(stretch)-1] > most {
				if !yield(stretch) {
					return
				}
				stretch = nil
			}
			stretch = append(stretch, n)
		}
		if len(stretch) > 0 {
			yield(stretch)
		}
	}
}
