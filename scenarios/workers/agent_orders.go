package workers

import (
	"context"
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
	sent    atomic.Bool // it has begun
	ended   sync.Once
	over    chan struct{} // closed when all that it has to tell is in the outbox
}

// hasBegun tells whether the load has begun; one that has not does not begin any more.
func (h *here) hasBegun() bool {
	h.begun.Do(func() {})
	return h.sent.Load()
}

// carried is an order that is carried out, or was.
type carried struct {
	over   chan struct{} // closed when it was
	report report
}

// obey carries an order out, beside the others: some take their time. One that comes again, since
// its answer was lost, is answered and not carried out again.
func (a *Agent) obey(m *nats.Msg) {
	go func() {
		var o order
		if !a.talk.heard(m, &o) || o.Run != a.run {
			return
		}
		verb := m.Subject[strings.LastIndexByte(m.Subject, '.')+1:]
		a.mu.Lock()
		c := a.answers[o.N]
		again := c != nil
		if !again {
			c = &carried{over: make(chan struct{})}
			a.answers[o.N] = c
		}
		a.mu.Unlock()
		if again {
			<-c.over
		} else {
			c.report = a.carryOut(verb, o)
			close(c.over)
		}
		a.talk.answer(m, c.report)
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
		err := a.open(a.work, o)
		r := problem(err)
		r.Keeps = err == nil && a.load(o.Load).runner.Keeps()
		return r
	case verbStop:
		a.stop()
		return report{}
	case verbClose:
		a.stop()
		a.settle(flushMost)
		a.out.close() // so that no load waits to tell something; the stream has all that could be told
		return problem(a.close(context.WithoutCancel(a.work)))
	}
	h := a.load(o.Load)
	if h == nil {
		return problem(fmt.Errorf("%s: there is no load %s here", verb, o.Load))
	}
	switch verb {
	case verbStart:
		h.begun.Do(func() {
			h.sent.Store(true)
			h.runner.StartAt(o.At)
			go a.send(h)
		})
	case verbEnd:
		h.ended.Do(func() { h.runner.EndAt(o.At) })
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

// prepare reads the scenario and says what this machine lacks for its loads. Files that the
// scenario names are the run's, and are not looked for: no load of a worker has any. Nothing is
// sent but what access is asked with.
func (a *Agent) prepare(ctx context.Context, o order) error {
	spec, err := scenarios.Read(o.File, o.Source, scenarios.Options{Catalogue: a.Catalogue, Small: o.Small, WithoutFiles: true})
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
		if _, authorized := l.Workload.(loadgen.Authorized); !authorized || a.Access == nil {
			continue
		}
		place, err := a.Access(ctx, a.env(name, nil))
		if err != nil {
			return fmt.Errorf("load %s: %w", name, err)
		}
		if o.Place != "" && place != o.Place {
			return fmt.Errorf("load %s: the entry %s of this machine's clouds.yaml leads to another cloud or project than the run's (%s, not %s)", name, o.Cloud, place, o.Place)
		}
	}
	return nil
}

// named is a load that workers send: what the run sends itself, such as a program, is nothing for
// a worker, whoever asks for it.
func (a *Agent) named(name string) (*scenarios.Load, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.spec != nil {
		if i := slices.IndexFunc(a.spec.Loads, func(l *scenarios.Load) bool { return l.Name == name }); i >= 0 {
			if why := Own(a.spec.Loads[i]); why != "" {
				return nil, fmt.Errorf("load %s is not for workers: %s", name, why)
			}
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
		Run: a.run, Load: load, Seed: loadgen.StreamSeed(a.told.Seed, load),
		Clouds: a.Clouds, Cloud: a.told.Cloud, Microversions: a.told.Microversions, Log: a.Log,
		Hopeless: func(why error) {
			a.mu.Lock()
			defer a.mu.Unlock()
			a.hopeless = fmt.Sprintf("load %s: %v", load, why)
		},
	}
	env.Moved = func(service, from, to string) { a.warn(loadgen.MovedWords(service, from, to)) }
	if a.Own != nil {
		env.Variable = a.Own.Variable
	}
	if h != nil {
		env.Reauthenticated = func() { h.renewed.Add(1) }
	}
	return env
}

// warn has the run told of what is worth a warning, with the next sign of life.
func (a *Agent) warn(text string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !slices.Contains(a.warnings, text) {
		a.warnings = append(a.warnings, text)
	}
}

func (a *Agent) open(ctx context.Context, o order) error {
	l, err := a.named(o.Load)
	if err != nil {
		return err
	}
	a.mu.Lock()
	if a.closing {
		a.mu.Unlock()
		return errors.New("this worker leaves")
	}
	a.opening.Add(1) // what it makes is waited for by close
	a.mu.Unlock()
	defer a.opening.Done()
	h := &here{spec: l, over: make(chan struct{})}
	workload := l.Workload
	if l.Fresh {
		workload = a.Fresh(workload)
	}
	load := loadgen.Load{Name: l.Name, Workload: workload, Spec: l.Spec, Env: a.env(l.Name, h), Part: o.Part}
	runner, err := loadgen.Open(ctx, load, a.clock, toLoad{a.out, l.Name})
	if loadgen.Distrusted(err) {
		a.warn(loadgen.UnableWords(l.Name, err))
		runner, err = loadgen.Open(ctx, load.Unable(err), a.clock, toLoad{a.out, l.Name})
	}
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
		if !h.hasBegun() {
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

// close removes what the loads made, the last opened first, once none is opened or sent any more.
func (a *Agent) close(ctx context.Context) error {
	limited, cancel := context.WithTimeout(ctx, closeMost)
	defer cancel()
	a.mu.Lock()
	a.closing = true
	a.mu.Unlock()
	opened := make(chan struct{})
	go func() {
		a.opening.Wait()
		close(opened)
	}()
	var errs []error
	select {
	case <-opened:
	case <-limited.Done():
		errs = append(errs, errors.New("a load was still being opened"))
	}
	a.mu.Lock()
	all := slices.Clone(a.order)
	a.mu.Unlock()
	for _, h := range slices.Backward(all) {
		if h.hasBegun() {
			select {
			case <-h.over:
			case <-limited.Done():
			}
		}
		errs = append(errs, h.runner.Close(limited))
	}
	return errors.Join(errs...)
}
