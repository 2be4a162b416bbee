package outside

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/inventory/remote"
)

// Keeper keeps a family's faults on this machine; it is a faults.Keeper. All of a
// user's runs share the folder Dir, so that heal, halt and doctor find what any
// of them left.
type Keeper struct {
	Family Family
	Dir    string // each fault has a folder there, named after its id
	// Start starts Work(folder) in a process and session of its own, from a
	// copy of the program that it lays in the folder and with Mark(folder) in its
	// environment, and does not wait for it.
	Start func(folder string) error
	// Told is what the cloud's nodes bear witness of, for Heal, Halt and Doctor.
	Told []faults.Witness
}

// workerWithin is how long a worker may take to show that it watches.
const workerWithin = 5 * time.Second

// answer is made of lines "KEY VALUE".
type answer struct{ bytes.Buffer }

func (a *answer) say(key, value string) {
	fmt.Fprintln(a, key, strings.Join(strings.Fields(value), " "))
}

// all says a line for each value.
func (a *answer) all(key string, values []string) {
	for _, value := range values {
		a.say(key, value)
	}
}

// failed says that the inject failed; that is an answer and no error.
func (a *answer) failed(err error) error {
	a.say("failed", err.Error())
	return nil
}

func (a *answer) done() remote.Result {
	return remote.Result{State: remote.Done, Stdout: a.Bytes()}
}

// Check implements faults.Keeper: what the family's own preflight says, and beside
// it a halt and faults of other runs.
func (k *Keeper) Check(ctx context.Context, order faults.Order) []string {
	problems, known := k.Family.Check(ctx, order)
	if !known {
		return problems
	}
	problems = append(problems, k.others(order)...)
	if halt := k.halted(order.Cloud); halt != "" {
		problems = append(problems, "eris was halted here: "+halt+"; eris heal ends the halt")
	}
	return problems
}

// others names faults of other runs that are not over.
func (k *Keeper) others(order faults.Order) []string {
	mine, err := k.Family.Errand(order)
	if err != nil {
		return nil // which preflight has told
	}
	place, _ := mine.Place()
	folders, err := k.folders()
	if err != nil {
		return []string{err.Error()}
	}
	var problems []string
	for _, f := range folders {
		e, err := read(f, k.Family)
		if err == nil && f.State() != Gone && IsAt(e, place) && e.Base().Run != order.Run {
			problems = append(problems, fmt.Sprintf("a %s fault of another run is still here (%s); eris heal undoes it", k.Family.Words().Family, e.Base().ID))
		}
	}
	return problems
}

// Arm implements faults.Keeper: the fault's folder is laid, its worker started,
// and seen to watch.
func (k *Keeper) Arm(ctx context.Context, order faults.Order) remote.Result {
	a := &answer{}
	if halt := k.halted(order.Cloud); halt != "" {
		a.say("refused", "eris was halted here: "+halt)
		return a.done()
	}
	f := k.folder(order.ID)
	if err := k.arm(ctx, f, order, a); err != nil {
		a.say("refused", err.Error())
		return a.done()
	}
	for _, timer := range []string{"lease", "ttl"} {
		a.say(timer, "active "+seconds(f.Span(timer+"-until")))
	}
	report(a, f)
	return a.done()
}

func (k *Keeper) arm(ctx context.Context, f Folder, order faults.Order, a *answer) error {
	if err := k.lay(ctx, f, order); err != nil {
		return err
	}
	if err := k.watched(ctx, f); err != nil {
		return err
	}
	g, err := open(f, k.Family)
	if err != nil {
		return err
	}
	return f.Locked(ctx, func() error {
		if state := f.State(); state != "arming" {
			return fmt.Errorf("the dead-man ended it before it was armed: it is %s", state)
		}
		if p, is := g.order.(Preparing); is {
			if err := p.Prepare(ctx); err != nil {
				return err
			}
			if d, is := g.order.(Differing); is {
				a.all("before", d.Before())
			}
		}
		if g.beside() {
			if err := f.Stamp(faults.Watching, "engine", ""); err != nil {
				return err
			}
		}
		return f.enter("armed", "engine")
	})
}

func (k *Keeper) folder(id string) Folder { return Folder(filepath.Join(k.Dir, id)) }

