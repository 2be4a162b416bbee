package engine

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/scenarios"
)

// closeMost bounds what removing a load's resources may take after the run, with more
// for each account.
const closeMost = 2 * time.Minute

// openLoads prepares every load; nothing is sent yet. One that does not trust the certificate of
// its service can send nothing, which is told, and its arrivals count as failed with that; the
// others go on. It is an error when there are no others.
func (r *Run) openLoads(ctx context.Context) error {
	var unable []error
	for _, spec := range r.plan.Spec.Loads {
		spec = spec.Resolve(r.maxima[spec.Name])
		sink, err := r.Record.Load(spec.Name)
		if err != nil {
			return err
		}
		of := &sent{spec: spec}
		load := loadgen.Load{Name: spec.Name, Workload: r.workload(spec), Spec: spec.Spec, Env: r.env(spec.Name)}
		load.Env.Reauthenticated = func() { of.renewed.Add(1) }
		if r.away(spec) {
			of.runner, err = r.Workers.Open(ctx, spec, load.Env.Seed, sink)
		} else {
			of.runner, err = r.loads.Add(ctx, load, sink)
		}
		if loadgen.Distrusted(err) && !r.away(spec) {
			unable = append(unable, err)
			r.warn(loadgen.UnableWords(spec.Name, err))
			of.runner, err = r.loads.Add(ctx, load.Unable(err), sink)
		}
		if err != nil {
			return err
		}
		r.opened.Lock()
		r.sent = append(r.sent, of)
		r.opened.Unlock()
	}
	if len(unable) > 0 && len(unable) == len(r.sent) {
		return errors.Join(unable...)
	}
	return nil
}

// noteMost is how long a warning may be, in bytes.
const noteMost = 2000

// warn writes a warning down, once, whoever has found out.
func (r *Run) warn(text string) {
	text = record.OneLine(text, noteMost)
	if _, known := r.warned.LoadOrStore(text, true); !known {
		r.event(record.Event{Note: &record.Note{Level: "warning", Text: text}})
	}
}

// env is what a workload may use; its random stream is named after the load.
func (r *Run) env(load string) loadgen.Env {
	env := r.Env
	env.Run = r.Record.ID()
	env.Load = load
	env.Seed = loadgen.StreamSeed(r.plan.Seed, load)
	env.Log = r.Log
	env.Moved = func(service, from, to string) { r.warn(loadgen.MovedWords(service, from, to)) }
	env.Figure = func(f loadgen.Figure) { r.figure(load, f) }
	env.Microversions = r.plan.Spec.Microversions
	env.Hopeless = func(why error) {
		r.stop(&Stopped{Cause: "condition", Reason: fmt.Sprintf("load %s: %v", load, why)})
	}
	return env
}

// figure keeps what a load has measured. What cannot be written fails the record, which ends
// the run.
func (r *Run) figure(load string, f loadgen.Figure) {
	labels := maps.Clone(f.Labels)
	if labels == nil {
		labels = map[string]string{}
	}
	labels["load"] = load
	if file, err := r.Record.Signals(scenarios.FiguresName); err == nil {
		_ = file.Write(record.Reading{Signal: f.Name, Labels: labels, At: f.At.Sub(r.clock.Start()), Value: f.Value, Unit: r.figureUnit(load, f.Name)})
	}
}

// figureUnit is the unit that a load's workload tells of a figure.
func (r *Run) figureUnit(load, name string) string {
	for _, spec := range r.plan.Spec.Loads {
		measuring, is := spec.Workload.(loadgen.Measuring)
		if spec.Name != load || !is {
			continue
		}
		for _, info := range measuring.Figures() {
			if info.Name == name {
				return info.Unit
			}
		}
	}
	return ""
}

// checkMost bounds how long what the loads kept is looked for after recovery, with more
// for each account.
const checkMost = 30 * time.Second

// checkLoads looks after recovery whether what the cloud acknowledged is there.
// A run that was stopped did not come to it: of that there is only what nobody can say any more.
func (r *Run) checkLoads(ctx context.Context) {
	if ctx.Err() != nil {
		if r.Workers != nil {
			r.tellKept(r.Workers.Unasked())
		}
		return
	}
	limited, cancel := context.WithTimeout(ctx, r.accountsMost(checkMost))
	defer cancel()
	kept := r.loads.Check(limited)
	if r.Workers != nil {
		maps.Copy(kept, r.Workers.Check(limited, r.accountsMost(checkMost)))
	}
	switch {
	case ctx.Err() == nil:
		r.tellKept(kept)
	case r.Workers != nil: // what was being asked for says nothing any more
		r.tellKept(r.Workers.Unasked())
	}
}

// tellKept writes down what became of what loads have kept.
func (r *Run) tellKept(kept map[string]loadgen.Kept) {
	for _, spec := range r.plan.Spec.Loads {
		if of, ok := kept[spec.Name]; ok {
			r.event(record.Event{Kept: &record.KeptEvent{
				Load: spec.Name, Work: of.Work, Lost: of.Lost, LostMore: of.LostMore, Unknown: of.Unknown, UnknownMore: of.UnknownMore, Unasked: of.Unasked,
			}})
		}
	}
}

// closeLoads removes what the loads made; what cannot be removed is residue.
func (r *Run) closeLoads(ctx context.Context) {
	r.doing("what the loads have made is removed")
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), r.accountsMost(closeMost))
	defer cancel()
	if err := r.loads.Close(closing); err != nil {
		r.event(record.Event{Residue: &record.Residue{What: err.Error(), Remedy: r.cleanup()}})
	}
}

// join is errors.Join into a named result, for deferred steps.
func join(into *error, step func() error) { *into = errors.Join(*into, step()) }
