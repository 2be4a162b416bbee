package volume

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/outside"
	"github.com/openstack-eris/eris/inventory/remote/compute"
)

const (
	// moveWithin is how long one undo waits for a volume that is on its way.
	moveWithin = 20 * time.Second
	// lookEvery is how often it looks meanwhile, and tellEvery how often Nova is told
	// again that has not attached what it was told to.
	lookEvery, tellEvery = 300 * time.Millisecond, 5 * time.Second
)

// giveBack attaches what a mark is of, waits for it, and takes the mark away unless it
// stays. It is nil when the volume is at its server as before. What somebody else has
// done with it meanwhile is left.
func giveBack(ctx context.Context, s *compute.Storage, m *mark, stays func() bool, seen func(*sight)) error {
	var told time.Duration
	var refused error
	for began := outside.Uptime(); ; {
		v, err := look(ctx, s, m.Volume, m.server)
		if err != nil {
			return err
		}
		seen(v)
		ours := v.bears(m)
		switch {
		case v.there(m.server):
			return settled(ctx, s, m, v, ours && !stays())
		case v.elsewhere(m.server) != "":
			return fmt.Errorf("somebody else has attached %s to the server %s meanwhile, and it is left there", v.name(), v.elsewhere(m.server))
		case v.server == nil:
			return fmt.Errorf("the server %s, which had %s, is gone", m.server, v.name())
		case v.gone() && !ours:
			return fmt.Errorf("somebody else has taken the property %s from %s meanwhile, and it is left as it is", markKey, v.name())
		case v.gone() && (told == 0 || outside.Uptime()-told > tellEvery):
			refused = s.Attach(ctx, m.server, m.Attachment)
			if refused != nil && !errors.Is(refused, compute.ErrUnanswered) {
				return refused
			}
			told = outside.Uptime()
		}
		if outside.Uptime()-began > moveWithin || outside.Wait(ctx, lookEvery) != nil {
			return errors.Join(fmt.Errorf("by Cinder %s is %s, and it is not at its server yet", v.name(), v.Status), refused)
		}
	}
}

// settled is the end of it, where the volume is at its server again.
func settled(ctx context.Context, s *compute.Storage, m *mark, v *sight, unmark bool) error {
	if diff := faults.Differences(m.lines(), v.lines()); len(diff) > 0 {
		return fmt.Errorf("%s is at its server again, and not as before: %s", v.name(), strings.Join(diff, ", "))
	}
	if !unmark {
		return nil
	}
	return s.Unmark(ctx, m.Volume, markKey)
}

// takeBack undoes once, and tells whether there was anything to: it may come between two
// looks. As long as it may come late that it is detached, the volume keeps its mark, by
// which that is known.
func (o *order) takeBack(ctx context.Context, stays func() bool) (came bool, err error) {
	m, err := o.was()
	if err != nil {
		return false, err
	}
	ctx, cancel := context.WithTimeout(ctx, moveWithin+5*time.Second)
	defer cancel()
	err = o.cloud.Volumes(ctx, func(s *compute.Storage) error {
		return giveBack(ctx, s, m, stays, func(v *sight) {
			o.last = v
			if !v.there(m.server) {
				came = true
				o.Answered()
			}
		})
	})
	return came, err
}

// mayCome tells that it may come yet, however late.
func (o *order) mayCome() bool { return o.LingerFor() > 0 }

// never has no mark stay.
func never() bool { return false }

// Undo implements outside.Order.
func (o *order) Undo(ctx context.Context, by string) error {
	if err := o.Early(); err != nil {
		return err
	}
	_, err := o.takeBack(ctx, o.mayCome)
	if err = o.Keep(err); err == nil {
		if late := o.Late(); late > 0 {
			return o.Keep(fmt.Errorf("%w: Nova may yet do it, for %s", outside.ErrLate, late.Round(time.Second)))
		}
		return nil
	}
	return o.Failed(by, err)
}

// LookAgain implements outside.Lingering.
func (o *order) LookAgain(ctx context.Context, last bool) (what string, err error) {
	s, m, err := o.ask(ctx)
	if err != nil || !s.bears(m) {
		return "", err
	}
	stays := o.mayCome
	if last {
		stays = never
	}
	came, err := o.takeBack(ctx, stays)
	o.late = o.late || came // where it is taken back only by the next look, it is told then
	if err != nil || !o.late {
		return "", err
	}
	o.late = false
	return fmt.Sprintf("%s was detached after its undo, and is attached again", s.name()), nil
}
