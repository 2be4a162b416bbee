package kpi

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
)

// Life is what happened to one fault, over all of its targets. Moments are nil
// when they were not reached.
type Life struct {
	Name    string
	Plan    record.FaultPlan
	State   record.FaultState
	Targets []TargetLife
	// Seen is when the trigger decided that the fault begins. Asked is when the
	// injection was sent; Effective is when the first target
	// was seen to be struck, Bound its uncertainty to either side.
	Seen, Asked, Effective *time.Duration
	Bound                  time.Duration
	// UndoFrom is when the first target began to be undone, or ended by itself:
	// the earliest that a node has stamped, also where the engine heard of it
	// later. Undone is when the last target was verified.
	UndoFrom, Undone *time.Duration
	By               string
	Effect           string
	Reason           string
	Trigger          string
	Aim              string // whom it struck and why, of one that is aimed when it fires
	// Touched tells that something may have been done to a target; Verified
	// that nothing of it is left.
	Touched, Verified bool

	effectiveStamped, undoneStamped bool // by the node's own clock
	jumped                          []string
}

// TargetLife is the part of one target.
type TargetLife struct {
	Target record.Target
	State  record.FaultState
	Effect string
	By     string
	Diff   []string
	Struck bool   // the effect was seen on it
	Itself string // why it ended by itself; empty when it did not
	reason string
	ended  *time.Duration // when it ended by itself
}

func newLife(plan record.FaultPlan) Life {
	l := Life{Name: plan.Name, Plan: plan, State: record.Planned}
	for _, t := range plan.Targets {
		l.Targets = append(l.Targets, TargetLife{Target: t, State: record.Planned})
	}
	return l
}

func (l *Life) onFault(at time.Duration, e record.FaultEvent) {
	l.State = e.State
	if e.Reason != "" {
		l.Reason = e.Reason
	}
	if e.Trigger != "" {
		l.Trigger = e.Trigger
	}
	if e.Aim != "" {
		l.Aim = e.Aim
	}
	if e.State == record.Waiting {
		l.Seen = &at
	}
	l.reached(at, 0, false, e.State)
}

func (l *Life) onTarget(at time.Duration, e record.TargetEvent) {
	t, stamped := l.target(e.Target), e.NodeAt != nil && l.possible(at, e)
	t.State = e.State
	t.Diff = append(t.Diff, e.Diff...)
	t.Struck = t.Struck || e.State == record.Held
	if e.State == record.Undoing && e.By == "itself" {
		t.Itself, t.ended = e.Reason, &at
		if stamped {
			t.ended = e.NodeAt
		}
	}
	for _, set := range []struct{ to, from *string }{{&t.Effect, &e.Effect}, {&t.By, &e.By}, {&t.reason, &e.Reason}} {
		if *set.from != "" {
			*set.to = *set.from
		}
	}
	if stamped {
		l.reached(*e.NodeAt, e.Bound, true, e.State)
		return
	}
	l.reached(at, 0, false, e.State)
}

// aJump is by how much a stamp has to be off to be told from one that is read a little
// late, or of a clock that drifts.
const aJump = time.Second

// possible tells whether a node's stamp can be: it is not later than the moment at which
// it was heard of, and no effect comes before it was asked for. One that cannot be is of
// a clock that was set meanwhile; then counts what was heard.
func (l *Life) possible(heard time.Duration, e record.TargetEvent) bool {
	stamp := *e.NodeAt
	switch {
	case stamp-e.Bound > heard+aJump:
		l.jumped = append(l.jumped, fmt.Sprintf("%s says that it was %s %s after that was heard of", e.Target.Node, e.State, (stamp-heard).Round(time.Millisecond)))
	case e.State == record.Held && l.Asked != nil && stamp+e.Bound < *l.Asked-aJump:
		l.jumped = append(l.jumped, fmt.Sprintf("%s says that it was %s %s before that was asked for", e.Target.Node, e.State, (*l.Asked-stamp).Round(time.Millisecond)))
	default:
		return true
	}
	return false
}

