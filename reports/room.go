package reports

import (
	"reflect"
	"time"

	"github.com/openstack-eris/eris/kpi"
)

// A page is to be sent by mail and opened on a phone: it has no more than so many bytes, however
// much there is to tell. What is written has its room first, since it cannot be drawn coarser;
// the pictures and their figures share what is left.
const (
	pageMost = 150 << 10 // of a run of twenty minutes
	pageMore = 850 << 10 // beside these of one of eight hours
	shortRun = 20 * time.Minute
	longRun  = 8 * time.Hour
)

// roomOf is how many bytes the page of a run of such a length has.
func roomOf(length time.Duration) int {
	more := float64(max(min(length, longRun)-shortRun, 0)) / float64(longRun-shortRun)
	return pageMost + int(more*pageMore)
}

// How many bytes of a page something takes, as measured on pages.
const (
	ofFrame  = 40 << 10 // the styles, the script, and the axes, lanes and words of a timeline
	ofString = 25       // what is around a text
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
func coarsest() detail { return detail{68, 17, 252, 7, 15} }

// less is a detail of so many parts of steps.
func (d detail) less(part, steps int) detail {
	least := coarsest()
	of := func(most, least int) int { return max(most*part/steps, least) }
	return detail{of(d.points, least.points), of(d.least, least.least), of(d.signalPoints, least.signalPoints), of(d.signalLeast, least.signalLeast), of(d.rows, least.rows)}
}

// perLoad and perLine are how many points a load has, and a line of signals.
func (d detail) perLoad(loads int) int { return max(d.points/max(loads, 1), d.least) }
func (d detail) perLine(lines int) int { return max(d.signalPoints/max(lines, 1), d.signalLeast) }

// size is about how many bytes pictures take, if the buckets have so many classes of failure.
func (d detail) size(loads, classes int, signals []kpi.Signal) int {
	n := loads*d.perLoad(loads)*(ofPoint+ofClass*classes) + d.rows*ofRow
	most := d.perLine(linesOf(signals))
	for _, s := range signals {
		for _, l := range s.Lines {
			n += min(len(l.Points), most) * ofSignal
		}
	}
	return n
}

// detailOf is how fine the pictures of a view may be that has all else.
func (v *View) detailOf(a *kpi.Analysis, signals []kpi.Signal) detail {
	const steps = 24
	room := roomOf(a.End) - ofFrame - v.written()
	for part := steps; part > 0; part-- {
		if d := finest().less(part, steps); d.size(len(a.Loads), classesOf(a), signals) <= room {
			return d
		}
	}
	return coarsest()
}

// classesOf is how many classes of failure a load has, on the average.
func classesOf(a *kpi.Analysis) int {
	n := 0
	for _, l := range a.Result.Loads {
		n += len(l.Errors)
	}
	return (n + len(a.Loads)/2) / max(len(a.Loads), 1)
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
