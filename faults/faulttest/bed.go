// Package faulttest is what every kind of fault must stand, written once and
// run on simulated and on real nodes alike: the family's own test files bring
// a node and name the kind.
package faulttest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
)

// Bed is a node with a healthy target to be struck. Changed and Disturb are
// the family's own: only it knows what of a node its faults touch.
type Bed struct {
	Runner  remote.Runner
	Node    *inventory.Node
	Cloud   *inventory.Cloud
	Service *inventory.Service // nil for faults of a whole node
	Kind    inventory.Kind
	// Changed looks at the target by the family's own means, never by the
	// fault's probe, and reports whether it is other than a healthy one is.
	Changed func(t testing.TB, bed Bed) bool
	// Trace is what a momentary fault changes for good, as a unit's invocation;
	// nil where the family has no such kind.
	Trace func(t testing.TB, bed Bed) string
	// Disturb makes something foreign that the family's fingerprints see and
	// its undo must not touch, and returns what takes it away again.
	Disturb func(t testing.TB, bed Bed) (settle func())
	// Rootless reaches the node as a user who cannot become root.
	Rootless remote.Runner
	// Cut takes away the way between the controller and the node, both directions, and
	// gives it back when it is told false. Where it is nil the node drops the packets.
	Cut func(cut bool) error
	// Reboot restarts the node and returns when it can be reached again.
	Reboot func(ctx context.Context) error
	// Settles is the longest that the target needs after a boot to be as before, a
	// minute when it is zero: what an agent has to build is there when that is.
	Settles time.Duration
	// Takes is how long the cloud itself takes to do what a keeper tells it at the end:
	// the dead-man is bound to tell it in time, and not to have it done.
	Takes time.Duration
	// Keeper keeps the faults that take the node away, in KeeperDir; nil for
	// faults that the node keeps itself.
	Keeper    faults.Keeper
	KeeperDir string
}

// Journal keeps a run's events in memory.
type Journal struct {
	mu     sync.Mutex
	events []record.Event
	clock  record.Clock
}

// Event keeps the event, with its time.
func (j *Journal) Event(e record.Event) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if e.At == 0 {
		e.At = j.clock.Now()
	}
	j.events = append(j.events, e)
	return nil
}

// EventSync is Event.
func (j *Journal) EventSync(e record.Event) error { return j.Event(e) }

// Events are those kept so far.
func (j *Journal) Events() []record.Event {
	j.mu.Lock()
	defer j.mu.Unlock()
	return append([]record.Event(nil), j.events...)
}

// Target returns the last event of a target in that state.
func (j *Journal) Target(t testing.TB, state record.FaultState) record.TargetEvent {
	t.Helper()
	events := j.Events()
	for _, event := range slices.Backward(events) {
		if e := event.Target; e != nil && e.State == state {
			return *e
		}
	}
	require.Failf(t, "no such event", "no target became %s", state)
	return record.TargetEvent{}
}

// Run is a run of its own on the bed.
type Run struct {
	Lifecycle *faults.Lifecycle
	Journal   *Journal
	Clock     record.Clock
	Lease     time.Duration // of its faults, from Armed or Struck on
	bed       Bed
	id, owner string
	timing    func(lease time.Duration) faults.Timing
}

// NewRun starts a run with that id.
func (b Bed) NewRun(id, owner string) *Run {
	clock := record.NewClock()
	j := &Journal{clock: clock}
	started := record.Event{Started: &record.RunStarted{Run: id, At: clock.Start()}}
	_ = j.Event(started)
	return &Run{
		Journal: j, Clock: clock, Lease: Lease, bed: b, id: id, owner: owner,
		timing: func(lease time.Duration) faults.Timing { return faults.NewTiming(0, 30*time.Second, lease) },
		Lifecycle: faults.New(faults.Deps{Runner: b.Runner, Journal: j, Clock: clock, Keeper: b.Keeper},
			faults.Run{ID: id, Owner: owner, Kind: b.Kind, Chaos: true}),
	}
}

// LongRun is NewRun for a test that does not wait for the end of a lease, on whatever
// machine.
func (b Bed) LongRun(id, owner string) *Run {
	run := b.NewRun(id, owner)
	run.Lease = LongLease
	return run
}

