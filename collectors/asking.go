package collectors

import (
	"context"
	"errors"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
)

// asking is one watch that asks from here.
type asking struct {
	ear
	direct Direct
	clock  record.Clock
}

func newAsking(w Watch, direct Direct, clock record.Clock) *asking {
	return &asking{ear: ear{Watch: w, lasts: w.Lasts("")}, direct: direct, clock: clock}
}

// run asks until ctx ends. A sweep that takes longer than the interval makes a longer
// interval and no queue; after one that failed the pause grows, as before the next try to
// connect to a node: a login that is refused again and again may lock its user out.
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
		ok := a.sweep(ctx, asker)
		if ok {
			pause = a.Every
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause - time.Since(began)):
		}
		if !ok {
			pause = min(2*pause, max(longestWait, a.Every))
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
// has not ended when its values are stale is given up.
func (a *asking) sweep(ctx context.Context, asker Asker) (ok bool) {
	bounded, cancel := context.WithTimeout(ctx, a.lasts)
	defer cancel()
	at, began := a.clock.Now(), time.Now()
	readings, err := asker.Ask(bounded)
	switch {
	case ctx.Err() != nil: // nobody waits for it any more
		return false
	case err != nil:
		if bounded.Err() != nil {
			err = a.silence()
		}
		a.gap(err)
		return false
	}
	a.heard()
	a.swept(time.Since(began))
	for i := range readings {
		readings[i].At = at
	}
	a.Sink.Publish(ctx, readings)
	return true
}
