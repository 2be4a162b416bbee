package workers

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors"
	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/scenarios"
)

// idle is a workload that does nothing, and fails every tenth time.
type idle struct{}

func (*idle) Open(context.Context, loadgen.Env) (loadgen.Session, error) { return &idle{}, nil }

func (*idle) Iterate(_ context.Context, n int64, _ loadgen.Recorder) loadgen.Outcome {
	if n%10 == 3 {
		return loadgen.Outcome{Class: record.HTTP5xx, Status: 503, Err: errors.New("no healthy upstream")}
	}
	return loadgen.Outcome{Status: 200}
}

func (*idle) Close(context.Context) error { return nil }

// Role makes it one that wants to know on which cloud it is.
func (*idle) Role() string { return "" }

func catalogue() *scenarios.Catalogue {
	return catalogueOf(func() loadgen.Workload { return &idle{} })
}

func catalogueOf(idles func() loadgen.Workload) *scenarios.Catalogue {
	c := &scenarios.Catalogue{
		Faults: &document.Kinds[faults.Fault]{}, Workloads: &document.Kinds[loadgen.Workload]{}, Collectors: &document.Kinds[collectors.Collector]{},
	}
	c.Workloads.Add(document.Kind[loadgen.Workload]{Name: "idle.iterate", Summary: "nothing", New: idles})
	return c
}

const source = `version: eris/v1
name: idle
description: Nothing is done, often.
phases: {warmup: 1s, baseline: 1s, chaos: 1s, recovery: 1s}
loads:
  open: {workload: idle.iterate, arrivals: {rate: 300/s, process: poisson}}
  closed: {workload: idle.iterate, concurrency: 8, iterations: 1003}
stop_when:
  - 'error_ratio("open", "10s") > 0.9 for 30s'
`

// scene is a hub whose workers are in this process.
type scene struct {
	*Hub
	rec    *record.Writer
	mu     sync.Mutex
	events []record.WorkerEvent
	ends   []chan error
	middle func() // what happens while loads are sent; nil: nothing
	ending func() // what happens while the open load is told to end; likewise
}

func newScene(t *testing.T, machines int) *scene {
	t.Helper()
	return newSceneAt(t, machines, "")
}

// newSceneAt uses the NATS at an address, where one is given.
func newSceneAt(t *testing.T, machines int, at string) *scene {
	t.Helper()
	spec, err := scenarios.Read("idle.yaml", []byte(source), scenarios.Options{Catalogue: catalogue()})
	require.NoError(t, err)
	s := &scene{}
	clock := record.NewClock()
	s.rec, err = record.Create(t.TempDir(), record.Meta{Scenario: "idle", Clock: clock})
	require.NoError(t, err)
	require.NoError(t, s.rec.Event(record.Event{Started: &record.RunStarted{Run: s.rec.ID(), Scenario: "idle"}}))
	s.rec.Subscribe(func(e record.Event) {
		if e.Worker != nil {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.events = append(s.events, *e.Worker)
		}
	})
	s.Hub, err = New(t.Context(), Options{
		Machines: machines, Listen: "127.0.0.1:0", NATS: at, Secret: NewSecret(), Wait: time.Minute, Record: s.rec, Clock: clock, Version: "v1",
		Plan: &scenarios.Plan{Spec: spec, Seed: 7, Cloud: "demo", Inventory: &inventory.Cloud{}},
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Shutdown(t.Context())) })
	return s
}

func agent(name, version string) *Agent {
	return &Agent{Name: name, Version: version, Catalogue: catalogue(), Log: slog.New(slog.DiscardHandler), Say: func(string) {}}
}

// worker starts one.
func (s *scene) worker(t *testing.T, a *Agent) {
	t.Helper()
	end := make(chan error, 1)
	s.ends = append(s.ends, end)
	go func() {
		end <- a.Work(context.WithoutCancel(t.Context()), s.broker.url, s.NATS == "", s.Secret, time.Minute)
	}()
}

// accounts are those of the end, by worker.
func (s *scene) accounts() map[string][]record.WorkerPart {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := map[string][]record.WorkerPart{}
	for _, e := range s.events {
		if e.State == record.WorkerAccounted {
			all[e.Name] = e.Parts
		}
	}
	return all
}

