package faulttest

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
	"github.com/openstack-eris/eris/inventory/remote/local"
)

// EngineEnv tells a test program that it is the engine which is to be killed:
// inventory, node, service, kind, the keeper's folder and the phase.
const EngineEnv = "ERIS_FAULTTEST_ENGINE"

// Engine is for TestMain: in the program that Killed starts it never returns
// but to fail; anywhere else it returns at once. faultOf returns a fault of a
// kind with its defaults, keeperIn a keeper of faults that take their node away;
// it may be nil.
func Engine(faultOf func(kind string) (faults.Fault, bool), keeperIn func(dir string) faults.Keeper) {
	ask, is := os.LookupEnv(EngineEnv)
	if !is {
		return
	}
	err := hold(context.Background(), strings.Split(ask, "|"), faultOf, keeperIn, os.Stdout)
	fmt.Fprintln(os.Stderr, "engine:", err)
	os.Exit(1)
}

// printed is a journal that its reader gets while the writer lives.
type printed struct {
	clock record.Clock
	out   *json.Encoder
}

func (p *printed) Event(e record.Event) error {
	if e.At == 0 {
		e.At = p.clock.Now()
	}
	return p.out.Encode(e)
}

// What the engine notes for who kills it: the lease of the fault that comes next, and
// that it is in the phase in which it is to be killed.
const (
	leaseNote = "lease"
	phaseNote = "phase"
)

func (p *printed) note(about, text string) {
	_ = p.Event(record.Event{Note: &record.Note{Level: about, Text: text}}) // without it the reader fails
}

func (p *printed) EventSync(e record.Event) error { return p.Event(e) }

// hold injects and holds as the engine does, until it is killed.
func hold(ctx context.Context, ask []string, faultOf func(kind string) (faults.Fault, bool), keeperIn func(dir string) faults.Keeper, out io.Writer) error {
	cloud, err := inventory.Load(ask[0])
	if err != nil {
		return err
	}
	pool, err := remote.NewPool(cloud, remote.Options{Local: local.Machine{}})
	if err != nil {
		return err
	}
	fault, ok := faultOf(ask[3])
	if !ok {
		return fmt.Errorf("no kind %q", ask[3])
	}
	in := phase(ask[5])
	clock := record.NewClock()
	run := fmt.Sprint("run-killed-", clock.Start().UnixNano()) // a node tells of its former faults by their ids
	journal := &printed{clock: clock, out: json.NewEncoder(out)}
	if err := journal.Event(record.Event{Started: &record.RunStarted{Run: run, At: clock.Start()}}); err != nil {
		return err
	}
	deps := faults.Deps{Runner: pool, Journal: journal, Clock: clock}
	if keeperIn != nil {
		deps.Keeper = keeperIn(ask[4])
	}
	life := faults.New(deps,
		faults.Run{ID: run, Owner: "ann@desk", Kind: cloud.Kind, Chaos: cloud.Chaos})
	if err := life.Claim(ctx, []string{ask[1]}, claimLease); err != nil {
		return err
	}
	go life.KeepClaim(ctx, claimLease, func(error) {}) // for as long as this program lives
	target := faults.Target{Node: cloud.NodeByName(ask[1]), Service: cloud.ServiceByName(ask[2]), Cloud: cloud}
	i, err := strike(ctx, life, journal, faults.Spec{Name: "strike", Fault: staged{fault, in}, Targets: []faults.Target{target}}, in)
	if err != nil {
		return err
	}
	if in == inUndo { // with a lease that is fresh, so that nobody else is there first
		if err := i.Hold(ctx, Lease/3); err != nil {
			return err
		}
		return errors.Join(errors.New("was not killed"), i.Undo(ctx, "engine", ""))
	}
	if err := i.Hold(ctx, time.Minute); err != nil {
		return err
	}
	return fmt.Errorf("was not killed")
}

// strike takes a fault to its effect with the first lease that this machine can
// keep, and says in the journal which it is. Where it is to be killed before its
// trigger it waits for that.
func strike(ctx context.Context, life *faults.Lifecycle, journal *printed, spec faults.Spec, in phase) (*faults.Injection, error) {
	first := Lease
	if in == inHold || in == inUndo {
		first *= 2 // nobody but the kill is to end it, and nobody renews it in the undo
	}
	for lease := first; ; lease *= 2 {
		journal.note(leaseNote, lease.String())
		spec.Timing = faults.NewTiming(0, time.Minute, lease)
		i, err := life.Injection(spec)
		if err != nil {
			return nil, err
		}
		if err := i.Preflight(ctx); err != nil {
			return nil, err
		}
		slow, err := ready(ctx, journal.clock, i, lease, true, func() {
			if in == inWaiting {
				journal.note(phaseNote, string(in))
				_ = i.Wait(ctx) // until it is killed
			}
		})
		if i.State() == record.Held || err != nil && !slow || lease >= MaxLease {
			return i, err // what is held is being renewed from now on, however late it is
		}
		if err := i.Undo(ctx, "engine", "a slow machine"); err != nil {
			return nil, err
		}
	}
}

