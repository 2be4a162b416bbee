package rally

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
)

// Source is a file of Rally's.
type Source struct {
	Repetitions []Repetition
	Origin
}

// RefusedError says why a result cannot be put on the axis of a run; nothing was written.
type RefusedError struct{ Why, Hint string }

// Error is the reason.
func (e *RefusedError) Error() string { return e.Why }

// Joining says how results are put on a run's axis.
type Joining struct {
	// Offset is how far the clock of Rally's machine was behind that of the run's; nil
	// where nobody has said, and it is taken to be the same.
	Offset       *time.Duration
	WithoutHooks bool
}

// Join writes in dir the record of a run anew, with the results as loads of it, and returns
// its id and what became of each. The run's own record is only read: it has to be whole, and as its
// MANIFEST says. Arrivals that began in the run's time are taken; one that its end cut off
// is as one of the run's own. Hooks that began in it are faults that somebody else has
// made. Nothing is written where none of the arrivals lies in the run's time.
func Join(dir string, run *record.Run, sources []Source, how Joining) (id string, joined []record.JoinedResult, err error) {
	if run, err = itself(run); err != nil {
		return "", nil, err
	}
	if err := whole(run); err != nil {
		return "", nil, err
	}
	if err := once(run, sources); err != nil {
		return "", nil, err
	}
	j := &joining{Joining: how, run: run, start: run.Meta().At, loads: map[string][]record.Sample{}}
	if how.Offset != nil {
		j.start = j.start.Add(-*how.Offset)
	}
	for e, err := range run.Events() {
		if err != nil {
			return "", nil, err
		}
		if j.events = append(j.events, e); e.Ended != nil && j.end == 0 || e.Phase != nil && e.Phase.Name == record.Done {
			j.end = e.At
		}
	}
	for _, source := range sources {
		for _, r := range source.Repetitions {
			j.take(r, source.Origin)
		}
	}
	if len(j.loads) == 0 {
		return "", nil, j.elsewhere(sources)
	}
	id, err = j.write(dir)
	return id, j.results, err
}

// once refuses a file whose arrivals would be counted twice: it is given twice, or was joined
// to the run before.
func once(run *record.Run, sources []Source) error {
	known := map[string]string{} // by digest: where it was seen
	if joined := run.Meta().Joined; joined != nil {
		for _, result := range joined.Results {
			known[result.SHA256] = "was joined to this record before, as " + result.File
		}
	}
	for _, source := range sources {
		if where := known[source.SHA256]; where != "" {
			return &RefusedError{source.Name + " " + where, "its arrivals would be counted twice; joined to the run's first record it may have another --offset"}
		}
		known[source.SHA256] = "is given twice, as " + source.Name
	}
	return nil
}

// itself is the record by its own directory: a link to it, such as latest, may lead to the
// one that is made before all is read.
func itself(run *record.Run) (*record.Run, error) {
	dir, err := filepath.EvalSymlinks(run.Dir())
	if err != nil {
		return nil, err
	}
	return record.Open(dir)
}

// whole refuses a record that is not the truth about a run that is over.
func whole(run *record.Run) error {
	if why, cut := run.CutOff(); cut {
		return &RefusedError{"the record is not whole: " + why, "a run that goes on, or was cut off, has no end to put a result before"}
	}
	differences, err := record.Verify(run.Dir())
	differences = append(run.Strange(), differences...)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &RefusedError{"the record has no MANIFEST: nobody knows whether it is whole", ""}
	case err != nil:
		return err
	case len(differences) > 0:
		return &RefusedError{"the record is not as it was written: " + strings.Join(differences[:min(5, len(differences))], "; "), "a figure that rests on what was changed would lie"}
	}
	return nil
}

// joining is the work of Join.
type joining struct {
	Joining
	run     *record.Run
	events  []record.Event
	start   time.Time // of the run, by the clock of Rally's machine
	end     time.Duration
	results []record.JoinedResult
	plans   []record.LoadPlan
	faults  []record.FaultPlan
	extra   []record.Event // of the loads and the hooks
	loads   map[string][]record.Sample
}

// take puts a repetition on the axis.
func (j *joining) take(r Repetition, from Origin) {
	told := record.JoinedResult{Workload: r.Scenario, File: from.Name, SHA256: from.SHA256, Version: from.Version, Offset: j.Offset}
	var samples []record.Sample
	first, last := j.end, time.Duration(0)
	for n, i := range r.Iterations {
		began, ended := i.Began.Sub(j.start), i.Began.Add(i.Duration).Sub(j.start)
		switch {
		case began < 0:
			told.Before++
			continue
		case began >= j.end:
			told.After++
			continue
		case ended > j.end:
			told.Cut++
		}
		told.Arrivals++
		first, last = min(first, began), max(last, min(ended, j.end))
		samples = append(samples, j.cut(i.samples(int64(n), j.start))...)
	}
	if told.Arrivals > 0 {
		slices.SortStableFunc(samples, func(a, b record.Sample) int { return cmp.Compare(a.End, b.End) })
		told.Load = free(load, func(name string) bool {
			return slices.ContainsFunc(append(j.plans, j.run.Meta().Loads...), func(l record.LoadPlan) bool { return l.Name == name })
		})
		j.loads[told.Load] = samples
		j.plans = append(j.plans, record.LoadPlan{Name: told.Load, Workload: r.Scenario, Model: r.Runner.model(), Rate: r.Runner.Rate, Workers: r.Runner.Workers})
		j.extra = append(j.extra,
			record.Event{At: first, Load: &record.LoadEvent{Name: told.Load, State: "started", Rate: r.Runner.Rate}},
			record.Event{At: last, Load: &record.LoadEvent{Name: told.Load, State: "stopped"}})
	}
	for _, h := range r.Hooks {
		if began := h.Began.Sub(j.start); j.WithoutHooks || began < 0 || began >= j.end {
			told.HooksOut++
			continue
		}
		told.Hooks = append(told.Hooks, j.hook(h))
	}
	for _, words := range r.Unfired {
		if j.WithoutHooks || told.Arrivals == 0 { // of another run
			told.HooksOut++
			continue
		}
		name := j.faultName(words)
		plan, event := unfired(words, name, "rally-"+name)
		event.At = j.end
		j.faults, j.extra = append(j.faults, plan), append(j.extra, event)
		told.Hooks = append(told.Hooks, name)
	}
	j.results = append(j.results, told)
}

