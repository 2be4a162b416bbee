package faults

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory/remote"
)

// Drill is something that an undo must stand and that a fault's usual life does
// not show.
type Drill string

// The drills, in the order in which a rehearsal makes them.
const (
	Unfired  Drill = "undone without an inject"
	CutEarly Drill = "undone early in its inject"
	CutLate  Drill = "undone late in its inject"
	Twice    Drill = "undone twice"
)

// Drills lists them.
func Drills() []Drill { return []Drill{Unfired, CutEarly, CutLate, Twice} }

// DrillError says what a fault did not stand: it breaks the contract, and its
// undo is not to be trusted.
type DrillError struct {
	Fault  string
	Drill  Drill
	Target Target
	Reason string
}

// Error is one sentence.
func (e *DrillError) Error() string {
	return fmt.Sprintf("%s on %s, %s: %s", e.Fault, e.Target.Ref(), e.Drill, e.Reason)
}

// Drill makes a fault once more in a life of its own, ends it as the drill says,
// and looks whether all is as before then, by a preflight like that at the
// start. took is how long its inject takes. It returns the drill in words; what
// the fault did not stand is a *DrillError, and any other error is why the drill
// could not be made. Its intent is in the journal as a note, since it is none of
// the run's fault, and on the nodes as that of any other.
//
// Nobody has to have seen the effect: what matters is how it ends.
func (l *Lifecycle) Drill(ctx context.Context, spec Spec, drill Drill, took time.Duration, admit Admit) (told string, err error) {
	deps := l.deps
	deps.Journal = drilled{Journal: l.deps.Journal, what: spec.Name + " " + string(drill)}
	own := New(deps, l.run)
	name := spec.Name
	spec.Name += "-" + strings.ReplaceAll(string(drill), " ", "-")
	i, err := own.Injection(spec)
	if err != nil {
		return "", err
	}
	if err := i.Preflight(ctx); err != nil {
		return "", err
	}
	wrong := i.drill(ctx, drill, took, admit)
	// The undo is tried again each lease, which is enough to know; the node goes on.
	undoing, done := context.WithTimeout(context.WithoutCancel(ctx), 3*spec.Timing.Lease)
	defer done()
	if err := i.Undo(undoing, "engine", string(drill)); err != nil {
		wrong = i.irrevocable(wrong, err)
	}
	if wrong == nil {
		wrong = i.asBefore(ctx, own, spec)
	}
	if found, ok := errors.AsType[*DrillError](wrong); ok {
		found.Fault, found.Drill = name, drill
		return "", found
	}
	return string(drill) + i.members[0].cutOff(drill), wrong
}

// irrevocable is what is wrong with an undo that could not be verified: what was
// found before that, what the undo itself has said, or else that it is stuck.
func (i *Injection) irrevocable(found, stuck error) error {
	if _, ok := errors.AsType[*DrillError](found); ok {
		return found
	}
	for _, m := range i.members {
		if failed, ok := m.stamped("undo-failed"); ok {
			return m.broke("its undo failed: " + failed.Text)
		}
	}
	return i.members[0].broke(stuck.Error())
}

// cutOff says whether the undo of a cut drill met the inject, by the node's stamps.
func (m *member) cutOff(drill Drill) string {
	if drill != CutEarly && drill != CutLate {
		return ""
	}
	_, begun := m.stamped("injecting")
	_, over := m.stamped("injected")
	switch {
	case !begun:
		return " (it had not begun)"
	case over:
		return " (it was over)"
	}
	return " (it was cut off)"
}

// drill takes the fault to where its undo is to begin.
func (i *Injection) drill(ctx context.Context, drill Drill, took time.Duration, admit Admit) error {
	if err := i.Arm(ctx); err != nil {
		return err
	}
	switch drill {
	case Unfired:
		return i.each(func(m *member) error {
			if a, _ := i.call(ctx, m, 0, "observe", "1"); a.has("effect") {
				return m.broke("its observe sees an effect before there is one")
			}
			return nil
		})
	case CutEarly:
		return i.cut(ctx, took/3, admit)
	case CutLate:
		return i.cut(ctx, 2*took/3, admit)
	case Twice:
	}
	if err := i.Fire(ctx, admit); err != nil {
		return err
	}
	return i.each(func(m *member) error { return i.twice(ctx, m) })
}

