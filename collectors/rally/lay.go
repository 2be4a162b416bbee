package rally

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
)

// Origin says where a repetition comes from.
type Origin struct {
	Name    string // of the experiment; part of the run's id
	SHA256  string // of the file
	Version string // of Eris
	Command []string
	Owner   string // user@host
}

// Lay writes a repetition down as the record of a run in dir and returns the run's id.
// Its baseline is what was before the first hook, and chaos all that comes after that. A
// hook is a fault that somebody else has made: it took effect between the start and the
// end of its program, so that figures count from the start, with all of that time as the
// bound; and whether it is undone nobody has looked. One of which Rally tells no execution
// is a fault that was skipped.
func (r Repetition) Lay(dir string, from Origin) (id string, err error) {
	start := r.Iterations[0].Began
	for _, h := range r.Hooks { // one may begin before the load
		if h.Began.Before(start) {
			start = h.Began
		}
	}
	start = start.Add(-lead)
	w, err := record.Create(dir, record.Meta{Scenario: from.Name, Clock: record.ClockFrom(start)})
	if err != nil {
		return "", err
	}
	defer func() {
		if closed := w.Close(); closed != nil {
			err = errors.Join(err, closed)
		}
	}()
	l, err := w.Load(load)
	if err != nil {
		return "", err
	}
	for _, s := range r.samples(start) {
		l.Sample(s)
	}
	for _, e := range r.events(w.ID(), start, from) {
		if err := w.Event(e); err != nil {
			return "", err
		}
	}
	return w.ID(), nil
}

// lead is how long a run is before its first iteration: what the journal has at zero was
// before all phases.
const lead = time.Nanosecond

// load is the name of the only load of such a record.
const load = "rally"

// events are a journal's.
func (r Repetition) events(id string, start time.Time, from Origin) []record.Event {
	meta := record.RunStarted{
		Run: id, Scenario: from.Name, SpecSHA: from.SHA256, Cloud: "unknown", Kind: "rally", Owner: from.Owner,
		Version: from.Version, Command: from.Command, At: start,
		Loads: []record.LoadPlan{{Name: load, Workload: r.Scenario, Model: r.Runner.model(), Rate: r.Runner.Rate, Workers: r.Runner.Workers}},
	}
	hooks := make([]record.Event, 0, 2*len(r.Hooks))
	var last []record.Event
	for n, h := range r.Hooks {
		plan, events := h.fault(h.name(n), id+"-"+strconv.Itoa(n+1), start)
		meta.Faults = append(meta.Faults, plan)
		hooks = append(hooks, events...)
	}
	for n, words := range r.Unfired {
		n += len(r.Hooks)
		plan, event := unfired(words, Hook{Name: words}.name(n), id+"-"+strconv.Itoa(n+1))
		meta.Faults = append(meta.Faults, plan)
		last = append(last, event)
	}
	all := []record.Event{{Started: &meta}, {At: lead, Phase: &record.PhaseStarted{Name: record.Baseline}}}
	if len(r.Hooks) > 0 {
		all = append(all, record.Event{At: r.Hooks[0].Began.Sub(start), Phase: &record.PhaseStarted{Name: record.Chaos}})
	}
	end := time.Duration(0)
	for _, i := range r.Iterations {
		end = max(end, i.Began.Add(i.Duration).Sub(start))
	}
	slices.SortStableFunc(hooks, func(a, b record.Event) int { return cmp.Compare(a.At, b.At) }) // one may end within another
	for _, e := range hooks {
		all = append(all, e)
		end = max(end, e.At)
	}
	for _, e := range last {
		e.At = end
		all = append(all, e)
	}
	return append(all, record.Event{At: end, Phase: &record.PhaseStarted{Name: record.Done}}, record.Event{At: end, Ended: &record.RunEnded{}})
}

// fault is a hook as a fault that somebody else has made, of that name and id.
func (h Hook) fault(name, id string, start time.Time) (record.FaultPlan, []record.Event) {
	began, ended := h.Began.Sub(start), h.Ended.Sub(start)
	effect := record.TargetEvent{Name: name, ID: id, Target: record.Target{Node: "unknown"}, State: record.Held, NodeAt: &began, Bound: ended - began}
	if h.Failed {
		effect.State, effect.NodeAt, effect.Bound, effect.Reason = record.Unknown, nil, 0, "Rally says that its program failed"
	}
	return record.FaultPlan{Name: name, Fault: "rally.hook", Foreign: true}, []record.Event{
		{At: began, Fault: &record.FaultEvent{Name: name, ID: id, State: record.Injecting, Trigger: h.words()}},
		{At: ended, Target: &effect},
		{At: ended, Fault: &record.FaultEvent{Name: name, ID: id, State: effect.State, Reason: effect.Reason}},
	}
}

// unfired is a hook that was to be a fault, and of which nothing says that it was.
func unfired(words, name, id string) (record.FaultPlan, record.Event) {
	return record.FaultPlan{Name: name, Fault: "rally.hook", Foreign: true}, record.Event{Fault: &record.FaultEvent{
		Name: name, ID: id, State: record.Skipped, Trigger: Hook{Name: words}.words(),
		Reason: "Rally was to run this hook and tells no execution of it",
	}}
}

// words are what it was to do: it may be a command with what is secret in it.
func (h Hook) words() string { return record.OneLine(h.Name, 200) }

func (r Runner) model() string {
	if r.Open() {
		return "open"
	}
	return "closed"
}

// name is a fault's, unlike those of the other hooks.
func (h Hook) name(n int) string {
	word := strings.Join(strings.FieldsFunc(strings.ToLower(h.words()), func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < '0' || c > '9')
	}), "-")
	word = strings.TrimRight(word[:min(len(word), 80)], "-")
	if word == "" {
		word = "hook"
	}
	if n > 0 {
		word += "-" + strconv.Itoa(n+1)
	}
	return word
}

// samples are those of all iterations, in the order in which they ended, as a run has them.
func (r Repetition) samples(start time.Time) []record.Sample {
	var all []record.Sample
	for n, i := range r.Iterations {
		all = append(all, i.samples(int64(n), start)...)
	}
	slices.SortStableFunc(all, func(a, b record.Sample) int { return cmp.Compare(a.End, b.End) })
	return all
}

// samples are the iteration's operations and then the iteration. Of an action of which the
// old form does not tell when it was there is none.
func (i Iteration) samples(number int64, start time.Time) []record.Sample {
	sample := func(operation string, began time.Time, took time.Duration, failure string) record.Sample {
		at := began.Sub(start)
		s := record.Sample{Iteration: number, Operation: operation, Intended: at, Started: at, End: at + took}
		if failure != "" {
			s.Class, s.Status = class(i.Error)
			s.Err = errors.New(failure)
		}
		return s
	}
	var all []record.Sample
	for _, a := range i.Actions {
		if !a.Began.IsZero() {
			all = append(all, sample(a.Name, a.Began, a.Duration, i.FailureOf(a)))
		}
	}
	return append(all, sample("", i.Began, i.Duration, i.Failure()))
}
