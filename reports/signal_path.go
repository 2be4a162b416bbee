package reports

import "slices"

// signalPath is a line through the points, broken where some are missing: where two are further
// apart than they most often are. A point that is alone is a short stroke, since a path through
// it alone is not seen.
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
	for i, n := range at {
		before := i > 0 && 2*steps[i-1] <= 3*usual
		after := i < len(steps) && 2*steps[i] <= 3*usual
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
