package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/openstack-eris/eris/collectors"
	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/redundancy"
	"github.com/openstack-eris/eris/inventory/remote"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/scenarios"
)

// Nodes runs commands on the cloud's nodes and keeps collectors' loops there;
// *remote.Pool is one.
type Nodes interface {
	remote.Runner
	remote.Streamer
}

// Config is what a run works with. The caller opens and closes all of it.
type Config struct {
	Plan      *scenarios.Plan // with its Spec and Inventory
	Nodes     Nodes
	Keeper    faults.Keeper // of faults that take their node away; nil refuses them
	Record    *record.Writer
	Clock     record.Clock      // the record's
	Env       loadgen.Env       // Run, Load, Seed and Log are filled in for each load
	Registrar loadgen.Registrar // makes the tenants of loads; nil refuses them
	// Microversions tells what an environment asks for and a service has not; nil
	// refuses to ask for any.
	Microversions func(context.Context, loadgen.Env) error
	// Granted says whose roles an environment has, in which project; nil: neither roles nor quotas
	// are looked at before the start.
	Granted func(context.Context, loadgen.Env) (loadgen.Granted, error)
	// Fresh makes of a workload one whose iterations each get a token of their own;
	// nil refuses loads that want it.
	Fresh func(loadgen.Workload) loadgen.Workload
	// OpenStack opens a login at the cloud for a collector, over connections that no load
	// has; nil: those that need one find none.
	OpenStack func() (collectors.OpenStack, error)
	// Tested finds out what the run is tried on; nil: nobody asks.
	Tested func(context.Context, loadgen.Env) *record.Tested
	// Workers send the loads that can be sent elsewhere; nil: the run sends all itself.
	Workers Workers
	// Logs are those of the nodes, in which failed requests are looked for; nil: nobody looks.
	Logs  Logs
	Owner string // user@host, shown to whom a second run refuses
	// Doing is told in words what the run does before its first phase and after its last that may
	// take minutes, as making tenants does; nil: nobody asks.
	Doing func(what string)
	Log   *slog.Logger
	// Rehearsal has each fault stand, when it has lived, what faults.Drills are.
	Rehearsal bool
}

// Veto says why a run ended before anything was touched. Sent tells that loads
// had been sent to find their maximum, or tenants been made; no fault was made all
// the same.
type Veto struct {
	Err  error
	Sent bool
}

// Error is the reason.
func (v *Veto) Error() string { return v.Err.Error() }

// Unwrap gives the cause.
func (v *Veto) Unwrap() error { return v.Err }

// Run is one execution of a plan.
type Run struct {
	Config
	plan       *scenarios.Plan
	clock      record.Clock
	lifecycle  *faults.Lifecycle
	ledger     *redundancy.Ledger
	admission  sync.Mutex // SetDown and Reserve are one step
	watched    []*inventory.Group
	signals    *collectors.Signals
	vital      *tee // takes in what the budget decides on
	vitals     map[inventory.Ref]bool
	others     *others       // takes in the health of all others
	outages    outages       // that are there now
	vitalEvery time.Duration // how often that is asked without need
	loads      *loadgen.Group
	accounts   map[string][]loadgen.Account // by the name of the tenants
	made       bool                         // some of them, or it was tried
	maxima     map[string]loadgen.Rate      // of loads that are shares of it
	searched   bool                         // such loads have been sent
	opened     sync.Mutex                   // guards sent while loads are opened
	sent       []*sent
	warned     sync.Map // what was
	marks      marking
	phase      entering
	faults     map[string]*life
	order      []*life
	begun      chan struct{}           // closed when chaos begins
	ending     chan struct{}           // closed when no more faults can come
	silent     chan struct{}           // closed when every load has ended
	chaosFrom  time.Duration           // offset of that; read after begun
	stop       context.CancelCauseFunc // of the run that is executed
	reading    sync.Mutex              // held while what was captured of logs is searched for secrets
	failOnce   sync.Once
	failure    error // the first event that could not be written
}

// New makes a run ready; nothing is done before Execute.
func New(c Config) *Run {
	r := &Run{
		Config: c, plan: c.Plan, clock: c.Clock, ledger: redundancy.New(c.Plan.Inventory),
		watched: c.Plan.Inventory.GroupsOf(taken(c.Plan)), signals: collectors.NewSignals(c.Clock),
		loads: loadgen.NewGroup(c.Clock), maxima: map[string]loadgen.Rate{}, accounts: map[string][]loadgen.Account{}, faults: map[string]*life{}, stop: func(error) {}, marks: marking{over: make(chan struct{})}, begun: make(chan struct{}), ending: make(chan struct{}), silent: make(chan struct{}),
		vitals: map[inventory.Ref]bool{}, outages: outages{known: map[inventory.Ref]*outage{}},
	}
	for _, group := range r.watched {
		for _, member := range group.Members {
			r.vitals[member.Ref] = true
		}
	}
	r.others = newOthers(r)
	return r
}

