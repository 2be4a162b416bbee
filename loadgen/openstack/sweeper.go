package openstack

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
)

// How leftovers are looked after.
const (
	leftMost = 1000                   // that are remembered; Close finds the others by their names
	again    = time.Second            // between two attempts to delete
	oneCall  = 20 * time.Second       // the longest one
	oneList  = time.Minute            // the longest list
	look     = 500 * time.Millisecond // between two looks at what is left
	settle   = 3 * time.Second        // that nothing is left when the cloud may still make something
)

// sweeper deletes what failed iterations left, one at a time and beside the
// load: otherwise the project's quota would end the load for reasons that are
// not the cloud's. An iteration hands it over in the order in which it can be
// deleted; what another thing still needs is tried again after that.
type sweeper struct {
	left    chan Made
	cut     context.CancelFunc
	running sync.WaitGroup
}

// startSweeper begins to delete. The sweeper outlives ctx and ends at stop.
func startSweeper(ctx context.Context) *sweeper {
	life, cut := context.WithCancel(context.WithoutCancel(ctx))
	w := &sweeper{left: make(chan Made, leftMost), cut: cut}
	w.running.Go(func() {
		for {
			select {
			case made := <-w.left:
				call, done := context.WithTimeout(life, oneCall)
				if o := made.delete(call); o.Class != record.OK {
					w.take(made)
					_ = pause(life, again) // it ends with the session
				}
				done()
			case <-life.Done():
				return
			}
		}
	})
	return w
}

// take has a resource deleted. It never blocks.
func (w *sweeper) take(made Made) {
	select {
	case w.left <- made:
	default:
	}
}

// stop ends the sweeper and waits for it.
func (w *sweeper) stop() {
	w.cut()
	w.running.Wait()
}

// delete asks for the deletion of a resource that was left. One that is not there is well.
func (m Made) delete(ctx context.Context) loadgen.Outcome {
	ask := m.kind.Delete
	if m.lingers {
		ask = m.kind.Lingers.End
	}
	o := Ended(ask(ctx, m.ID))
	if o.Status == http.StatusConflict && m.kind.Free != nil {
		if freed := Ended(m.kind.Free(ctx, m.ID)); freed.Class != record.OK && freed.Status != http.StatusNotFound {
			return freed
		}
		o = Ended(ask(ctx, m.ID))
	}
	if o.Status == http.StatusNotFound {
		return loadgen.Outcome{RequestID: o.RequestID, SentID: o.SentID}
	}
	return o
}
