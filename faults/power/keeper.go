package power

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
	"github.com/openstack-eris/eris/inventory/remote/power"
)

// Keeper keeps power faults on this machine; it is a faults.Keeper. All of a
// user's runs share the folder Dir, so that heal, halt and doctor find what any
// of them left.
type Keeper struct {
	Dir string // each fault has a folder there, named after its id
	// Start starts Work(folder) in a process and session of its own, from a
	// copy of the program that it lays in the folder and with Mark(folder) in its
	// environment, and does not wait for it.
	Start func(folder string) error
}

// workerWithin is how long a worker may take to show that it watches.
const workerWithin = 5 * time.Second

// answer is made of lines "KEY VALUE".
type answer struct{ bytes.Buffer }

func (a *answer) say(key, value string) {
	fmt.Fprintln(a, key, strings.Join(strings.Fields(value), " "))
}

// failed says that the inject failed; that is an answer and no error.
func (a *answer) failed(err error) error {
	a.say("failed", err.Error())
	return nil
}

func (a *answer) done() remote.Result {
	return remote.Result{State: remote.Done, Stdout: a.Bytes()}
}

// Check implements faults.Keeper: the controller answers, takes the
// credentials, and says that the node is on.
func (k *Keeper) Check(ctx context.Context, order faults.Order) []string {
	driver, err := power.Open(order.Node.Power, nil)
	if err != nil {
		return []string{err.Error()}
	}
	ctx, cancel := context.WithTimeout(ctx, onWithin)
	defer cancel()
	state, err := driver.Status(ctx)
	switch {
	case err != nil:
		return []string{err.Error()}
	case state != power.On:
		return []string{"its management controller says that its power is " + string(state)}
	}
	problems := k.others(order)
	if halt := k.halted(order.Cloud); halt != "" {
		problems = append(problems, "eris was halted here: "+halt+"; eris heal ends the halt")
	}
	address := order.Node.Address.String()
	if (order.Action == cycle || order.Action == reset) && (silent(ctx, address) || !speaks(ctx, address)) {
		problems = append(problems, fmt.Sprintf("its sshd gives no answer to this machine at %s within %s, and nobody would see it go and come back", address, quick))
	}
	if isHere(order.Node) {
		problems = append(problems, "this program runs on it, and nobody would give its power back")
	}
	return problems
}

// others names faults of other runs that are not over.
func (k *Keeper) others(order faults.Order) []string {
	var problems []string
	for _, f := range k.folders() {
		t, err := f.task()
		if err == nil && f.state() != gone && t.isAt(order.Node.Power) && t.Run != order.Run {
			problems = append(problems, "a power fault of another run is still here ("+t.ID+"); eris heal undoes it")
		}
	}
	return problems
}

// isHere tells a node by its address. That this program runs in a guest of the
// node it cannot know.
func isHere(node *inventory.Node) bool {
	own, err := net.InterfaceAddrs()
	if err != nil {
		return false
	}
	address := node.Address.Addr()
	return !address.IsLoopback() && slices.ContainsFunc(own, func(a net.Addr) bool {
		n, ok := a.(*net.IPNet)
		return ok && n.IP.Equal(net.IP(address.AsSlice()))
	})
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
	if err := k.lay(ctx, f, order); err != nil {
		a.say("refused", err.Error())
		return a.done()
	}
	if err := k.watched(ctx, f); err != nil {
		a.say("refused", err.Error())
		return a.done()
	}
	err := f.locked(ctx, func() error {
		if state := f.state(); state != "arming" {
			return fmt.Errorf("the dead-man ended it before it was armed: it is %s", state)
		}
		if order.Action == wake {
			if err := f.stamp(faults.Watching, "engine", ""); err != nil {
				return err
			}
		}
		return f.enter("armed", "engine")
	})
	if err != nil {
		a.say("refused", err.Error())
		return a.done()
	}
	for _, timer := range []string{"lease", "ttl"} {
		a.say(timer, "active "+seconds(f.span(timer+"-until")))
	}
	report(a, f)
	return a.done()
}

func (k *Keeper) folder(id string) folder { return folder(filepath.Join(k.Dir, id)) }

// lay writes all that a worker needs. The state comes last: without it a
// worker ends at once.
func (k *Keeper) lay(ctx context.Context, f folder, order faults.Order) error {
	if err := os.MkdirAll(k.Dir, 0o700); err != nil {
		return fmt.Errorf("keep power faults: %w", err)
	}
	return folder(k.Dir).locked(ctx, func() error {
		for _, other := range k.folders() { // two living faults never share a node's power
			if t, err := other.task(); err == nil && other.state() != gone && t.isAt(order.Node.Power) {
				return fmt.Errorf("power of %s is taken by the fault %s", order.Node.Name, t.ID)
			}
		}
		return layIn(f, order)
	})
}

