// Package container is Docker and Podman on a simulated node, in the behaviour
// that faults lean on: containers that run, are paused, stopped and killed, and
// restart policies that bring back what dies but not what a person has stopped.
// What the programs print is what Docker 20.10 and Podman 4.3 print.
package container

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"syscall"
	"time"

	"github.com/openstack-eris/eris/testenv/simcloud/systemd"
)

// Spec is a container that a node has.
type Spec struct {
	Engine  string // docker or podman
	Name    string
	Restart string // policy: no, always, unless-stopped, on-failure
	Exec    string // its main program
	Remove  bool   // --rm
	Waits   bool   // is not started by the engine at first: a unit does it
	Stop    time.Duration
	Group   string // where the engine keeps control groups by itself, as Docker does in /docker without systemd; empty: in a scope each
	Memory  int64  // most that it may have, in bytes; 0: no limit
}

// Host is the boot of the node on which an engine runs.
type Host interface {
	// Spawn starts a process in a control group of its own and calls ended with
	// the signal that ended it.
	Spawn(group string, args, settings []string, ended func(syscall.Signal)) (pid int, err error)
}

var _ Host = (*systemd.Manager)(nil)

// Engine is one node's containers of one engine. It outlives boots.
type Engine struct {
	program string

	mu   sync.Mutex
	host Host // nil while the node is off
	boot int
	all  []*one
	wait chan struct{} // closed at the next change
}

// one is a container.
type one struct {
	spec           Spec
	id, image      string
	policy         string
	retries        int
	status         string // created, running, paused, restarting, exited
	pid            int
	round          int
	byHand         bool // stopped by a person, whose wish goes before the policy
	restarts       int
	exit           int
	started, ended time.Time
	backoff        time.Duration
}

// New is the engine of that name with those of the containers that are its own.
func New(program string, specs []Spec, random *rand.Rand) *Engine {
	e := &Engine{program: program, wait: make(chan struct{})}
	for _, s := range specs {
		if s.Engine != program {
			continue
		}
		hex := func() string {
			return fmt.Sprintf("%016x%016x%016x%016x", random.Uint64(), random.Uint64(), random.Uint64(), random.Uint64())
		}
		e.all = append(e.all, &one{spec: s, id: hex(), image: hex(), policy: s.Restart, status: "created", byHand: s.Waits})
	}
	return e
}

// Program is the engine's name, and that of its program.
func (e *Engine) Program() string { return e.program }

// Boot starts the engine on a boot of the node, and what its policy says has to
// run then.
func (e *Engine) Boot(host Host) {
	e.mu.Lock()
	defer e.mu.Unlock()
	first := e.boot == 0
	e.host = host
	e.boot++
	for _, c := range e.all {
		again := c.policy == "always" || c.policy == "unless-stopped" && !c.byHand
		if e.program == "podman" { // nobody starts them, unless podman-restart.service is enabled
			again = false
		}
		if first && !c.spec.Waits || again {
			e.start(c)
		}
	}
}

// Halt ends all that runs, as a power cut does.
func (e *Engine) Halt() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.host = nil
	for _, c := range e.all {
		if c.status != "created" {
			c.status, c.pid, c.exit = "exited", 0, 255
		}
		c.round++
	}
	e.changed()
}

func (e *Engine) changed() {
	close(e.wait)
	e.wait = make(chan struct{})
}

func (e *Engine) find(name string) *one {
	for _, c := range e.all {
		if c.spec.Name == name || len(name) >= 12 && len(name) <= 64 && c.id[:len(name)] == name {
			return c
		}
	}
	return nil
}

// group is the control group of a container's processes.
func (e *Engine) group(c *one) string {
	if c.spec.Group != "" {
		return c.spec.Group + "/" + c.id
	}
	if e.program == "podman" {
		return "/machine.slice/libpod-" + c.id + ".scope/container"
	}
	return "/system.slice/docker-" + c.id + ".scope"
}

// start starts a container that is down.
func (e *Engine) start(c *one) {
	if e.host == nil || c.status == "running" || c.status == "paused" {
		return
	}
	c.round++
	round, boot := c.round, e.boot
	var settings []string
	if c.spec.Memory > 0 {
		settings = append(settings, fmt.Sprintf("MemoryMax=%d", c.spec.Memory))
	}
	pid, err := e.host.Spawn(e.group(c), []string{c.spec.Exec}, settings, func(signal syscall.Signal) { e.died(c, round, boot, signal) })
	if err != nil {
		return
	}
	c.status, c.pid, c.started, c.byHand = "running", pid, time.Now(), false
	e.changed()
}

// died is told that the main process of a container has ended.
func (e *Engine) died(c *one, round, boot int, signal syscall.Signal) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.host == nil || e.boot != boot || c.round != round {
		return
	}
	c.round++
	c.status, c.pid, c.ended, c.exit = "exited", 0, time.Now(), 128+int(signal)
	if e.again(c) {
		e.restart(c)
	}
	e.changed()
}

func (e *Engine) again(c *one) bool {
	switch c.policy {
	case "always", "unless-stopped":
		return !c.byHand
	case "on-failure":
		return !c.byHand && c.exit != 0 && (c.retries == 0 || c.restarts < c.retries)
	}
	return false
}

// restart brings a container back after a while that doubles each time, unless
// it has run for ten seconds; Podman does it at once.
func (e *Engine) restart(c *one) {
	if c.ended.Sub(c.started) > 10*time.Second || c.backoff == 0 {
		c.backoff = 100 * time.Millisecond
	} else {
		c.backoff *= 2
	}
	c.status = "restarting"
	after := c.backoff
	if e.program == "podman" {
		c.status, after = "stopped", 50*time.Millisecond
	}
	round := c.round
	time.AfterFunc(after, func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		if c.round == round && e.host != nil {
			c.restarts++
			e.start(c)
		}
	})
}

// until waits, without the lock, until it is so under it.
func (e *Engine) until(ctx context.Context, so func() bool) error {
	for {
		e.mu.Lock()
		done, changed := so() || e.host == nil, e.wait
		e.mu.Unlock()
		if done {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