// cut has what the run's end cut off end with it, as what the run has sent itself does.
func (j *joining) cut(samples []record.Sample) (all []record.Sample) {
	for _, s := range samples {
		if s.Started >= j.end { // an operation of an arrival that is cut off
			continue
		}
		if s.End > j.end {
			s.End, s.Class, s.Status, s.Err = j.end, record.Aborted, 0, nil
		}
		all = append(all, s)
	}
	return all
}

// hook is one as a fault, whose name it returns.
func (j *joining) hook(h Hook) string {
	name := j.faultName(h.Name)
	plan, events := h.fault(name, "rally-"+name, j.start)
	for _, e := range events {
		if e.At > j.end { // the run did not see its end
			break
		}
		j.extra = append(j.extra, e)
	}
	j.faults = append(j.faults, plan)
	return name
}

// faultName is that of a hook of these words, which no other fault has.
func (j *joining) faultName(words string) string {
	return free(Hook{Name: words}.name(0), func(name string) bool {
		return slices.ContainsFunc(append(j.faults, j.run.Meta().Faults...), func(f record.FaultPlan) bool { return f.Name == name })
	})
}

// free is a name, with a number where it is taken.
func free(name string, taken func(string) bool) string {
	free := name
	for n := 2; taken(free); n++ {
		free = name + "-" + strconv.Itoa(n)
	}
	return free
}

// write lays the record down.
func (j *joining) write(dir string) (id string, err error) {
	meta := j.run.Meta()
	w, err := record.Create(dir, record.Meta{Scenario: meta.Scenario, Clock: record.ClockFrom(meta.At)})
	if err != nil {
		return "", err
	}
	defer func() {
		if err = errors.Join(err, w.Close()); err != nil { // half a record is none
			err = errors.Join(err, os.RemoveAll(w.Dir()))
		}
	}()
	if err := w.Adopt(j.run); err != nil {
		return "", err
	}
	for _, plan := range j.plans {
		l, err := w.Load(plan.Name)
		if err != nil {
			return "", err
		}
		for _, s := range j.loads[plan.Name] {
			l.Sample(s)
		}
	}
	slices.SortStableFunc(j.extra, func(a, b record.Event) int { return cmp.Compare(a.At, b.At) })
	extra := j.extra
	put := func(e record.Event) error {
		if e.Started == nil {
			e.At = max(e.At, lead) // what the journal has at zero was before all phases
		}
		return w.Event(e)
	}
	for _, e := range j.events {
		for len(extra) > 0 && e.Started == nil && (extra[0].At < e.At || e.Ended != nil) {
			if err := put(extra[0]); err != nil {
				return "", err
			}
			extra = extra[1:]
		}
		if e.Started != nil {
			e.Started = j.started(*e.Started, w.ID())
		}
		if err := put(e); err != nil {
			return "", err
		}
	}
	return w.ID(), nil
}

// started is the run's first event with what was joined.
func (j *joining) started(meta record.RunStarted, id string) *record.RunStarted {
	joined := record.Joined{Run: meta.Of(), Results: j.results}
	if meta.Joined != nil {
		joined.Results = slices.Concat(meta.Joined.Results, j.results)
	}
	meta.Run, meta.Joined = id, &joined
	meta.Loads, meta.Faults = slices.Concat(meta.Loads, j.plans), slices.Concat(meta.Faults, j.faults)
	return &meta
}

// elsewhere says that nothing lies in the run's time, and what lies where.
func (j *joining) elsewhere(sources []Source) error {
	var first, last time.Time
	for _, source := range sources {
		for _, r := range source.Repetitions {
			for _, i := range r.Iterations {
				if first.IsZero() || i.Began.Before(first) {
					first = i.Began
				}
				if i.Began.After(last) {
					last = i.Began
				}
			}
		}
	}
	const layout = "2006-01-02 15:04:05 MST"
	return &RefusedError{fmt.Sprintf("nothing of the results began in its time: it was from %s to %s by Rally's clock, and their iterations began from %s to %s",
		j.start.UTC().Format(layout), j.start.Add(j.end).UTC().Format(layout), first.UTC().Format(layout), last.UTC().Format(layout)),
		"--offset says how far the clock of Rally's machine was behind that of the run's"}
}