// Start runs the test program anew, with that addition to its environment, and
// returns its standard output and what kills it with SIGKILL.
type Start func(t *testing.T, env string) (out io.Reader, kill func() error)

// Killed starts an engine as a program of its own, kills it with SIGKILL while
// it holds a fault of that kind, and asserts that the node heals itself: the
// undo begins there within the lease and 2 s, the fingerprint is equal, the
// claim is free, doctor finds nothing, and the node tells who did it and when.
// file is the path of the bed's inventory, fault one of that kind.
func Killed(t *testing.T, bed Bed, start Start, file, kind string, fault faults.Fault) {
	within := prompt(t, bed)
	before := bed.Fingerprint(t, fault)
	out, kill := start(t, EngineEnv+"="+strings.Join([]string{file, bed.Node.Name, bed.Target().Ref().Service, kind, bed.KeeperDir, Held}, "|"))
	events := eventsUntilHeld(t, out)
	if bed.Keeper != nil && keptOutside(FamilyOf(fault)) {
		killedOutside(t, bed, events, kill, before, fault, within)
		return
	}
	by := "lease"
	if FamilyOf(fault) == "node" {
		by = "boot" // by the time that it is seen to be held it is over
	} else {
		require.Contains(t, bed.Shell(t, "cat /run/eris/run"), "ann@desk")
	}
	id, lease := events[len(events)-1].Target.ID, heldLease(t, events)
	reclaimed(t, bed)
	refused(t, bed)

	killed := time.Now()
	require.NoError(t, kill())
	Eventually(t, lease+40*time.Second, "the node heals by itself", func() bool {
		return bed.Shell(t, "ls -A /run/eris | grep -c %s", id) == "0"
	})
	require.Equal(t, before, bed.Fingerprint(t, fault))
	bed.Clean(t)
	if bed.KeeperDir != "" {
		Eventually(t, lease+40*time.Second, "who would have switched the node on lets go of it", func() bool {
			_, err := os.Stat(filepath.Join(bed.KeeperDir, id))
			return errors.Is(err, fs.ErrNotExist)
		})
	}

	events = slices.DeleteFunc(events, func(e record.Event) bool { return e.Target != nil && e.Target.ID != id })
	told := faults.Afterwards(t.Context(), events, bed.Runner, bed.Keeper)
	require.Len(t, told, 1)
	require.NoError(t, told[0].Err)
	require.Equal(t, record.Undone, told[0].State)
	require.Equal(t, by, told[0].By)
	begun := events[0].Started.At.Add(*told[0].Begun)
	t.Logf("killed, with a lease of %s; %s later the undo began, %s later all was as before (±%s): %s",
		lease, begun.Sub(killed).Round(time.Millisecond), events[0].Started.At.Add(*told[0].Proven).Sub(killed).Round(time.Millisecond), told[0].Bound, told[0])
	require.Less(t, begun.Sub(killed), lease+within())

	freed(t, bed)
}

// heldLease is the last lease that the engine has noted.
func heldLease(t *testing.T, events []record.Event) time.Duration {
	t.Helper()
	for _, e := range slices.Backward(events) {
		if e.Note != nil && e.Note.Level == leaseNote {
			lease, err := time.ParseDuration(e.Note.Text)
			require.NoError(t, err)
			t.Logf("the engine has a lease of %s", lease)
			return lease
		}
	}
	require.Fail(t, "the engine noted no lease")
	return 0
}

func eventsUntilHeld(t *testing.T, out io.Reader) []record.Event {
	t.Helper()
	var events []record.Event
	for lines := bufio.NewScanner(out); lines.Scan(); {
		var e record.Event
		require.NoError(t, json.Unmarshal(lines.Bytes(), &e))
		events = append(events, e)
		if e.Target != nil && e.Target.State == record.Held {
			return events
		}
	}
	require.Fail(t, "the engine ended before it held", "%+v", events)
	return nil
}
