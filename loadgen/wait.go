package loadgen

import (
	"runtime"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
)

// The runtime's timers wake about 0.5 ms late at the median and 1 ms at p99:
// epoll counts in whole milliseconds. Spinning is exact and costs a core, which
// on a machine of two is half of everything. So a wait goes by timer to within
// 1.2 ms of its end, where a stop can cut it, and by the kernel's nanosleep for
// the rest, which wakes about 60 µs late and costs nothing.
const napMost = 1200 * time.Microsecond

// waiter waits until arrivals are due. One goroutine uses it at a time.
type waiter struct {
	clock record.Clock
	timer *time.Timer
	exact bool          // nanosleep may be used
	wake  chan struct{} // holds a token when there is something else to look at
}

func newWaiter(clock record.Clock) *waiter {
	w := &waiter{clock: clock, timer: time.NewTimer(time.Hour), wake: make(chan struct{}, 1)}
	w.timer.Stop()
	// Where there is one processor for Go, a goroutine in a system call would
	// keep all others waiting. And a clock that stands still while the kernel
	// sleeps is not the kernel's (a testing/synctest bubble): timers only.
	before := clock.Now()
	w.exact = runtime.GOMAXPROCS(0) > 1 && nap(time.Microsecond) && clock.Now() > before
	return w
}

// until returns true at due, and false as soon as stop is closed or it is
// woken.
func (w *waiter) until(due time.Duration, stop <-chan struct{}) bool {
	for {
		rest := due - w.clock.Now()
		if rest <= 0 {
			return true
		}
		if w.exact && rest <= napMost {
			w.exact = nap(rest)
			continue
		}
		if w.exact {
			rest -= napMost
		}
		w.timer.Reset(rest)
		select {
		case <-w.timer.C:
		case <-stop:
			w.timer.Stop()
			return false
		case <-w.wake:
			w.timer.Stop()
			return false
		}
	}
}

// rouse wakes who waits, or is about to.
func (w *waiter) rouse() {
	select {
	case w.wake <- struct{}{}:
	default: // it will wake already
	}
}
