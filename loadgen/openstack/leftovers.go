package openstack

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
)

// Close deletes every resource that bears the session's name, kind by kind in
// the order in which they can be deleted, and waits until none is left. Those
// that stay until ctx ends are named in the error.
func (s *Making) Close(ctx context.Context) error {
	defer s.Client.Close()
	s.sweeper.stop()
	var asked []*leftovers
	for _, kind := range s.Kinds {
		if kind.asked.Load() {
			asked = append(asked, &leftovers{kind: kind, owner: s.own})
		}
	}
	if len(asked) == 0 {
		return nil
	}
	quiet := time.Now()
	for {
		var errs []error
		left := 0
		for _, each := range asked {
			errs = append(errs, each.sweep(ctx))
			left += len(each.seen)
		}
		if err := errors.Join(errs...); err != nil || left > 0 {
			quiet = time.Now()
		} else if !s.unsure.Load() || time.Since(quiet) >= settle {
			return nil
		}
		if late := pause(ctx, look); late != nil {
			return residue(asked, errors.Join(append(errs, late)...))
		}
	}
}

// leftovers are the resources of one kind that are an owner's.
type leftovers struct {
	kind  *Kind
	owner Owner
	seen  []Made           // when it was last answered
	known bool             // the last question was
	wrong error            // why it was not
	why   map[string]error // by id: why the last attempt to delete it failed
	// empty removes what is in one, before it is deleted; nil where nothing can
	// be. An error says that it may not be deleted yet.
	empty func(ctx context.Context, made Made) error
}

// atOnce is how many deletions are asked for at once.
const atOnce = 8

// look lists them, in the order of their names. When the time for all of it ends meanwhile, what was known
// before stands, and so does why it was not.
func (l *leftovers) look(ctx context.Context) error {
	call, cancel := context.WithTimeout(ctx, oneList)
	defer cancel()
	left, err := l.kind.owned(call, l.owner)
	if err != nil && (l.known || l.wrong != nil) && ctx.Err() != nil {
		return err
	}
	if l.known, l.wrong = err == nil, err; l.known {
		slices.SortStableFunc(left, func(a, b Made) int { return strings.Compare(a.name, b.name) })
		l.seen = left
	}
	return err
}

// sweep looks for them, and asks for their deletion.
func (l *leftovers) sweep(ctx context.Context) error {
	if err := l.look(ctx); err != nil {
		return err
	}
	failed := make([]error, len(l.seen))
	room := make(chan struct{}, atOnce)
	var asking sync.WaitGroup
	for n, each := range l.seen {
		room <- struct{}{}
		asking.Go(func() {
			defer func() { <-room }()
			if l.empty != nil {
				if failed[n] = l.empty(ctx, each); failed[n] != nil {
					return
				}
			}
			call, cancel := context.WithTimeout(ctx, oneCall)
			defer cancel()
			if o := each.delete(call); o.Class != record.OK {
				failed[n] = o.Err
			}
		})
	}
	asking.Wait()
	why := map[string]error{}
	for n, each := range l.seen {
		why[each.ID] = failed[n]
		if before := l.why[each.ID]; before != nil && failed[n] != nil && ctx.Err() != nil {
			why[each.ID] = before // the time for all of it has ended meanwhile, which tells nothing of the thing
		}
	}
	l.why = why
	return errors.Join(failed...)
}

// residue says what is left, or may be.
func residue(all []*leftovers, err error) error {
	var left, unknown []string
	for _, each := range all {
		names := make([]string, len(each.seen))
		for i, made := range each.seen {
			names[i] = made.name
		}
		switch {
		case len(names) > 0:
			left = append(left, each.kind.words()+" are left: "+strings.Join(names, ", "))
		case !each.known:
			unknown = append(unknown, each.kind.words())
		}
	}
	if len(left) == 0 && len(unknown) == 0 { // something may still come
		for _, each := range all {
			unknown = append(unknown, each.kind.words())
		}
	}
	if len(unknown) > 0 {
		left = append(left, fmt.Sprintf("it is not known whether %s named %s… are left", strings.Join(unknown, ", "), all[0].owner.Search()))
	}
	return fmt.Errorf("%s: %w", strings.Join(left, "; "), err)
}
