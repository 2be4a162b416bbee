package openstack

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
)

// Await waits until a resource has one of those statuses and its service does
// nothing about it. One that is broken is a wrong result.
func (i *Iteration) Await(ctx context.Context, made Made, statuses ...string) loadgen.Outcome {
	return i.poll(ctx, made, func(now state, o loadgen.Outcome) (loadgen.Outcome, bool) {
		return o, o.Class != record.OK || now.Task == nil && slices.Contains(statuses, now.Status)
	})
}

// awaitGone waits until a service no longer knows a resource, or counts it as
// deleted, which may be that it keeps it for a while.
func (i *Iteration) awaitGone(ctx context.Context, made *Made) loadgen.Outcome {
	ended := made.lingers
	return i.poll(ctx, *made, func(now state, o loadgen.Outcome) (loadgen.Outcome, bool) {
		if o.Status == http.StatusNotFound {
			return loadgen.Outcome{RequestID: o.RequestID, SentID: o.SentID}, true
		}
		made.lingers = made.kind.Lingers != nil && now.Status == made.kind.Lingers.Status
		return o, o.Class != record.OK || made.lingers && !ended || slices.Contains(made.kind.Gone, now.Status)
	})
}

// poll asks how a resource is until over says so. What is waited for in vain has the id of
// the request that had asked for it. The questions are due at
// whole multiples of the poll interval from now, however long their answers
// take; one that is due while the last is not answered is left out.
func (i *Iteration) poll(ctx context.Context, made Made, over func(state, loadgen.Outcome) (loadgen.Outcome, bool)) loadgen.Outcome {
	start, every := time.Now(), i.session.Poll
	for {
		turn := time.Since(start)/every + 1
		if err := pause(ctx, time.Until(start.Add(turn*every))); err != nil {
			o := Outcome(fmt.Errorf("wait for %s %s: %w", made.kind.word(), made.ID, err), nil)
			o.RequestID = made.by
			return o
		}
		if o, done := over(made.show(ctx)); done {
			return o
		}
	}
}

// show asks how a resource is.
func (m Made) show(ctx context.Context) (now state, o loadgen.Outcome) {
	answer := m.kind.Show(ctx, m.ID)
	if answer.Err != nil {
		return now, Ended(answer)
	}
	err := m.kind.read(answer, &now)
	switch {
	case err != nil:
		return now, Wrong(fmt.Errorf("show %s %s: %w", m.kind.word(), m.ID, err), answer.Header)
	case now.ID != m.ID:
		return now, Wrong(fmt.Errorf("show %s %s: the answer is about %q", m.kind.word(), m.ID, now.ID), answer.Header)
	case now.broken():
		return now, Wrong(fmt.Errorf("%s %s is in %s: %s", m.kind.word(), m.ID, now.Status, now.Fault.Message), answer.Header)
	}
	return now, Outcome(nil, answer.Header)
}

// pause waits, unless ctx ends first.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Is asks once how a resource is. A status that is none of those is a wrong result.
func (m Made) Is(ctx context.Context, statuses ...string) loadgen.Outcome {
	now, o := m.show(ctx)
	if o.Class == record.OK && !slices.Contains(statuses, now.Status) {
		return loadgen.Outcome{
			Class: record.WrongResult, RequestID: o.RequestID, SentID: o.SentID,
			Err: fmt.Errorf("show %s %s: it is %s, and was %s", m.kind.word(), m.ID, now.Status, strings.Join(statuses, " or ")),
		}
	}
	return o
}
