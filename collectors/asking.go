package collectors

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
)

// asking is one watch that asks from here.
type asking struct {
	ear
	direct Direct
	clock  record.Clock
	told   map[string]record.Reading // of the last sweep that was answered
}

func newAsking(w Watch, direct Direct, clock record.Clock) *asking {
	return &asking{ear: ear{Watch: w, lasts: w.Lasts(""), units: unitsOf(w.Collector)}, direct: direct, clock: clock}
}

// longestRefused bounds the pause after a login that was refused: one that is tried again
// and again may lock its user out.
const longestRefused = time.Minute

// run asks until ctx ends. A sweep that takes longer than the interval makes a longer
// interval and no queue, and is followed by a rest as long as it took, but not longer
// than the interval; after one that failed the pause grows, as before the next try to
// connect to a node.
func (a *asking) run(ctx context.Context) {
	a.begin()
	defer a.end()
	asker, err := a.open()
	if err != nil {
		a.gap(err)
		<-ctx.Done()
		return
	}
	defer asker.Close()
	for pause := a.Every; ctx.Err() == nil; {
		began := time.Now()
		err := a.sweep(ctx, asker)
		if err == nil {
			pause = a.Every
		}
		took := time.Since(began)
		select {
		case <-ctx.Done():
		case <-time.After(max(pause-took, min(took, a.Every))):
		}
		if err != nil {
			longest := longestWait
			if refused(err) {
				longest = longestRefused
			}
			pause = min(2*pause, max(longest, a.Every))
		}
	}
}

func (a *asking) open() (Asker, error) {
	cloud := a.OpenStack
	if cloud == nil {
		cloud = func() (OpenStack, error) { return nil, errors.New("there is no OpenStack to ask") }
	}
	return a.direct.Open(cloud)
}

// sweep asks once and publishes what it is told, as of when it began to ask. One that
// has not ended when its values are stale is given up. What the sweep before was told
// and this one was not is no more: a sweep is whole.
func (a *asking) sweep(ctx context.Context, asker Asker) error {
	bounded, cancel := context.WithTimeout(ctx, a.lasts)
	defer cancel()
	at, began := a.clock.Now(), time.Now()
	readings, err := asker.Ask(bounded)
	switch {
	case ctx.Err() != nil: // nobody waits for it any more
		return ctx.Err()
	case err != nil:
		if bounded.Err() != nil {
			err = a.silence()
		}
		a.gap(err)
		return err
	}
	a.heard()
	a.swept(time.Since(began))
	gone, now := a.told, map[string]record.Reading{}
	for i := range readings {
		readings[i].At, readings[i].Unit = at, a.units[readings[i].Signal]
		series := readings[i].Signal + " " + labelText(readings[i].Labels)
		now[series] = readings[i]
		delete(gone, series)
	}
	a.Sink.Publish(ctx, readings)
	if len(gone) > 0 {
		a.Sink.Forget(slices.Collect(maps.Values(gone)))
	}
	a.told = now
	return nil
}
