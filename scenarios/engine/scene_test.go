package engine

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors"
	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/conditions"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/scenarios"
)

// scene is a run on three fake controllers, within a bubble of fake time.
type scene struct {
	*Run
	nodes *fakeNodes

	mu     sync.Mutex
	events []record.Event
}

const cloudText = `version: eris/v1
cloud: {name: demo, kind: simulated}
nodes:
  ctl-1: {address: 198.18.0.11, roles: [controller]}
  ctl-2: {address: 198.18.0.12, roles: [controller]}
  ctl-3: {address: 198.18.0.13, roles: [controller]}
  store-1: {address: 198.18.0.14, roles: [storage]}
machines: {desk: {address: 198.18.0.9}}
services:
  keystone: {unit: keystone.service, on: {role: controller}, port: 5000}
  mariadb: {unit: mariadb.service, on: {role: controller}, port: 3306, leader: {command: writes}}
  glance: {unit: glance-api.service, on: {role: storage}, port: 9292, health: {tcp: true}}
  cinder: {unit: cinder-volume.service, on: {role: storage}}
groups:
  keystone: {services: [keystone], rule: {tolerance: 1}}
  mariadb: {services: [mariadb], rule: majority}
  storage: {services: [glance, cinder], rule: {tolerance: 2}}
`

// newScene makes a run of such a scenario with its faults.
func newScene(t *testing.T, spec scenarios.Spec, planned ...*scenarios.PlannedFault) *scene {
	t.Helper()
	cloud, err := inventory.Read("cloud.yaml", []byte(cloudText))
	require.NoError(t, err)
	for _, p := range planned {
		spec.Faults = append(spec.Faults, p.Spec)
	}
	clock := record.NewClock()
	writer, err := record.Create(t.TempDir(), record.Meta{Scenario: "demo", Clock: clock})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, writer.Close()) })
	s := &scene{nodes: &fakeNodes{
		cloud: cloud, sick: map[inventory.Ref]bool{}, silent: map[string]bool{}, guards: map[string]*fakeGuard{},
	}}
	writer.Subscribe(func(e record.Event) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.events = append(s.events, e)
	})
	s.Run = New(Config{
		Plan:  &scenarios.Plan{Spec: &spec, Inventory: cloud, Kind: cloud.Kind, Faults: planned},
		Nodes: s.nodes, Record: writer, Clock: clock, Owner: "op@desk", Log: slog.New(slog.DiscardHandler),
	})
	return s
}

// watched is a scene that has been watched for long enough to know everybody's
// health, with its faults armed and chaos begun.
func watched(t *testing.T, planned ...*scenarios.PlannedFault) *scene {
	t.Helper()
	s := newScene(t, scenarios.Spec{}, planned...)
	release, err := s.prepare(t.Context(), func(error) {})
	require.NoError(t, err)
	unwatch, err := s.watch(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, unwatch())
		release()
	})
	synctest.Wait()
	s.begin()
	return s
}

// refusal is why a fault would not be admitted now; nil when it is.
func (s *scene) refusal(t *testing.T, fault string) error {
	t.Helper()
	_, err := s.admit(t.Context(), s.faults[fault])
	return err
}

// lift lifts the net that real outages are held by.
func (s *scene) lift() {
	s.plan.Overrides = []scenarios.Override{{Net: scenarios.RealOutage, Reason: "a test"}}
}

// begin is the start of chaos.
func (s *scene) begin() {
	s.chaosFrom = s.clock.Now()
	close(s.begun)
}

// gauge publishes a reading that lasts for so long.
func (s *scene) gauge(node string, value float64, lasts time.Duration) {
	s.signals.Publish([]record.Reading{{
		Signal: "sockets.established", Labels: map[string]string{"node": node, "port": "3306"}, At: s.clock.Now(), Value: value,
	}}, lasts)
}

// seen are the events so far.
func (s *scene) seen() []record.Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]record.Event(nil), s.events...)
}

// phases are the phases entered so far, with their times.
func (s *scene) phaseTimes() (names []string, at map[string]time.Duration) {
	at = map[string]time.Duration{}
	for _, e := range s.seen() {
		if e.Phase != nil {
			names, at[e.Phase.Name] = append(names, e.Phase.Name), e.At
		}
	}
	return names, at
}

// states are those of a fault, in the journal's order.
func (s *scene) states(fault string) []record.FaultState {
	var states []record.FaultState
	for _, e := range s.seen() {
		if e.Fault != nil && e.Fault.Name == fault {
			states = append(states, e.Fault.State)
		}
	}
	return states
}

// stops are the Stop events.
func (s *scene) stops() []record.StopEvent {
	var stops []record.StopEvent
	for _, e := range s.seen() {
		if e.Stop != nil {
			stops = append(stops, *e.Stop)
		}
	}
	return stops
}

// strike is a fault on such targets.
func strike(name string, start scenarios.Start, hold time.Duration, refs ...inventory.Ref) *scenarios.PlannedFault {
	timing := faults.NewTiming(max(start.At, start.Within), hold, 3*time.Second)
	return &scenarios.PlannedFault{
		Name: name, Targets: refs, Hold: hold, Lease: timing.Lease, TTL: timing.TTL, Settle: 4 * time.Second,
		Spec: &scenarios.Fault{Name: name, Kind: "fake", Fault: fakeFault{}, Start: start, Hold: hold},
	}
}

// aside is a fault of the machine beside the cloud.
func aside(name string) *scenarios.PlannedFault {
	f := strike(name, scenarios.Start{}, time.Minute, inventory.Ref{Node: "desk"})
	f.Spec.Fault = besideFault{}
	return f
}

type besideFault struct{ fakeFault }

func (besideFault) Beside() bool { return true }

func keystone(node string) inventory.Ref { return inventory.Ref{Node: node, Service: "keystone"} }

// condition compiles what a trigger or a stop condition asks.
func condition(t *testing.T, source string) *conditions.Program {
	t.Helper()
	signals := []collectors.SignalInfo{{Name: "sockets.established", Unit: "1"}, {Name: "service.healthy", Unit: "1"}}
	p, err := conditions.Compile(source, scenarios.LiveFunctions(signals), conditions.Condition)
	require.NoError(t, err)
	return p
}

// within waits for a channel at most so long.
func within[T any](t *testing.T, c <-chan T, most time.Duration) (value T) {
	t.Helper()
	select {
	case value = <-c:
	case <-time.After(most):
		require.Failf(t, "too late", "nothing came within %v", most)
	}
	return value
}

// stopper is a context that ends as a run's does.
func stopper(t *testing.T) (context.Context, context.CancelCauseFunc) {
	t.Helper()
	ctx, stop := context.WithCancelCause(t.Context())
	t.Cleanup(func() { stop(nil) })
	return ctx, stop
}
