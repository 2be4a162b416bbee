package power

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/openstack-eris/eris/inventory/remote/power"
)

// guard acts on one fault, in whatever process.
type guard struct {
	folder
	task
	driver power.Driver
	asked  time.Duration // when a node that was told to go was last asked for, by uptime
}

// How long a management controller may take to do what it accepted or to say how
// it is, how long a node must be seen on before that counts, and how often it is
// asked.
const (
	onWithin = 10 * time.Second
	steady   = 3 * time.Second
	askEvery = 200 * time.Millisecond
)

// open reads a fault's folder. It needs no connection.
func open(f folder) (*guard, error) {
	t, err := f.task()
	if err != nil {
		return nil, err
	}
	driver, err := power.Open(&t.Power, nil)
	if err != nil {
		return nil, err
	}
	return &guard{folder: f, task: t, driver: driver}, nil
}

// inject is the fence, and then the act: whoever comes late finds it closed.
func (g *guard) inject(ctx context.Context, a *answer, halt string) error {
	if state := g.state(); state != "armed" {
		a.say("fenced", "the fault is "+state)
		return nil
	}
	if halt != "" {
		a.say("halted", halt)
		return nil
	}
	if left := g.span("lease-until") - uptime(); left < g.Lease/2 {
		a.say("fenced", fmt.Sprintf("the lease has only %d ms left", left.Milliseconds()))
		return nil
	}
	if err := g.alive(); err != nil {
		a.say("fenced", err.Error())
		return nil
	}
	if state, on := g.reads(ctx); !on {
		a.say("fenced", "its power is "+state+" before the fault")
		return nil
	}
	if left := g.span("lease-until") - uptime(); left < g.Lease/2 { // a slow controller has eaten it
		a.say("fenced", fmt.Sprintf("the lease has only %d ms left", left.Milliseconds()))
		return nil
	}
	if err := g.enter("injecting", "engine"); err != nil {
		return a.failed(err)
	}
	if g.Action == wake { // the node is told by who came first
		a.say("injected", "")
		return nil
	}
	if err := g.driver.Do(ctx, g.act()); err != nil {
		if !errors.Is(err, power.ErrUnknown) {
			_ = g.spend("nothing was sent") // else it is waited for
		}
		a.say("failed", err.Error())
		return g.stamp("inject-failed", "engine", err.Error())
	}
	a.say("injected", "")
	return g.stamp("injected", "engine", "")
}

// look asks for the effect once: the controller says off, and the node is not
// to be reached, so that the controller is this node's and no other's. at is from
// when on it is known to be there.
func (g *guard) look(ctx context.Context) (at moment, effect string, seen bool) {
	if g.passing() && g.state() == "held" { // it is told when that is over
		return now(), awayEffect, !g.ended()
	}
	if g.act() == power.Reset {
		return g.lookAway(ctx)
	}
	state, err := g.driver.Status(ctx)
	if err != nil || state != power.Off {
		return moment{}, "", false
	}
	at = now()
	return at, offEffect, !speaks(ctx, g.SSH)
}

// speaks tells that the node's sshd answers; it speaks first.
func speaks(ctx context.Context, address string) bool {
	dialer := net.Dialer{Timeout: time.Second}
	connection, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return false
	}
	defer func() { _ = connection.Close() }() // nothing was written
	_ = connection.SetDeadline(time.Now().Add(time.Second))
	n, _ := connection.Read(make([]byte, 1))
	return n > 0
}

const offEffect = "off by its management controller, and its sshd gives no answer"

// observe looks until the effect is there, for at most limit.
func (g *guard) observe(ctx context.Context, a *answer, limit time.Duration) error {
	for began := uptime(); uptime()-began <= limit && ctx.Err() == nil; {
		if at, effect, seen := g.look(ctx); seen {
			a.say("effect", effect)
			return g.hold(ctx, at, effect)
		}
		_ = wait(ctx, askEvery) // that its time ends is asked next
	}
	a.say("unseen", "")
	return nil
}

