package container

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"time"

	"github.com/openstack-eris/eris/testenv/simcloud/shell"
)

// Signal sends a signal to a process of the node.
type Signal func(pid int, signal syscall.Signal) error

// Command is the engine's program on the command line; kill is how it reaches
// processes, parse how it reads the name of a signal.
func (e *Engine) Command(kill Signal, parse func(string) (syscall.Signal, bool)) shell.Command {
	c := client{Engine: e, kill: kill, parse: parse}
	return func(ctx context.Context, p *shell.Proc) int {
		args := p.Args[1:]
		if len(args) > 0 && args[0] == "container" {
			args = args[1:]
		}
		if len(args) == 0 {
			p.Errorf("Error: missing command '%s COMMAND'", e.program)
			return e.refusal()
		}
		if args[0] == "update" && e.program == "podman" {
			return c.updatePodman(p, args[1:])
		}
		call, err := options(args[1:])
		if err == nil {
			err = c.run(ctx, p, args[0], call)
		}
		switch {
		case ctx.Err() != nil:
			return shell.Killed
		case err != nil:
			p.Errorf("%v", err)
			return e.refusal()
		}
		return call.code
	}
}

// refusal is the exit status with which the engine says no.
func (e *Engine) refusal() int {
	if e.program == "podman" {
		return 125
	}
	return 1
}

// call is what follows a command: flags and containers.
type call struct {
	flags map[string]string
	names []string
	code  int
}

func options(args []string) (*call, error) {
	valued := map[string]string{
		"-f": "format", "--format": "format", "-t": "time", "--time": "time", "-s": "signal", "--signal": "signal", "--restart": "restart",
	}
	c := &call{flags: map[string]string{}}
	for i := 0; i < len(args); i++ {
		name, value, given := strings.Cut(args[i], "=")
		long, known := valued[name]
		switch {
		case args[i] == "-a" || args[i] == "--attach":
			c.flags["attach"] = "true"
		case known && given:
			c.flags[long] = value
		case known && i+1 < len(args):
			i++
			c.flags[long] = args[i]
		case strings.HasPrefix(args[i], "-"):
			return nil, fmt.Errorf("unknown flag: %s", args[i])
		default:
			c.names = append(c.names, args[i])
		}
	}
	if len(c.names) != 1 {
		return nil, errors.New("Error: requires exactly 1 argument") //nolint:staticcheck // the engine's words
	}
	return c, nil
}

type client struct {
	*Engine
	kill  Signal
	parse func(string) (syscall.Signal, bool)
}

func (c client) run(ctx context.Context, p *shell.Proc, verb string, line *call) error {
	do := map[string]func(context.Context, *shell.Proc, *one, *call) error{
		"inspect": c.inspect, "start": c.startIt, "stop": c.stop, "kill": c.killIt, "pause": c.pause, "unpause": c.pause, "restart": c.stop, "update": c.update,
	}[verb]
	if do == nil {
		return fmt.Errorf("%s: '%s' is not a %s command", c.program, verb, c.program)
	}
	c.mu.Lock()
	at := c.find(line.names[0])
	c.mu.Unlock()
	if at == nil {
		return c.missing(p, verb, line.names[0])
	}
	line.flags["verb"] = verb
	return do(ctx, p, at, line)
}

//nolint:staticcheck // the engines' words
func (e *Engine) missing(p *shell.Proc, verb, name string) error {
	switch {
	case e.program == "podman" && verb == "inspect":
		return fmt.Errorf("Error: inspecting object: no such container %s", name)
	case e.program == "podman":
		return fmt.Errorf("Error: no container with name or ID %q found: no such container", name)
	case verb == "inspect":
		p.Printf("\n")
		return fmt.Errorf("Error: No such container: %s", name)
	}
	return fmt.Errorf("Error response from daemon: No such container: %s", name)
}

// cannot says why a container's state forbids something.
func (e *Engine) cannot(docker, podman string, c *one) error {
	if e.program == "podman" {
		return fmt.Errorf("Error: "+podman+": container state improper", c.id)
	}
	return fmt.Errorf("Error response from daemon: "+docker, c.id)
}

func (c client) startIt(ctx context.Context, p *shell.Proc, at *one, line *call) error {
	c.mu.Lock()
	ran := at.status == "running"
	c.start(at)
	round := at.round
	c.mu.Unlock()
	if line.flags["attach"] == "" {
		if !ran || c.program == "docker" { // Podman says nothing of what runs already
			p.Printf("%s\n", line.names[0])
		}
		return nil
	}
	err := c.until(ctx, func() bool { return at.round != round })
	if err != nil { // what ends the client is passed on to the container
		c.end(at)
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	line.code = at.exit
	return nil
}

// end stops a container, as a person does it.
func (c client) end(at *one) {
	c.mu.Lock()
	at.byHand = true
	pid := at.pid
	if at.status == "restarting" || at.status == "stopped" {
		at.round++
		at.status = "exited"
		c.changed()
	}
	c.mu.Unlock()
	if pid == 0 {
		return
	}
	<-time.After(at.spec.Stop) // what its program takes to end
	_ = c.kill(pid, syscall.SIGTERM)
}

// stop is stop and restart.
func (c client) stop(ctx context.Context, p *shell.Proc, at *one, line *call) error {
	c.end(at)
	if err := c.until(ctx, func() bool { return at.pid == 0 }); err != nil {
		return err
	}
	if line.flags["verb"] == "restart" {
		c.mu.Lock()
		c.start(at)
		c.mu.Unlock()
	}
	p.Printf("%s\n", line.names[0])
	return nil
}

func (c client) killIt(ctx context.Context, p *shell.Proc, at *one, line *call) error {
	text := line.flags["signal"]
	if text == "" {
		text = "KILL"
	}
	signal, known := c.parse(text)
	if !known {
		return fmt.Errorf("Error response from daemon: Invalid signal: %s", text) //nolint:staticcheck // Docker's words
	}
	c.mu.Lock()
	pid := at.pid
	at.byHand = true
	if at.status == "paused" {
		at.status = "running"
	}
	c.mu.Unlock()
	if pid == 0 {
		return c.cannot("Cannot kill container: "+line.names[0]+": Container %s is not running", "can only kill running containers. %s is in state exited", at)
	}
	if err := c.kill(pid, signal); err != nil {
		return err
	}
	if err := c.until(ctx, func() bool { return at.pid != pid }); err != nil {
		return err
	}
	p.Printf("%s\n", line.names[0])
	return nil
}

func (c client) pause(_ context.Context, p *shell.Proc, at *one, line *call) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	to := map[string]string{"pause": "paused", "unpause": "running"}[line.flags["verb"]]
	switch {
	case at.status == to && to == "paused":
		return c.cannot("Container %s is already paused", "%q is already paused", at)
	case to == "running" && at.status != "paused":
		return c.cannot("Container %s is not paused", "%q is not paused, can't unpause", at)
	case at.status != "running" && at.status != "paused":
		return c.cannot("Container %s is not running", "%q is not running, can't pause", at)
	}
	at.status = to
	c.changed()
	p.Printf("%s\n", line.names[0])
	return nil
}
