package lab

import (
	"fmt"
	"slices"
	"sync"
	"time"
)

// stopwatch keeps how long each phase of a command took. Phases may run at the
// same time, so that their sum is no measure of the whole.
type stopwatch struct {
	started time.Time
	mu      sync.Mutex
	laps    []lap
}

type lap struct {
	name        string
	began, took time.Duration // began counts from the start of the watch
}

func newStopwatch() *stopwatch { return &stopwatch{started: time.Now()} }

// lap runs a phase and keeps its time, also when it fails.
func (w *stopwatch) lap(name string, do func() error) error {
	began := time.Now()
	err := do()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.laps = append(w.laps, lap{name, began.Sub(w.started), time.Since(began)})
	return err
}

// tell reports a line a phase in the order in which they began, and the whole.
func (w *stopwatch) tell(progress func(step, detail string)) {
	w.mu.Lock()
	laps := slices.Clone(w.laps)
	w.mu.Unlock()
	slices.SortStableFunc(laps, func(a, b lap) int { return int(a.began - b.began) })
	for _, l := range laps {
		progress("took", fmt.Sprintf("%6.1f s  %s, from %.1f s on", l.took.Seconds(), l.name, l.began.Seconds()))
	}
	progress("took", fmt.Sprintf("%6.1f s  in all", time.Since(w.started).Seconds()))
}