func layIn(f folder, order faults.Order) error {
	if err := os.Mkdir(string(f), 0o700); err != nil {
		return fmt.Errorf("keep power fault: %w", err)
	}
	node := order.Node
	p := *absolute(node.Power)
	text, err := json.MarshalIndent(task{
		ID: order.ID, Run: order.Run, Owner: order.Owner, Cloud: order.Cloud, Node: node.Name, SSH: node.Address.String(),
		Power: p, Action: order.Action, OffFor: order.OffFor, Lease: order.Lease, TTL: order.TTL, Boot: bootID(), Net: network(),
	}, "", "  ")
	now := uptime()
	return errors.Join(err, syncFolder(filepath.Dir(string(f))), f.write("task", string(text)+"\n"),
		f.keepSpan("lease-until", now+order.Lease), f.keepSpan("ttl-until", now+order.TTL),
		f.write("log", ""), f.write("state", "arming\n"))
}

// watched starts the worker and waits until it is seen to watch.
func (k *Keeper) watched(ctx context.Context, f folder) error {
	if k.Start == nil {
		return errNoWorker
	}
	if err := k.Start(string(f)); err != nil {
		return fmt.Errorf("start the process that gives the power back: %w", err)
	}
	for began := uptime(); ; {
		err := f.alive()
		if err == nil {
			return nil
		}
		if uptime()-began > workerWithin || wait(ctx, 20*time.Millisecond) != nil {
			return err
		}
	}
}

// Call implements faults.Keeper.
func (k *Keeper) Call(ctx context.Context, id, verb string, args ...string) remote.Result {
	a := &answer{}
	f := k.folder(id)
	g, err := open(f)
	switch {
	case errors.Is(err, fs.ErrNotExist) && f.state() == gone:
		k.past(a, id)
		if verb == "inject" || verb == "renew" {
			a.say("fenced", "the fault is gone")
		}
		return a.done()
	case err == nil:
		err = k.call(ctx, g, a, verb, args)
	}
	if errors.Is(err, errBusy) && verb == "inject" {
		a.say("fenced", err.Error())
		err = nil
	}
	if err != nil {
		return remote.Result{State: remote.Unknown, Stdout: a.Bytes(), Err: err}
	}
	if f.state() == gone {
		k.past(a, id)
	} else {
		report(a, f)
	}
	return a.done()
}

func (k *Keeper) call(ctx context.Context, g *guard, a *answer, verb string, args []string) error {
	by := "heal"
	if len(args) > 0 {
		by = args[0]
	}
	switch verb {
	case "inject":
		if err := g.locked(ctx, func() error { return g.inject(ctx, a, k.halted(g.Cloud)) }); err != nil {
			return err
		}
		if g.state() != "injecting" || g.Action == wake { // which the node has yet to be told
			return nil
		}
		return g.observe(ctx, a, 5*time.Second)
	case "observe":
		return g.observe(ctx, a, 2*time.Second)
	case "renew":
		return g.locked(ctx, func() error {
			over, err := g.renew(a, k.halted(g.Cloud))
			if over || g.Action == wake && g.state() == "undoing" { // it may have gone since
				err = errors.Join(err, g.undo(ctx, "engine"))
			}
			return err
		})
	case "end":
		if g.state() == "held" {
			if _, _, off := g.look(ctx); !off && !g.passing() {
				a.say("healed", "")
			}
		}
		proven := len(args) > 1 && args[1] == "proven"
		return g.locked(ctx, func() error {
			if _, went := g.stamped("held"); proven && g.touched() && !went && !g.ended() {
				// Whoever says so asked the node itself, and it is not going to go.
				if err := g.stamp("ended", "itself", "its power was not seen to go"); err != nil {
					return err
				}
			}
			if booted := len(args) > 1 && args[1] == "booted"; booted && g.late() {
				_ = g.spend("it has booted anew") // else it is waited for
			}
			return g.finish(ctx, a, by)
		})
	case "verify":
		return g.locked(ctx, func() error {
			if g.state() == "undoing" && g.late() {
				return g.finish(ctx, a, by)
			}
			return g.verify(ctx, a, by, historyOf(g.folder))
		})
	case "report":
		return nil
	}
	return fmt.Errorf("call the guard of a power fault: no verb %q", verb)
}

func report(a *answer, f folder) {
	a.say("state", f.state())
	log, _ := os.ReadFile(f.file("log")) // without it there is no stamp to tell
	stamps(a, log)
}

func (k *Keeper) past(a *answer, id string) {
	a.say("state", gone)
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
	a.say("now", fmt.Sprintf("%d %d", time.Now().UnixNano(), uptime().Milliseconds()))
}
