package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/openstack-eris/eris/collectors/captures"
	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
	"github.com/openstack-eris/eris/scenarios"
)

const (
	lacksMost = 15 * time.Second // for a node to say what it lacks for a capture
	pastHasty = 5 * time.Second  // to read what a node has kept, of a run that ends
	pastAgain = 3 * time.Second  // until a node that gave no answer is asked again
	pastAway  = 2 * time.Minute  // for which it is: one that was struck may have to boot first
)

// checkCaptures asks the nodes of every capture whether it can be made there.
func (r *Run) checkCaptures(ctx context.Context) error {
	var asking sync.WaitGroup
	var wrong []error
	var mu sync.Mutex
	for _, spec := range r.plan.Spec.Captures {
		for _, node := range r.plan.CaptureByName(spec.Name).Nodes {
			asking.Go(func() {
				err := r.checkCapture(ctx, spec, node)
				mu.Lock()
				defer mu.Unlock()
				wrong = append(wrong, err)
			})
		}
	}
	asking.Wait()
	return errors.Join(wrong...)
}

func (r *Run) checkCapture(ctx context.Context, spec *scenarios.Capture, node string) error {
	got := r.Nodes.Run(ctx, node, remote.Command{Script: spec.Capture.Check(r.capturedServices(spec, node)), Root: true, Timeout: lacksMost})
	switch lacks := strings.TrimSpace(string(got.Stdout)); {
	case got.State != remote.Done:
		return fmt.Errorf("the capture %s on %s: whether it can be made is not known: %w", spec.Name, node, got.Err)
	case lacks != "":
		return fmt.Errorf("the capture %s on %s: %s", spec.Name, node, record.OneLine(strings.ReplaceAll(lacks, "\n", ", "), 500))
	case got.Exit != 0:
		return fmt.Errorf("the capture %s on %s: its check ended with status %d: %s", spec.Name, node, got.Exit, record.OneLine(string(got.Stderr), 500))
	}
	return nil
}

func (r *Run) capturedServices(spec *scenarios.Capture, node string) []*inventory.Service {
	return selected(r.plan.Inventory, spec.On)(node)
}

// startCaptures has every capture wait for its moment, until the returned function is called,
// which waits for what is under way to be cut. Nothing else of a run waits for a capture.
func (r *Run) startCaptures(ctx context.Context) (end func()) {
	ctx, over := context.WithCancelCause(ctx)
	var waiting sync.WaitGroup
	for _, spec := range r.plan.Spec.Captures {
		waiting.Go(func() {
			choice := r.moment(ctx, "capture "+spec.Name, *spec.Start, r.stop)
			if !choice.fire {
				r.event(record.Event{Capture: &record.CaptureEvent{Capture: spec.Name, Kind: spec.Kind, State: record.CaptureSkipped, Trigger: choice.why}})
				return
			}
			for _, node := range r.plan.CaptureByName(spec.Name).Nodes {
				waiting.Go(func() { r.capture(ctx, spec, node, choice) })
			}
		})
	}
	return func() {
		over(errRunEnds)
		waiting.Wait()
	}
}

// capture makes one on a node.
func (r *Run) capture(ctx context.Context, spec *scenarios.Capture, node string, choice decision) {
	_, past := spec.Capture.(captures.Past)
	event := record.CaptureEvent{Capture: spec.Name, Kind: spec.Kind, Node: node, State: record.CaptureBegins, Trigger: choice.why, From: choice.seen - spec.Before, To: choice.seen + spec.For}
	begins := event
	r.event(record.Event{At: choice.seen, Capture: &begins})
	var taken captures.Taken
	var file string
	var err error
	if past {
		taken, file, err = r.readPast(ctx, spec, node, &event)
	} else {
		streaming, done := context.WithTimeoutCause(ctx, spec.For+captures.Late, errors.New("it did not end in time"))
		taken, file, err = r.take(streaming, spec, node, captures.Window{For: spec.For, Most: int64(spec.Most)}, false)
		done()
		if event.To = event.From; !taken.From.IsZero() { // it is of when there was a session
			event.From = taken.From.Sub(r.clock.Start())
			event.To = min(taken.To.Sub(r.clock.Start()), event.From+spec.For)
		}
		switch {
		case ctx.Err() == nil:
		case err != nil:
			err = fmt.Errorf("nothing, or less than 256 bytes, had come: %s", cutBy(ctx))
		case taken.Cut != "":
			taken.Cut = cutBy(ctx)
		}
	}
	event.Trigger, event.State = "", record.CaptureKept
	event.File, event.Bytes, event.Has, event.Cut = file, taken.Bytes, taken.Has, taken.Cut
	if err != nil {
		event.State, event.Error = record.CaptureFailed, record.OneLine(err.Error(), 500)
	}
	r.event(record.Event{Capture: &event})
}

// cutBy says what ended a capture before its time.
func cutBy(ctx context.Context) string {
	if cause := context.Cause(ctx); errors.Is(cause, errRunEnds) {
		return cause.Error()
	}
	return "the run was stopped"
}

// readPast waits until the time of a capture is over, and reads what the node has kept of it; a
// node that is away is asked again for a while. Of a run that ends before that it reads what
// there is by then, at once. What a try has brought that was broken off is kept unless a later
// one has brought something.
func (r *Run) readPast(ctx context.Context, spec *scenarios.Capture, node string, event *record.CaptureEvent) (taken captures.Taken, file string, err error) {
	moment := event.To - spec.For
	_ = r.until(ctx, event.To) // its end is told by what is read
	for patient := r.clock.Now() + pastAway; ; {
		event.To = min(r.clock.Now(), event.To)
		reading, done := outliving(ctx)
		next, name, wrong := r.take(reading, spec, node, captures.Window{
			Before: spec.Before, For: event.To - moment, Moment: time.Now().Add(moment - r.clock.Now()), Most: int64(spec.Most), Turn: &r.reading,
		}, file != "")
		done()
		if file == "" || wrong == nil && name != "" {
			taken, file, err = next, name, wrong
		}
		if !next.Again || r.clock.Now() >= patient || pause(ctx, pastAgain) != nil {
			break
		}
	}
	if err == nil && event.To < moment+spec.For && taken.Cut == "" {
		taken.Cut = cutBy(ctx)
	}
	return taken, file, err
}

// outliving is a context that has some more time when ctx ends.
func outliving(ctx context.Context) (context.Context, context.CancelFunc) {
	longer, cancel := context.WithTimeoutCause(context.WithoutCancel(ctx), captures.PastMost, errors.New("it was not read in time"))
	forget := context.AfterFunc(ctx, func() {
		_ = pause(longer, pastHasty) // which ends with longer, too
		cancel()
	})
	return longer, func() { forget(); cancel() }
}

// take captures into a file of the record, in the place of what an earlier try has left there;
// one in which there is nothing is taken away.
func (r *Run) take(ctx context.Context, spec *scenarios.Capture, node string, w captures.Window, again bool) (captures.Taken, string, error) {
	open := r.Record.CaptureFile
	if again {
		open = r.Record.CaptureAgain
	}
	file, err := open(spec.Name, node, spec.Capture.Form().Ext)
	if err != nil {
		return captures.Taken{}, "", err
	}
	taken, err := captures.Take(ctx, r.Nodes, node, spec.Capture, r.capturedServices(spec, node), w, file)
	if err != nil || taken.Bytes == 0 {
		taken.Bytes = 0
		return taken, "", errors.Join(err, file.Remove())
	}
	return taken, file.Name, file.Close()
}