// Live is a load's figures while the run goes on; false before it was opened.
func (r *Run) Live(load string) (*loadgen.Live, bool) {
	r.opened.Lock()
	defer r.opened.Unlock()
	for _, s := range r.sent {
		if s.spec.Name == load {
			return s.runner.Live(), true
		}
	}
	return nil, false
}

// Execute runs the plan. A nil error means that the run went to its end or was
// stopped in good order (the journal says which); a *Veto that nothing was
// touched; anything else is an internal error, after which everything was
// undone all the same. When ctx ends the run is stopped as by Ctrl-C.
func (r *Run) Execute(ctx context.Context) error {
	err := r.execute(ctx)
	end := r.clock.Now() // the search for lines is no part of the run
	r.searchLogs(ctx, end)
	err = errors.Join(err, r.failure)
	var veto *Veto
	ended := &record.RunEnded{}
	switch {
	case errors.As(err, &veto):
		veto.Sent = r.searched || r.made
		ended.Veto = veto.Error()
	case err != nil:
		ended.Error = err.Error()
	}
	return errors.Join(err, r.Record.Event(record.Event{At: end, Ended: ended}))
}

// execute is the run from its first look at a node to its last.
func (r *Run) execute(parent context.Context) (err error) {
	ctx, stop := context.WithCancelCause(parent)
	defer stop(nil)
	r.stop = stop
	defer beside(ctx, func(ctx context.Context) { r.watchRecord(ctx, stop) })()
	leave := sync.OnceFunc(func() { r.leaveWorkers(ctx) })
	defer leave()
	if r.Registrar != nil {
		defer join(&err, r.Registrar.Close)
	}
	if err := r.joinWorkers(ctx); err != nil {
		return r.vetoOr(ctx, err)
	}
	release, err := r.prepare(ctx, stop)
	if err != nil {
		return r.vetoOr(ctx, err)
	}
	defer release()
	defer leave() // while nobody else may work on the cloud
	unwatch, err := r.watch(ctx)
	if err != nil {
		return err
	}
	defer join(&err, unwatch)
	if err := r.look(ctx); err != nil {
		return r.vetoOr(ctx, err)
	}
	if !r.steadyState(ctx, "before") {
		return r.vetoOr(ctx, &Veto{Err: errors.New("the steady state does not hold before the first fault: nothing was touched")})
	}
	r.beforeLoads(ctx)
	defer r.removeTenants(ctx)
	if err := r.makeTenants(ctx); err != nil {
		return r.vetoOr(ctx, &Veto{Err: err})
	}
	if err := r.searchMaxima(ctx); err != nil {
		return r.vetoOr(ctx, err)
	}
	defer beside(context.WithoutCancel(ctx), r.watchOutages)()
	defer r.closeLoads(ctx)
	if err := r.openLoads(ctx); err != nil {
		return r.vetoOr(ctx, &Veto{Err: err})
	}
	r.marks.wanted = true
	defer r.measureClocks(ctx)
	err = r.phases(ctx, stop)
	r.checkLoads(ctx)
	return err
}

// phases sends the loads and lets the faults live.
func (r *Run) phases(ctx context.Context, stop context.CancelCauseFunc) (err error) {
	start := r.beginTogether(ctx)
	r.enterAt(Warmup, start)     // before a load of this process can begin
	defer r.startCaptures(ctx)() // whose end is after that of the loads: they do not wait for it
	defer join(&err, r.startLoads(ctx, stop))
	phases := r.plan.Spec.Phases
	if r.until(ctx, start+phases.Warmup) != nil {
		r.stopped(ctx)
		return nil
	}
	r.enterAt(Baseline, start+phases.Warmup) // a second of it is one, however late that is noticed
	chaos := start + phases.Warmup + phases.Baseline
	lead := armLead(phases)
	if r.until(ctx, chaos-lead-min(phases.Baseline/3, markFirst)) != nil {
		r.stopped(ctx)
		return nil
	}
	r.markUntilFired(ctx)
	if r.until(ctx, chaos-lead) != nil {
		r.stopped(ctx)
		return nil
	}
	over := r.launch(ctx, stop)
	if err := r.armed(ctx, chaos, stop); err != nil {
		r.stopped(ctx)
		return <-over
	}
	r.enter(Chaos)
	r.chaosFrom = r.clock.Now()
	close(r.begun)
	unwatch := beside(ctx, func(ctx context.Context) { r.watchStops(ctx, stop) })
	r.chaos(ctx)
	unwatch()
	if ctx.Err() == nil {
		r.recover(ctx)
	}
	close(r.ending)
	err = <-over
	if ctx.Err() != nil {
		r.stopped(ctx)
	}
	return err
}

