package workers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/scenarios"
)

// here is a load's part that this worker sends.
type here struct {
	spec    *scenarios.Load
	runner  *loadgen.Runner
	renewed atomic.Int64
	begun   sync.Once
	over    chan struct{} // closed when all that it has to tell is in the outbox
}

// obey carries an order out, beside the others: some take their time.
func (a *Agent) obey(m *nats.Msg) {
	go func() {
		var o order
		if json.Unmarshal(m.Data, &o) != nil {
			return // of nobody who speaks this
		}
		verb := m.Subject[strings.LastIndexByte(m.Subject, '.')+1:]
		text, err := json.Marshal(a.carryOut(verb, o))
		if err == nil {
			_ = m.Respond(text) // the hub learns by silence
		}
		if verb == verbClose {
			_ = a.conn.FlushTimeout(beatMost) // so that the answer is out before this process ends
			a.leave.Do(func() { close(a.closed) })
		}
	}()
}

func (a *Agent) carryOut(verb string, o order) report {
	switch verb {
	case verbPrepare:
		return problem(a.prepare(a.work, o))
	case verbOpen:
		return problem(a.open(a.work, o))
	case verbStop:
		a.stop()
		return report{}
	case verbClose:
		a.stop()
		a.settle(flushMost)
		return problem(a.close(context.WithoutCancel(a.work)))
	}
	h := a.load(o.Load)
	if h == nil {
		return problem(fmt.Errorf("%s: there is no load %s here", verb, o.Load))
	}
	switch verb {
	case verbStart:
		h.begun.Do(func() {
			h.runner.StartAt(o.At)
			go a.send(h)
		})
	case verbEnd:
		h.runner.EndAt(o.At)
	case verbCheck:
		limited, cancel := context.WithTimeout(a.work, o.At)
		defer cancel()
		if kept, was := h.runner.Check(limited); was {
			return report{Kept: &kept}
		}
	default:
		return problem(fmt.Errorf("%s is no order", verb))
	}
	return report{}
}

func (a *Agent) load(name string) *here {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.loads[name]
}

// prepare reads the scenario and says what this machine lacks for its loads. Nothing is sent
// but what access is asked with.
func (a *Agent) prepare(ctx context.Context, o order) error {
	spec, err := scenarios.Read(o.File, o.Source, scenarios.Options{Catalogue: a.Catalogue, Small: o.Small})
	if err != nil {
		return fmt.Errorf("read the scenario here: %w", err)
	}
	if a.Own != nil {
		if err := a.Own.Take(spec.Secrets()...); err != nil {
			return err
		}
	}
	a.mu.Lock()
	a.spec, a.told = spec, o
	a.mu.Unlock()
	for _, name := range o.Loads {
		l, err := a.named(name)
		if err != nil {
			return err
		}
		if _, authorized := l.Workload.(loadgen.Authorized); authorized && a.Access != nil {
			if err := a.Access(ctx, a.env(name, nil)); err != nil {
				return fmt.Errorf("load %s: %w", name, err)
			}
		}
	}
	return nil
}

func (a *Agent) named(name string) (*scenarios.Load, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.spec != nil {
		if i := slices.IndexFunc(a.spec.Loads, func(l *scenarios.Load) bool { return l.Name == name }); i >= 0 {
			return a.spec.Loads[i], nil
		}
	}
	return nil, fmt.Errorf("the scenario has no load %s", name)
}

// env is what a workload may use here. The random stream is that of the load, of which this
// is a part.
func (a *Agent) env(load string, h *here) loadgen.Env {
	a.mu.Lock()
	defer a.mu.Unlock()
	env := loadgen.Env{
		Run: a.told.Run, Load: load, Seed: loadgen.StreamSeed(a.told.Seed, load),
		Clouds: a.Clouds, Cloud: a.told.Cloud, Microversions: a.told.Microversions, Log: a.Log,
		Hopeless: func(why error) {
			a.mu.Lock()
			defer a.mu.Unlock()
			a.hopeless = fmt.Sprintf("load %s: %v", load, why)
		},
	}
	if a.Own != nil {
		env.Variable = a.Own.Variable
	}
	if h != nil {
		env.Reauthenticated = func() { h.renewed.Add(1) }
	}
	return env
}

func (a *Agent) open(ctx context.Context, o order) error {
	l, err := a.named(o.Load)
	if err != nil {
		return err
	}
	h := &here{spec: l, over: make(chan struct{})}
	workload := l.Workload
	if l.Fresh {
		workload = a.Fresh(workload)
	}
	runner, err := loadgen.Open(ctx, loadgen.Load{
		Name: l.Name, Workload: workload, Spec: l.Spec, Env: a.env(l.Name, h), Part: o.Part,
	}, a.clock, toLoad{a.out, l.Name})
	if err != nil {
		return err
	}
	h.runner = runner
	a.mu.Lock()
	defer a.mu.Unlock()
	a.loads[l.Name] = h
	a.order = append(a.order, h)
	return nil
}

// send runs a load to its end and tells how it ended.
func (a *Agent) send(h *here) {
	totals, err := h.runner.Run(a.work)
	d := done{Totals: totals, Until: h.runner.Until(), Reauthenticated: h.renewed.Load()}
	if err != nil {
		d.Error = err.Error()
	}
	a.out.done(h.spec.Name, d)
	close(h.over)
}

// settle waits until the loads that have begun have ended and the stream has all of it.
func (a *Agent) settle(most time.Duration) {
	timer := time.NewTimer(most)
	defer timer.Stop()
	a.mu.Lock()
	all := slices.Clone(a.order)
	a.mu.Unlock()
	for _, h := range all {
		begun := true
		h.begun.Do(func() { begun = false })
		if !begun {
			continue
		}
		select {
		case <-h.over:
		case <-timer.C:
			return
		}
	}
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for !a.out.empty() {
		select {
		case <-ticker.C:
		case <-timer.C:
			return
		}
	}
}

// close removes what the loads made, the last opened first.
func (a *Agent) close(ctx context.Context) error {
	limited, cancel := context.WithTimeout(ctx, closeMost)
	defer cancel()
	a.mu.Lock()
	all := slices.Clone(a.order)
	a.mu.Unlock()
	var errs []error
	for _, h := range slices.Backward(all) {
		errs = append(errs, h.runner.Close(limited))
	}
	return errors.Join(errs...)
}
