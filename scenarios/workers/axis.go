package workers

import (
	"time"

	"github.com/openstack-eris/eris/collectors/record"
)

// axis is the run's clock as a worker has it. It is set once, when the worker joins, from
// questions and answers; all later ones tell how far off it is. An answer was given between the
// moment at which its question was sent and the one at which it came, so that these bound it
// whatever the network did.
type axis struct {
	local  record.Clock // monotonic, of this process
	sights record.ClockSights
	offset time.Duration // run - local, as the axis has it
	set    bool
	worst  time.Duration
	n      int64
}

func newAxis() *axis { return &axis{local: record.NewClock()} }

// see takes in that the run's clock was at run when its answer came, to a question sent at
// asked and answered by came, both local. A sight that cannot be of the same clock as those
// before it, as after a machine has slept, takes their place.
func (a *axis) see(asked, came, run time.Duration) {
	a.n++
	sight := record.ClockSight{Node: asked + (came-asked)/2, Low: run - came, High: run - asked}
	next, meets := a.sights.Add(sight)
	if !meets {
		next = record.ClockSights{sight}
	}
	a.sights = next
	if a.set {
		low, high := a.at(came)
		a.worst = max(a.worst, low.Abs(), high.Abs())
	}
}

// fix sets the axis and returns the run's clock.
func (a *axis) fix() record.Clock {
	low, high := a.sights.At(a.local.Now())
	a.offset, a.set = low+(high-low)/2, true
	a.worst = (high - low) / 2
	return record.ClockFrom(a.local.Start().Add(-a.offset))
}

// at is between what the run's clock is ahead of the axis.
func (a *axis) at(local time.Duration) (low, high time.Duration) {
	low, high = a.sights.At(local)
	return low - a.offset, high - a.offset
}

// told is what the hub is told of it; nil before it is set.
func (a *axis) told() *sight {
	if !a.set {
		return nil
	}
	low, high := a.at(a.local.Now())
	return &sight{Low: low, High: high, Worst: a.worst, N: a.n}
}