// Four workers send each arrival of an open load once, and as many iterations of a closed one
// as it has, and the record has each outcome once.
func TestTheSumOfWhatWorkersSentIsThePlan(t *testing.T) {
	sumIsThePlan(t, newScene(t, 4))
}

func sumIsThePlan(t *testing.T, s *scene) {
	t.Helper()
	for range s.Machines {
		s.worker(t, agent("gen", "v1"))
	}
	require.NoError(t, s.Join(t.Context(), nil))
	var running sync.WaitGroup
	for _, l := range s.Plan.Spec.Loads {
		sink, err := s.rec.Load(l.Name)
		require.NoError(t, err)
		_, err = s.Open(t.Context(), l, loadgen.StreamSeed(7, l.Name), sink)
		require.NoError(t, err)
	}
	start := s.Begin(t.Context())
	require.Greater(t, start, s.Clock.Now(), "it is told before it comes")
	for _, l := range s.Plan.Spec.Loads {
		sending := s.loads[l.Name]
		require.Equal(t, start, sending.start)
		running.Go(func() {
			totals, err := sending.Run(t.Context())
			require.NoError(t, err)
			require.Zero(t, totals.InFlight())
		})
		if l.Name == "open" {
			timer := time.AfterFunc(3*time.Second, func() {
				if s.ending != nil {
					running.Go(s.ending)
				}
				sending.End()
			})
			defer timer.Stop()
			if s.middle != nil {
				running.Go(s.middle)
			}
		}
	}
	running.Wait()
	s.Account(t.Context())
	require.NoError(t, s.Close(t.Context()))
	for _, end := range s.ends {
		require.NoError(t, <-end)
	}
	require.NoError(t, s.rec.Close())

	open := s.loads["open"]
	want := map[string]int64{
		"open":   loadgen.Planned(*open.spec.Spec.Arrivals, open.seed, loadgen.Part{}, open.start, open.end),
		"closed": 1003,
	}
	require.Greater(t, want["open"], int64(500))
	accounts := s.accounts()
	require.Len(t, accounts, s.Machines, "each has a name of its own")
	sent := map[string]int64{}
	for name, parts := range accounts {
		for _, p := range parts {
			require.Equal(t, p.Planned, p.Sent+p.Dropped, "%s of %s", p.Load, name)
			require.Zero(t, p.Unknown+p.NotSent+p.Beyond, "%s of %s", p.Load, name)
			require.Greater(t, p.Sent, want[p.Load]/5, "%s of %s", p.Load, name)
			sent[p.Load] += p.Sent + p.Dropped
		}
	}
	require.Equal(t, want, sent)

	run, err := record.Open(s.rec.Dir())
	require.NoError(t, err)
	for load, n := range want {
		var got []int64
		for sample, err := range run.Samples(load) {
			require.NoError(t, err)
			got = append(got, sample.Iteration)
		}
		slices.Sort(got)
		require.Len(t, got, int(n), load)
		for i, iteration := range got {
			if load == "open" {
				require.Equal(t, int64(i), iteration)
			} else {
				require.True(t, i == 0 || iteration > got[i-1], "iteration %d is there twice", iteration)
			}
		}
	}
}

// Another build is refused by name, one that does not know the token does not get in, and one
// too many is told so.
func TestWhoMayNotJoin(t *testing.T) {
	s := newScene(t, 1)
	other := agent("old", "v0")
	err := other.Work(t.Context(), s.broker.url, true, s.Secret, time.Minute)
	var refused *RefusedError
	require.ErrorAs(t, err, &refused)
	require.ErrorContains(t, err, "this is eris v0, and the run is of eris v1")

	err = agent("stranger", "v1").Work(t.Context(), s.broker.url, true, NewSecret(), 2*time.Second)
	require.ErrorContains(t, err, "does not know this token")

	s.worker(t, agent("first", "v1"))
	require.NoError(t, s.Join(t.Context(), nil))
	err = agent("second", "v1").Work(t.Context(), s.broker.url, true, s.Secret, time.Minute)
	require.ErrorContains(t, err, "the run has its 1 workers")
	require.NoError(t, s.Close(t.Context()))
	require.NoError(t, <-s.ends[0])
}