// unseenAfter is how long the node itself looks for an effect after an inject,
// and a little more.
const unseenAfter = 3 * time.Second

// cut lets the undo come so long after the inject was asked for; what becomes of
// the inject is its own affair.
func (i *Injection) cut(ctx context.Context, after time.Duration, admit Admit) error {
	firing, over := context.WithCancel(ctx)
	defer over()
	var cutting sync.WaitGroup
	cutting.Go(func() {
		_ = pause(ctx, after) // an end of the run is an undo too
		_ = i.each(func(m *member) error {
			i.call(context.WithoutCancel(ctx), m, 30*time.Second, "undo", "engine")
			return nil
		})
		_ = pause(firing, unseenAfter)
		over() // nobody waits for an effect that is undone
	})
	err := i.Fire(firing, admit)
	over()
	cutting.Wait()
	if i.State() == record.Refused {
		return err
	}
	return nil
}

// twice looks whether what proves the undo sees the fault while it is held, and
// undoes it once more than Undo will.
func (i *Injection) twice(ctx context.Context, m *member) error {
	blind := !Passing(i.spec.Fault) && i.sameNow(ctx, m) // what passes has nothing that its undo could be proven by
	if a, _ := i.call(ctx, m, 0, "observe", "1"); blind && a.has("effect") {
		return m.broke("neither its fingerprint nor its health differs while it is held, so that they prove nothing")
	}
	for _, when := range []string{"", " the second time"} {
		if _, result := i.call(ctx, m, 30*time.Second, "undo", "engine"); result.State != remote.Done {
			return fmt.Errorf("undo: %s", why(result))
		}
		if _, result := i.call(ctx, m, 0, "report"); result.State != remote.Done {
			return fmt.Errorf("report: %s", why(result))
		}
		if failed, ok := m.stamped("undo-failed"); ok {
			return m.broke("its undo failed" + when + ": " + failed.Text)
		}
	}
	return nil
}

// sameNow tells that a held target has the fingerprint that it had before, and
// is healthy.
func (i *Injection) sameNow(ctx context.Context, m *member) bool {
	run := func(script string) remote.Result {
		return i.life.deps.Runner.Run(ctx, m.target.Node.Name, remote.Command{
			Script: "cd " + m.target.Dir() + " || exit 1\n" + script, Args: m.scripts.Args, Root: true, Timeout: 30 * time.Second,
		})
	}
	print := run(m.scripts.Fingerprint)
	m.mu.Lock()
	before := strings.Join(m.before, "\n")
	m.mu.Unlock()
	return print.OK() && strings.TrimSuffix(string(print.Stdout), "\n") == before && run(m.scripts.Healthy).OK()
}

// asBefore looks at the targets as preflight does, and compares.
func (i *Injection) asBefore(ctx context.Context, own *Lifecycle, spec Spec) error {
	again, err := own.Injection(spec)
	if err != nil {
		return err
	}
	if err := again.Preflight(ctx); err != nil {
		failed, ok := errors.AsType[*PreflightError](err)
		if !ok {
			return err
		}
		return i.members[0].broke("it left its target otherwise: " + strings.Join(failed.Targets[0].Problems, "; "))
	}
	for n, m := range i.members {
		if !slices.Equal(m.before, again.members[n].before) {
			return m.broke("it left its target otherwise: " + strings.Join(Differences(m.before, again.members[n].before), ", "))
		}
	}
	return nil
}

func (m *member) broke(reason string) error { return &DrillError{Target: m.target, Reason: reason} }

// drilled is the journal of a drill: of a whole life what a person needs.
type drilled struct {
	Journal
	what string
}

func (d drilled) Event(e record.Event) error {
	if e.Residue != nil {
		return d.Journal.Event(e)
	}
	return nil
}

// EventSync is the intent to inject, which is on the disk before anything is touched.
func (d drilled) EventSync(record.Event) error {
	return d.Journal.EventSync(record.Event{Note: &record.Note{Level: "info", Text: "rehearsal: " + d.what}})
}
