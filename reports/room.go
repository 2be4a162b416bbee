package reports

import "reflect"

// A page is to be sent by mail and opened on a phone: it has no more than so many bytes, however
// much there is to tell. What is written has its room first, since it cannot be drawn coarser;
// the pictures and their figures share what is left.
const pageMost = 150 << 10

// How many bytes of a page something takes, as measured on pages.
const (
	ofFrame  = 43 << 10 // the styles, the script, and the axes, lanes and words of a timeline
	ofString = 30       // what is around a text
	ofPoint  = 46       // a load's bucket: lines and figures
	ofClass  = 10       // a class of failure in a bucket
	ofSignal = 20       // a point of a signal
	ofRow    = 110      // of the table of the same data
)

// detail is how fine the pictures of a page are.
type detail struct {
	points, least             int // buckets of the charts of all loads together, and of one at least
	signalPoints, signalLeast int // likewise of the signals, and of a line
	rows                      int // of the table
}

// finest is that of a page with room, and coarsest what is drawn where there is none.
func finest() detail   { return detail{600, 120, 1800, 40, 120} }
func coarsest() detail { return detail{96, 24, 360, 10, 24} }

// less is a detail of so many parts of steps.
func (d detail) less(part, steps int) detail {
	least := coarsest()
	of := func(most, least int) int { return max(most*part/steps, least) }
	return detail{of(d.points, least.points), of(d.least, least.least), of(d.signalPoints, least.signalPoints), of(d.signalLeast, least.signalLeast), of(d.rows, least.rows)}
}

// size is about how many bytes pictures take, if the buckets have so many classes of failure.
func (d detail) size(loads, lines, classes int) int {
	n := loads*max(d.points/max(loads, 1), d.least)*(ofPoint+ofClass*classes) + d.rows*ofRow
	if lines > 0 {
		n += lines * max(d.signalPoints/lines, d.signalLeast) * ofSignal
	}
	return n
}

// detailOf is how fine the pictures of a view may be that has all else.
func (v *View) detailOf(loads, lines, classes int) detail {
	const steps = 24
	room := pageMost - ofFrame - v.written()
	for part := steps; part > 0; part-- {
		if d := finest().less(part, steps); d.size(loads, lines, classes) <= room {
			return d
		}
	}
	return coarsest()
}

// written is about how many bytes the texts of a view take on its page.
func (v *View) written() int {
	n := 0
	eachText(reflect.ValueOf(v), func(text string) string {
		if text != "" {
			n += len(text) + ofString
		}
		return text
	})
	return n
}