// delivered is a message of the stream.
type delivered struct {
	jetstream.Msg
	subject string
	headers nats.Header
	data    []byte
}

// message is one of worker a.
func (s *scene) message(seq int, load string, samples []record.Sample) *delivered {
	d := &delivered{subject: outSubject(s.scope, s.rec.ID(), "a"), headers: nats.Header{}, data: record.EncodeBatch(samples)}
	d.headers.Set(headSeq, strconv.Itoa(seq))
	d.headers.Set(headLoad, load)
	d.headers.Set(headMark, s.talk.mark("outcomes", d.subject, strconv.Itoa(seq), load, "", string(d.data)))
	return d
}

func (d *delivered) Subject() string      { return d.subject }
func (d *delivered) Headers() nats.Header { return d.headers }
func (d *delivered) Data() []byte         { return d.data }
func (d *delivered) Ack() error           { return nil }

// What comes twice is in the record once, and what did not come is told; the part of a lost
// worker that has no outcome is unknown while it may have sent, and not sent later.
func TestTheAccountOfALostWorker(t *testing.T) {
	s := newScene(t, 2)
	s.admit(hello{ID: "a", Name: "gen", Version: "v1"})
	s.admit(hello{ID: "b", Name: "gen", Version: "v1"})
	load := s.Plan.Spec.Loads[0]
	sink, err := s.rec.Load(load.Name)
	require.NoError(t, err)
	sending := &Sending{hub: s.Hub, spec: load, seed: 9, sink: sink, live: loadgen.LiveOf(load.Spec, s.Clock), takes: s.members, start: time.Second, end: time.Minute}
	s.Hub.mu.Lock()
	s.loads[load.Name] = sending
	s.Hub.mu.Unlock()
	for n, m := range s.members {
		m.parts[load.Name] = &part{Part: loadgen.Part{Of: 2, Nth: n}, late: record.NewHistogram()}
	}
	message := func(seq int, iterations ...int64) *delivered {
		var samples []record.Sample
		for _, n := range iterations {
			samples = append(samples, record.Sample{Iteration: n, Intended: time.Second, Started: time.Second, End: time.Second})
		}
		return s.message(seq, load.Name, samples)
	}
	for _, m := range []*delivered{message(1, 0, 2), message(3, 6), message(1, 0, 2), message(2, 4), message(2, 4), message(3, 6)} {
		require.NoError(t, s.record(m))
	}
	lost := s.members[0]
	lost.heard = 10 * time.Second
	s.joined = true
	s.lose(lost, "a test")
	w := sending.account(lost, lost.parts[load.Name])
	require.Equal(t, int64(4), w.Sent, "each once")
	before := loadgen.Planned(*load.Spec.Arrivals, 9, lost.parts[load.Name].Part, time.Second, 10*time.Second+silentMost)
	require.Equal(t, loadgen.Planned(*load.Spec.Arrivals, 9, lost.parts[load.Name].Part, time.Second, time.Minute), w.Planned)
	require.Equal(t, before-4, w.Unknown)
	require.Equal(t, w.Planned-before, w.NotSent)
	require.Positive(t, w.NotSent)

	require.Equal(t, []int64{3, 0}, []int64{lost.taken.n(), lost.taken.gap()})
	require.NoError(t, s.record(message(6, 8)))
	require.NoError(t, s.record(message(7, 9)))
	require.Equal(t, []int64{5, 2}, []int64{lost.taken.n(), lost.taken.gap()}, "those before it may still come")
	forged := message(4, 10)
	forged.headers.Set(headMark, s.talk.mark("another"))
	require.ErrorIs(t, s.record(forged), errUnmarked)
	w = sending.account(lost, lost.parts[load.Name])
	require.Equal(t, []int64{6, 1}, []int64{w.Sent, w.Beyond}, "iteration 9 is the other's")
	require.Equal(t, w.Planned+w.Beyond, w.Sent+w.Dropped+w.NotSent+w.Unknown)
	require.Contains(t, s.hear(beat{ID: "a", N: 1, Run: s.rec.ID()}).Over, "a test")
	require.Contains(t, s.hear(beat{ID: "c", N: 1, Run: s.rec.ID()}).Over, "without this worker")
	require.Contains(t, s.hear(beat{ID: "a", N: 2, Run: "20261130T000000Z-killed-0000"}).Over, "another run is there now")
	require.Empty(t, s.hear(beat{ID: "c", N: 1}).Over, "who has not joined sets its axis so")
	s.flush()
	require.NoError(t, s.rec.Close())
}