// lay writes all that a worker needs. The state comes last: without it a
// worker ends at once.
func (k *Keeper) lay(ctx context.Context, f Folder, order faults.Order) error {
	e, err := k.Family.Errand(order)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(k.Dir, 0o700); err != nil {
		return fmt.Errorf("keep faults: %w", err)
	}
	place, what := e.Place()
	return Folder(k.Dir).Locked(ctx, func() error {
		others, err := k.folders()
		if err != nil {
			return err
		}
		for _, other := range others { // two living faults never share a place
			if o, err := read(other, k.Family); err == nil && other.State() != Gone && IsAt(o, place) {
				return fmt.Errorf("%s is taken by the fault %s", what, o.Base().ID)
			}
		}
		*e.Base() = Task{
			Family: k.Family.Words().Family, ID: order.ID, Run: order.Run, Owner: order.Owner, Cloud: order.Cloud, Node: order.Node.Name,
			Action: order.Action, Lease: order.Lease, TTL: order.TTL, Boot: bootID(), Net: network(),
		}
		return layIn(f, e)
	})
}

func layIn(f Folder, e Errand) error {
	if err := os.Mkdir(string(f), 0o700); err != nil {
		return fmt.Errorf("keep fault: %w", err)
	}
	text, err := json.MarshalIndent(e, "", "  ")
	now, t := Uptime(), e.Base()
	return errors.Join(err, syncFolder(filepath.Dir(string(f))), f.Write("task", string(text)+"\n"),
		f.KeepSpan("lease-until", now+t.Lease), f.KeepSpan("ttl-until", now+t.TTL),
		f.Write("log", ""), f.Write("state", "arming\n"))
}

// watched starts the worker and waits until it is seen to watch.
func (k *Keeper) watched(ctx context.Context, f Folder) error {
	words := k.Family.Words()
	if k.Start == nil {
		return words.noWorker()
	}
	if err := k.Start(string(f)); err != nil {
		return fmt.Errorf("start the process that is to %s: %w", words.Undo, err)
	}
	for began := Uptime(); ; {
		err := f.alive(words)
		if err == nil {
			return nil
		}
		if Uptime()-began > workerWithin || Wait(ctx, 20*time.Millisecond) != nil {
			return err
		}
	}
}

// Knows tells that this keeper has or had that fault.
func (k *Keeper) Knows(id string) bool {
	if k.folder(id).State() != Gone {
		return true
	}
	_, err := os.Stat(filepath.Join(k.Dir, "history", id))
	return err == nil
}

// Call implements faults.Keeper.
func (k *Keeper) Call(ctx context.Context, id, verb string, args ...string) remote.Result {
	a := &answer{}
	f := k.folder(id)
	g, err := open(f, k.Family)
	switch {
	case errors.Is(err, fs.ErrNotExist) && f.State() == Gone:
		k.past(a, id)
		if verb == "inject" || verb == "renew" {
			a.say("fenced", "the fault is gone")
		}
		return a.done()
	case err == nil:
		err = k.call(ctx, g, a, verb, args)
	}
	if errors.Is(err, ErrBusy) && verb == "inject" {
		a.say("fenced", err.Error())
		err = nil
	}
	if err != nil {
		return remote.Result{State: remote.Unknown, Stdout: a.Bytes(), Err: err}
	}
	if f.State() == Gone {
		k.past(a, id)
	} else {
		report(a, f)
	}
	return a.done()
}

func report(a *answer, f Folder) {
	a.say("state", f.State())
	log, _ := os.ReadFile(f.File("log")) // without it there is no stamp to tell
	stamps(a, log)
}

func (k *Keeper) past(a *answer, id string) {
	a.say("state", Gone)
	log, err := os.ReadFile(filepath.Join(k.Dir, "history", id))
	if err == nil && bytes.Contains(log, []byte(" verified ")) {
		a.say("verified", "")
	}
	stamps(a, log)
}

func stamps(a *answer, log []byte) {
	for line := range strings.Lines(string(log)) {
		a.say("stamp", line)
	}
	a.say("now", fmt.Sprintf("%d %d", time.Now().UnixNano(), Uptime().Milliseconds()))
}