// reached notes the moments. A moment that the node stamped replaces one that
// the controller only heard of; without any stamp the effect came somewhere
// between the sending and the hearing.
func (l *Life) reached(at, bound time.Duration, stamped bool, s record.FaultState) {
	switch s {
	case record.Injecting:
		l.Touched = true
		if l.Asked == nil || at < *l.Asked {
			l.Asked = &at
		}
	case record.Held:
		l.Touched = true
		if !stamped && l.Asked != nil {
			bound = at - *l.Asked
		}
		better := stamped && !l.effectiveStamped
		if l.Effective == nil || better || stamped == l.effectiveStamped && at < *l.Effective {
			l.Effective, l.Bound, l.effectiveStamped = &at, bound, stamped
		}
	case record.Undoing:
		l.Touched = true
		if l.UndoFrom == nil || stamped && at < *l.UndoFrom {
			l.UndoFrom = &at
		}
	case record.Undone, record.SelfHealed:
		better := stamped && !l.undoneStamped
		if l.Undone == nil || better || stamped == l.undoneStamped && at > *l.Undone {
			l.Undone, l.undoneStamped = &at, stamped
		}
	case record.Unknown, record.Stuck:
		l.Touched = true
	default:
	}
}

func (l *Life) target(t record.Target) *TargetLife {
	i := slices.IndexFunc(l.Targets, func(o TargetLife) bool { return o.Target == t })
	if i < 0 {
		l.Targets = append(l.Targets, TargetLife{Target: t, State: record.Planned})
		i = len(l.Targets) - 1
	}
	return &l.Targets[i]
}

// happened tells whether the fault may have touched something.
func (l *Life) happened() bool { return l.Touched || l.Effective != nil }

// finish draws the conclusions when the journal is read. In one that was cut
// off a fault has no end, and whether it was undone is not known.
func (l *Life) finish(cutOff bool) {
	if l.Aim != "" { // those whom it was not aimed at were only armed
		l.Targets = slices.DeleteFunc(l.Targets, func(t TargetLife) bool { return t.State == record.Skipped })
	}
	var effects, by, reasons, left []string
	for _, t := range l.Targets {
		effects = appendNew(effects, t.Effect)
		by = appendNew(by, t.By)
		if t.reason != "" {
			reasons = appendNew(reasons, t.Target.String()+": "+t.reason)
		}
		if t.State == record.Stuck {
			l.State = record.Stuck
		}
		if !over(t.State) {
			left = append(left, t.Target.String())
		}
	}
	l.Effect, l.By = strings.Join(effects, "; "), strings.Join(by, ", ")
	if l.Reason == "" {
		l.Reason = strings.Join(reasons, "; ")
	}
	ended := over(l.State)
	l.Verified = l.Touched && ended
	if !ended {
		l.Undone = nil
	}
	if cutOff && l.Touched && !ended {
		l.Reason = fmt.Sprintf("the record ends while it was %s: whether it was undone on %s is not known",
			l.State, strings.Join(left, ", "))
		if l.State != record.Stuck {
			l.State = record.Unknown
		}
	}
}

// over tells whether a state is one that a fault, once it was fired, enters only
// when nothing of it is left: it was undone, or certainly never let through.
func over(s record.FaultState) bool {
	return slices.Contains([]record.FaultState{record.Undone, record.SelfHealed, record.Fenced, record.Refused, record.Failed, record.Skipped}, s)
}

func appendNew(list []string, s string) []string {
	if s == "" || slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// Held is the stretch in which the fault had its effect. It ends when the last of
// its targets had none any more: when all was undone, or earlier where each has
// ended by itself; with the run when the record does not say that it was undone.
func (l *Life) Held(end time.Duration) (Span, bool) {
	if l.Effective == nil {
		return Span{}, false
	}
	if l.Undone != nil {
		end = *l.Undone
	}
	if last, all := l.endedByItself(); all {
		end = max(*l.Effective, min(end, last))
	}
	return Span{*l.Effective, end}, true
}

// endedByItself is when the last target that was struck ended by itself; false
// when one of them did not.
func (l *Life) endedByItself() (last time.Duration, all bool) {
	for _, t := range l.Targets {
		switch {
		case !t.Struck:
		case t.ended == nil:
			return 0, false
		default:
			last, all = max(last, *t.ended), true
		}
	}
	return last, all
}