// slow is a record that takes its time.
type slow struct{ entered, goOn chan struct{} }

func (s slow) Sample(record.Sample) {
	s.entered <- struct{}{}
	<-s.goOn
}

// A record that is slow holds nobody up who answers a worker: it would be taken for lost.
func TestWorkersAreHeardWhileOutcomesAreWritten(t *testing.T) {
	s := newScene(t, 1)
	s.admit(hello{ID: "a", Name: "gen", Version: "v1"})
	load := s.Plan.Spec.Loads[0]
	sink := slow{make(chan struct{}), make(chan struct{})}
	s.Hub.mu.Lock()
	s.loads[load.Name] = &Sending{hub: s.Hub, spec: load, sink: sink, live: loadgen.LiveOf(load.Spec, s.Clock), takes: s.members, start: time.Second}
	s.members[0].parts[load.Name] = &part{Part: loadgen.Part{Of: 1}, late: record.NewHistogram()}
	s.Hub.mu.Unlock()
	written := make(chan error)
	go func() {
		written <- s.record(s.message(1, load.Name, []record.Sample{{End: time.Second}}))
	}()
	<-sink.entered
	require.True(t, s.Hub.mu.TryLock())
	s.Hub.mu.Unlock()
	close(sink.goOn)
	require.NoError(t, <-written)
	s.flush()
	require.NoError(t, s.rec.Close())
}

// Whoever leaves before its time is held to all of its part; where all are stopped each is held
// to what was due before it did.
func TestTheAccountOfWhoeverLeft(t *testing.T) {
	s := newScene(t, 1)
	s.admit(hello{ID: "a", Name: "gen", Version: "v1"})
	m := s.members[0]
	open, closed := s.Plan.Spec.Loads[0], s.Plan.Spec.Loads[1]
	if open.Name != "open" {
		open, closed = closed, open
	}
	planned := func(until time.Duration) int64 {
		return loadgen.Planned(*open.Spec.Arrivals, 9, loadgen.Part{Of: 2}, time.Second, until)
	}
	account := func(load *scenarios.Load, sent int64, d done, halted bool) []int64 {
		s.books.Lock()
		defer s.books.Unlock()
		p := &part{Part: loadgen.Part{Of: 2}, sent: sent, late: record.NewHistogram(), done: &d}
		for n := range sent {
			p.of.add(p.Part, 2*n)
		}
		w := (&Sending{hub: s.Hub, spec: load, seed: 9, start: time.Second, end: time.Minute, halted: halted}).account(m, p)
		return []int64{w.Planned, w.Unknown, w.NotSent, w.Beyond}
	}
	short := done{Until: 30 * time.Second, Totals: loadgen.Totals{Planned: 70}}
	sent := planned(short.Until)
	late := done{Until: time.Minute + 40*time.Millisecond}
	require.Equal(t, []int64{planned(late.Until), 0, 0, 0}, account(open, planned(late.Until), late, true), "it heard of the end a little later")
	for _, halted := range []bool{true, false} {
		require.Equal(t, []int64{planned(time.Minute), 0, planned(time.Minute) - sent, 0}, account(open, sent, short, halted))
	}
	require.Equal(t, []int64{70, 0, 0, 0}, account(closed, 70, short, false))
	m.lost = "a test"
	require.Equal(t, []int64{planned(time.Minute), 1, planned(time.Minute) - sent, 0}, account(open, sent-1, short, true))
	require.Equal(t, []int64{502, 1, 432, 0}, account(closed, 69, short, false))
	s.flush()
	require.NoError(t, s.rec.Close())
}
