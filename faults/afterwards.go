package faults

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults/script"
	"github.com/openstack-eris/eris/inventory/remote"
)

// Aftermath is what a node itself tells of a target whose run was cut off
// before it saw the end.
type Aftermath struct {
	Target record.Target
	ID     string
	Err    error             // the node gave no answer
	State  record.FaultState // undone, stuck, unknown, or what the node still says
	By     string            // who undid it: lease, ttl, boot, heal or halt
	Begun  *time.Duration    // start of the undo, by the run's clock
	Ended  *time.Duration    // end of the undo
	Proven *time.Duration    // when fingerprint and health were as before
	Bound  time.Duration     // uncertainty of these, from the clocks' comparison
	Last   *time.Duration    // last word of the run that was cut off
	Stamps []Stamp
	// Irreversible says why what the node verified is no proof: nothing took the
	// fault back.
	Irreversible string
}

// Afterwards asks the nodes about every target that a run's events leave open:
// an intent was written, and no verified end followed. Times are mapped to the
// run's clock by the clock events that the run recorded. keeper tells of the
// targets that it kept; nil where there is none.
func Afterwards(ctx context.Context, events []record.Event, runner remote.Runner, keeper Keeper) []Aftermath {
	open, clocks, started, last := openTargets(events)
	for n := range open {
		m := &open[n]
		m.Last = &last
		if m.kept(ctx, keeper, started) {
			continue
		}
		result := runner.Run(ctx, m.Target.Node, remote.Command{
			Script: script.Call(), Args: []string{"report", m.ID}, Root: true,
		})
		if m.Err = failure(result); m.Err != nil {
			m.State = record.Unknown
			continue
		}
		m.read(parse(result.Stdout), clocks[m.Target.Node], started)
	}
	return open
}

func (m *Aftermath) read(a answer, clock record.ClockEvent, started time.Time) {
	m.Stamps, m.Bound = a.stamps(), clock.Bound
	at := func(s Stamp) *time.Duration {
		offset := time.Unix(0, int64(s.asMeasured(clock, m.Stamps[0])+clock.Offset)).Sub(started)
		if clock.Taken != 0 { // a daemon may have had it catch up since
			m.Bound = max(m.Bound, clock.Bound+record.Slewed(offset-clock.Taken))
		}
		return &offset
	}
	state, _ := a.get("state")
	m.State = record.Unknown
	if slices.Contains([]string{"armed", "injecting", "held", "undoing"}, state) {
		m.State = record.FaultState(state)
	}
	for _, s := range m.Stamps {
		switch s.Event {
		case "undoing":
			if m.Begun == nil {
				m.Begun, m.By = at(s), s.By
			}
		case "undone":
			m.Ended, m.By = at(s), s.By
		case "verified":
			m.Proven, m.State, m.Irreversible = at(s), record.Undone, s.Text
			if s.Text != "" {
				m.Proven, m.State = nil, record.Unknown
			}
		case "stuck":
			m.State = record.Stuck
		}
	}
}

// unsure tells that the node's power was lost while it was armed, before its disk had
// that it was let through, if it was.
func (m *Aftermath) unsure() bool {
	stamped := func(event string) bool {
		return slices.ContainsFunc(m.Stamps, func(s Stamp) bool { return s.Event == event })
	}
	return stamped("unsure") && !stamped("injecting")
}

// openTargets finds the targets that were armed or more when the events end.
func openTargets(events []record.Event) (open []Aftermath, clocks map[string]record.ClockEvent, started time.Time, last time.Duration) {
	clocks = map[string]record.ClockEvent{}
	armed := map[string]bool{}   // by id
	foreign := map[string]bool{} // by name: somebody else has made it
	for _, e := range events {
		last = max(last, e.At)
		switch {
		case e.Started != nil:
			started = e.Started.At
			for _, f := range e.Started.Faults {
				foreign[f.Name] = f.Foreign
			}
		case e.Target != nil && foreign[e.Target.Name]: // nothing of it is ours to look for
		case e.Clock != nil:
			clocks[e.Clock.Node] = *e.Clock
		case e.Target != nil:
			open = slices.DeleteFunc(open, func(m Aftermath) bool { return m.ID == e.Target.ID && m.Target == e.Target.Target })
			armed[e.Target.ID] = armed[e.Target.ID] || e.Target.State == record.Armed
			if !over(e.Target.State, armed[e.Target.ID]) {
				open = append(open, Aftermath{Target: e.Target.Target, ID: e.Target.ID, State: e.Target.State})
			}
		}
	}
	return open, clocks, started, last
}

// over reports that nothing of a target in that state can be on its node. One that was
// armed there and then skipped, or not injected, is disarmed after that is written.
func over(state record.FaultState, armed bool) bool {
	switch state {
	case record.Planned, record.Preflight, record.Undone, record.SelfHealed:
		return true
	case record.Skipped, record.Failed:
		return !armed
	default:
		return false
	}
}

// String tells it in one sentence.
func (m Aftermath) String() string {
	switch {
	case m.Err != nil:
		return fmt.Sprintf("%s: what became of it is not known: %s", m.Target, m.Err)
	case m.State == record.Undone && m.Begun != nil:
		text := fmt.Sprintf("%s: undone by %s, begun at %s, verified at %s of the run (±%s)", m.Target, m.By,
			m.Begun.Round(time.Millisecond), m.Proven.Round(time.Millisecond), m.Bound.Round(time.Millisecond))
		if m.unsure() {
			text += "; whether it had been injected is not known, its node lost its power"
		}
		return text
	case m.State == record.Undone:
		return fmt.Sprintf("%s: disarmed by %s, it had not been injected", m.Target, m.By)
	case m.Irreversible != "":
		return fmt.Sprintf("%s: irreversible, and what became of it is not known: %s", m.Target, m.Irreversible)
	default:
		return fmt.Sprintf("%s: the fault is %s", m.Target, m.State)
	}
}