// Injection is a fault of that kind on the bed's service.
func (r *Run) Injection(t testing.TB, fault faults.Fault) *faults.Injection {
	t.Helper()
	i, err := r.Lifecycle.Injection(faults.Spec{
		Name: "strike", Fault: fault, Timing: r.timing(r.Lease),
		Targets: []faults.Target{r.bed.Target()},
	})
	require.NoError(t, err)
	return i
}

// Admit admits everything.
func Admit(context.Context) (faults.Aim, error) { return faults.Aim{}, nil }

// Shell runs a script on the node as root and returns what it printed.
func (b Bed) Shell(t testing.TB, format string, args ...any) string {
	t.Helper()
	result := b.Runner.Run(t.Context(), b.Node.Name, remote.Command{Script: fmt.Sprintf(format, args...), Root: true, Timeout: time.Minute})
	require.Equal(t, remote.Done, result.State, "%v", result.Err)
	return strings.TrimSpace(string(result.Stdout))
}

// Told is what the bed's keeper reports of a fault.
func (b Bed) Told(t testing.TB, id string) string {
	t.Helper()
	return string(b.Keeper.Call(t.Context(), id, "report").Stdout)
}

// Target is the bed's target, as a run is given it.
func (b Bed) Target() faults.Target {
	return faults.Target{Node: b.Node, Service: b.Service, Cloud: b.Cloud}
}

// Fingerprint is what the fault itself says must be restored.
func (b Bed) Fingerprint(t testing.TB, fault faults.Fault) string {
	t.Helper()
	result := b.fingerprint(t, fault)
	require.True(t, result.OK(), "%+v", result)
	return string(result.Stdout)
}

// fingerprint may fail where a node has not what the fault is of.
func (b Bed) fingerprint(t testing.TB, fault faults.Fault) remote.Result {
	t.Helper()
	target := b.Target()
	target.ID = "7f3c0a1e-nobody-1-1"
	s, err := fault.Scripts(target)
	require.NoError(t, err)
	result := b.Runner.Run(t.Context(), b.Node.Name, remote.Command{Script: s.Fingerprint, Args: s.Args, Root: true, Timeout: time.Minute})
	require.Equal(t, remote.Done, result.State, "%v", result.Err)
	return result
}

// Refusal is what preflight says of a fault on the bed, "" for nothing.
func (b Bed) Refusal(t testing.TB, fault faults.Fault) string {
	t.Helper()
	err := b.NewRun("run-refused", "ann@desk").Injection(t, fault).Preflight(t.Context())
	if err == nil {
		return ""
	}
	var failed *faults.PreflightError
	require.ErrorAs(t, err, &failed)
	return failed.Error()
}

// Clean asserts that doctor finds nothing on the node and no guard runs there,
// and returns what the node tells of faults that are over. The dead-man's own unit takes a moment
// to end after its last act, and doctor a while to ask on a busy machine.
func (b Bed) Clean(t testing.TB) []faults.Past {
	t.Helper()
	var d faults.Diagnosis
	clean := func() bool {
		d = faults.Doctor(t.Context(), b.Runner, []string{b.Node.Name})[0]
		return d.Clean()
	}
	require.Eventually(t, clean, 15*time.Second, 200*time.Millisecond, "doctor finds %+v", &d)
	var left string
	guards := func() bool {
		left = b.Shell(t, `for file in $(grep -ls 'guard[.]sh' /proc/[0-9]*/cmdline); do echo "$file $(tr '\0' ' ' <"$file" | tail -c 200)"; done`)
		return left == ""
	}
	for end := time.Now().Add(15 * time.Second); !guards() && time.Now().Before(end); {
		b.Shell(t, "sleep 0.2")
	}
	require.Empty(t, left, "a guard runs on")
	return d.Past
}

// overOf is what the node tells of that fault, which is over: it must be there.
func overOf(t testing.TB, all []faults.Past, id string) faults.Past {
	t.Helper()
	at := slices.IndexFunc(all, func(p faults.Past) bool { return p.ID == id })
	require.GreaterOrEqual(t, at, 0, "the node tells nothing of %s, only %+v", id, all)
	return all[at]
}

// Eventually asks until it is so, for at most limit.
func Eventually(t *testing.T, limit time.Duration, what string, so func() bool) {
	t.Helper()
	require.Eventually(t, so, limit, 200*time.Millisecond, what)
}