// armLead is how long before chaos the faults are armed: late enough that
// nothing waits armed for long, early enough to be ready in time.
func armLead(p scenarios.Phases) time.Duration { return min(p.Baseline/3, 3*time.Second) }

// launch starts a goroutine for each fault; the channel gives what ended the
// last of them.
func (r *Run) launch(ctx context.Context, stop context.CancelCauseFunc) <-chan error {
	var group sync.WaitGroup
	failed := make([]error, len(r.order))
	for i, l := range r.order {
		group.Go(func() {
			err := r.drive(ctx, l)
			if stopped, ok := errors.AsType[*Stopped](err); ok {
				stop(stopped)
				return
			}
			if err != nil {
				failed[i] = err
				stop(&Stopped{Cause: "error", Reason: err.Error()})
			}
		})
	}
	over := make(chan error, 1)
	go func() {
		group.Wait()
		over <- errors.Join(failed...)
	}()
	return over
}

// armed waits until every fault that waits for no other is armed, and for the
// start of chaos. A fault that cannot be armed stops the run: what was promised
// cannot be tested.
func (r *Run) armed(ctx context.Context, chaos time.Duration, stop context.CancelCauseFunc) error {
	for _, l := range r.order {
		if err := <-l.armed; err != nil {
			if ctx.Err() == nil {
				stop(&Stopped{Cause: "error", Reason: fmt.Sprintf("fault %s: %v", l.spec.Name, err)})
			}
			return err
		}
	}
	return r.until(ctx, chaos)
}

// chaos lasts for its time and until no fault is active or can become so. When
// the run is stopped, the faults end by themselves.
func (r *Run) chaos(ctx context.Context) {
	if r.plan.Spec.Phases.UntilStopped {
		<-ctx.Done()
	}
	if r.chaosOver(ctx) != nil {
		r.Log.Info("chaos was cut short", "cause", context.Cause(ctx))
	}
	for _, l := range r.order {
		<-l.progress.quiet
	}
}

// chaosOver waits for the time of the chaos phase, or, where the scenario says so,
// for the end of the last load.
func (r *Run) chaosOver(ctx context.Context) error {
	over := r.chaosFrom + r.plan.Spec.Phases.Chaos
	if !r.plan.Spec.Phases.UntilLoadsEnded {
		return r.until(ctx, over)
	}
	timer := time.NewTimer(over - r.clock.Now())
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-r.silent:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// recover watches the cloud after the last undo. What it finds is in the
// journal; when it is cut short, the caller says why.
func (r *Run) recover(ctx context.Context) {
	r.enter(Recovery)
	if r.until(ctx, r.clock.Now()+r.plan.Spec.Phases.Recovery) != nil {
		return
	}
	r.steadyState(ctx, "after")
	r.enter(Done)
}

// stopped writes down why the run ended before its time, and how the cloud is
// left. Being stopped is the normal end of a run until stopped.
func (r *Run) stopped(ctx context.Context) {
	why := reason(ctx)
	if why.Cause != "interrupt" || !r.plan.Spec.Phases.UntilStopped {
		r.event(record.Event{Stop: &record.StopEvent{Cause: why.Cause, Reason: why.Reason}})
	}
	r.steadyState(context.WithoutCancel(ctx), "after")
	r.enter(Done)
}

// vetoOr is the reason why nothing was touched, or the note that the run was
// stopped before it could touch anything.
func (r *Run) vetoOr(ctx context.Context, veto error) error {
	if ctx.Err() == nil {
		return veto
	}
	why := reason(ctx)
	r.event(record.Event{Stop: &record.StopEvent{Cause: why.Cause, Reason: why.Reason}})
	return nil
}

// reason is why a run's context ended; from outside that is an interrupt.
func reason(ctx context.Context) *Stopped {
	if stopped, ok := errors.AsType[*Stopped](context.Cause(ctx)); ok {
		return stopped
	}
	return &Stopped{Cause: "interrupt", Reason: context.Cause(ctx).Error()}
}

// event writes to the journal; the first failure is kept and ends the run as
// an internal error.
func (r *Run) event(e record.Event) {
	if err := r.Record.Event(e); err != nil {
		r.failOnce.Do(func() { r.failure = err })
	}
}
