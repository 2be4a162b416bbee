package faults_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/openstack-eris/eris/faults/script"
	"github.com/openstack-eris/eris/inventory/remote"
)

// fakeNode answers as the guard on a node does, with a lease of its own. The
// scripts themselves are tested on simulated and real nodes; this is for what
// the engine makes of their answers.
type fakeNode struct {
	mu       sync.Mutex
	state    string
	boot     string
	lease    time.Duration
	until    time.Time
	log      []string
	problems []string
	marker   string
	claim    string        // "OWNER|RUN"
	claimed  time.Time     // until when
	halt     string        // why an operator halted it
	broken   bool          // undo never verifies
	healed   bool          // the cloud healed it meanwhile
	blind    bool          // the effect never shows
	unsure   bool          // the probe cannot tell
	timer    *time.Timer   // the dead-man
	slow     time.Duration // of every command
	undone   int           // runs of the undo
}

// fakeCloud is a runner over such nodes. cut decides what becomes of a
// command instead of the node's answer.
type fakeCloud struct {
	nodes map[string]*fakeNode
	cut   func(node, verb string) *remote.Result
}

func newFakeCloud(names ...string) *fakeCloud {
	c := &fakeCloud{nodes: map[string]*fakeNode{}}
	for _, name := range names {
		c.nodes[name] = &fakeNode{boot: "boot-1", marker: "simulated"}
	}
	return c
}

func (c *fakeCloud) Run(ctx context.Context, name string, cmd remote.Command) remote.Result {
	verb := verbOf(cmd)
	node := c.nodes[name]
	if ctx.Err() != nil {
		return remote.Result{State: remote.NotStarted, Err: ctx.Err()}
	}
	if c.cut != nil {
		if r := c.cut(name, verb); r != nil {
			if r.State == remote.Unknown { // it was handed over and ran
				node.do(verb, cmd.Args)
			}
			return *r
		}
	}
	out := node.do(verb, cmd.Args)
	time.Sleep(node.slow)
	return remote.Result{State: remote.Done, Stdout: []byte(out)}
}

// now is the fault's state on the node.
func (n *fakeNode) now() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.state
}

func verbOf(cmd remote.Command) string {
	switch cmd.Script {
	case script.Call():
		return cmd.Args[0]
	case script.Preflight():
		return "preflight"
	case script.Arm():
		return "arm"
	case script.Claim():
		return "claim"
	}
	return "tick"
}

func (n *fakeNode) do(verb string, args []string) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	var out strings.Builder
	say := func(format string, a ...any) { fmt.Fprintf(&out, format+"\n", a...) }
	switch verb {
	case "preflight":
		say("boot %s\nmarker %s\nbefore ActiveState=active", n.boot, n.marker)
		for _, p := range n.problems {
			say("problem %s", p)
		}
	case "arm":
		n.arm(args, say)
	case "claim":
		n.claims(args, say)
	case "inject":
		n.inject(say)
	case "observe":
		n.observe(say)
	case "renew":
		n.renew(say)
	case "end":
		if n.state == "held" && n.healed {
			say("healed")
		}
		n.undo(args[2])
		n.verify(args[2], say)
	case "verify":
		n.verify(args[2], say)
	}
	for _, l := range n.log {
		say("stamp %s", l)
	}
	say("state %s\nnow %d 0", n.state, time.Now().UnixNano())
	return out.String()
}

func (n *fakeNode) stamp(event, by string) {
	n.log = append(n.log, fmt.Sprintf("%d 0 %s %s", time.Now().UnixNano(), event, by))
}

func (n *fakeNode) arm(args []string, say func(string, ...any)) {
	ms, err := time.ParseDuration(args[1] + "ms")
	if err != nil {
		panic(err)
	}
	n.lease, n.until, n.state = ms, time.Now().Add(ms), "armed"
	n.timer = time.AfterFunc(ms, func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		n.undo("lease")
		n.verify("lease", func(string, ...any) {})
	})
	n.stamp("armed", "engine")
	say("lease active %s\nttl active 5min\nbefore ActiveState=active", time.Until(n.until))
}

func (n *fakeNode) claims(args []string, say func(string, ...any)) {
	lease, err := time.ParseDuration(args[1] + "ms")
	if err != nil {
		panic(err)
	}
	owner, run, _ := strings.Cut(n.claim, "|")
	switch {
	case n.claim != "" && run != args[0] && time.Now().Before(n.claimed):
		say("claimed %s 9000 %s", run, owner)
	case args[1] == "0":
		n.claim = ""
		say("released")
	default:
		n.claim, n.claimed = args[2]+"|"+args[0], time.Now().Add(lease)
		say("ours 1")
	}
	if n.halt != "" {
		say("halted %s", n.halt)
	}
}

func (n *fakeNode) inject(say func(string, ...any)) {
	if n.state != "armed" || time.Until(n.until)*2 < n.lease {
		say("fenced the fault is %s", n.state)
		return
	}
	n.state = "injecting"
	n.stamp("injecting", "engine")
	n.observe(say)
}

func (n *fakeNode) observe(say func(string, ...any)) {
	if n.unsure {
		say("cannot-tell")
		return
	}
	if n.blind {
		say("unseen")
		return
	}
	if n.state == "injecting" {
		n.state = "held"
		n.stamp("held", "engine")
	}
	say("effect unit is inactive")
}

func (n *fakeNode) renew(say func(string, ...any)) {
	if n.state != "armed" && n.state != "injecting" && n.state != "held" {
		say("fenced the fault is %s", n.state)
		return
	}
	was := n.until
	n.until = time.Now().Add(n.lease)
	n.timer.Reset(n.lease)
	zero := time.Unix(946684800, 0).Add(-time.Hour)
	say("was %fs\nnext %fs", was.Sub(zero).Seconds(), n.until.Sub(zero).Seconds())
}

func (n *fakeNode) undo(by string) {
	if n.state == "gone" || n.state == "" {
		return
	}
	n.undone++
	if n.state != "undone" {
		if n.state != "armed" {
			n.stamp("undoing", by)
		}
		n.stamp("undone", by)
		n.state = "undone"
	}
}

// losePower has the node lose what its disk does not have yet, which is all since it
// was armed, and come back, where it is undone at boot.
func (n *fakeNode) losePower() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.log = n.log[:1]
	n.stamp("unsure", "boot")
	n.state = "injecting"
	n.undo("boot")
	n.verify("boot", func(string, ...any) {})
}

func (n *fakeNode) verify(by string, say func(string, ...any)) {
	if n.state == "undone" && n.broken {
		say("before ActiveState=active\nafter ActiveState=failed")
		return
	}
	if n.state == "undone" {
		n.stamp("verified", by)
		n.state = "gone"
		n.timer.Stop()
		say("verified")
	}
}

func cutWith(node, verb string, result remote.Result) func(string, string) *remote.Result {
	return func(n, v string) *remote.Result {
		if n == node && v == verb {
			return &result
		}
		return nil
	}
}

var errCut = errors.New("connection reset by peer")