// hold notes the effect, which was seen.
func (g *guard) hold(ctx context.Context, at moment, effect string) error {
	return g.locked(ctx, func() error {
		if g.state() != "injecting" {
			return nil
		}
		return g.enterAt(at, "held", "engine", effect)
	})
}

// renew counts only for who reads a later end back, so both are told.
func (g *guard) renew(a *answer, halt string) (over bool, err error) {
	switch state := g.state(); state {
	case "armed", "injecting", "held":
	default:
		a.say("fenced", "the fault is "+state)
		return false, nil
	}
	if halt != "" {
		a.say("halted", halt)
		return false, nil
	}
	was := g.span("lease-until")
	if was <= uptime() {
		a.say("fenced", "the lease has ended")
		return false, nil
	}
	if err := g.alive(); err != nil {
		a.say("fenced", err.Error()) // without its dead-man the fault must not go on
		return true, nil
	}
	next := uptime() + g.Lease
	if err := g.keepSpan("lease-until", next); err != nil {
		return false, err
	}
	a.say("was", seconds(was))
	a.say("next", seconds(next))
	return false, nil
}

// undo gives the power back, under the lock. It can be run at any moment, any
// number of times. What was only armed needs no controller.
func (g *guard) undo(ctx context.Context, by string) error {
	switch g.state() {
	case gone:
		return nil
	case "undone":
		return g.turnOn(ctx, by)
	case "undoing":
	default:
		if g.touched() {
			_ = g.enter("undoing", by) // a full disk must not keep the undo from running
		}
	}
	if err := g.turnOn(ctx, by); err != nil {
		return err
	}
	return g.enter("undone", by)
}

// turnOn gives the power back to a node that an order was sent to. Called under
// the lock.
func (g *guard) turnOn(ctx context.Context, by string) error {
	if !g.touched() {
		return nil
	}
	if err := g.settled(ctx); err != nil {
		return err // which is not its failure yet
	}
	if g.late() && uptime()-g.asked < goesEvery {
		return errLate
	}
	g.asked = uptime()
	wasOff, err := g.powerOn(ctx)
	if wasOff {
		g.wentOff()
	}
	if err != nil {
		_ = g.write("on-since", "0\n")
		_ = g.stamp("undo-failed", by, err.Error()) // a full disk must not keep the undo from running
		return err
	}
	return g.sure()
}

// verify proves that the node is on, and has been for a while: an off that was
// sent and not confirmed may still come. Only then the fault is over.
func (g *guard) verify(ctx context.Context, a *answer, by string, history string) error {
	state := g.state()
	if state == gone {
		a.say("verified", "")
		return nil
	}
	if state != "undone" {
		return nil
	}
	if g.touched() {
		on, err := g.driver.Status(ctx)
		if err != nil || on != power.On {
			a.say("unhealthy", "its power is "+why(on, err))
			_ = g.write("on-since", "0\n")
			if on == power.Off {
				g.wentOff()
				return g.turnOn(ctx, by)
			}
			return nil
		}
		since := g.onSince()
		if since == 0 {
			a.say("unhealthy", "its power has just come back")
			return g.keepSpan("on-since", uptime())
		}
		if uptime()-since < steady {
			a.say("unhealthy", "its power has just come back")
			return nil
		}
		if back, err := g.back(ctx); !back {
			a.say("unhealthy", "its power is on, and its sshd gives no answer yet")
			return err
		}
	}
	if err := g.bury(by, history); err != nil {
		return err
	}
	a.say("verified", "")
	return nil
}

// reads asks whether the node is on, and says in words what was answered.
func (g *guard) reads(ctx context.Context) (state string, on bool) {
	s, err := g.driver.Status(ctx)
	return why(s, err), err == nil && s == power.On
}

func why(state power.State, err error) string {
	if err != nil {
		return "not known: " + err.Error()
	}
	return string(state)
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.3fs", d.Seconds()) }
