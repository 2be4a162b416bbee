package lab

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"
)

// task is one act of the first-time set-up on some nodes at once.
type task struct {
	part  string
	name  string
	nodes []NodeSpec
	text  string // sh, still a template
}

// tasks is the whole set-up in order: role after role, each role's steps, then
// its units, then the steps that need them.
func (p *Profile) tasks() []task {
	var all []task
	for _, part := range p.order {
		role, nodes := p.parts[part], p.nodesWith(part)
		steps := func(started bool) {
			for _, s := range role.Setup {
				if s.Started == started {
					all = append(all, task{part, s.Name, pick(nodes, s.On), s.Run})
				}
			}
		}
		steps(false)
		if len(role.Units) > 0 {
			all = append(all, task{part, "start", nodes, "systemctl -q enable --now " + strings.Join(role.Units, " ")})
		}
		steps(true)
	}
	return all
}

func pick(nodes []NodeSpec, on string) []NodeSpec {
	switch {
	case on == "first" && len(nodes) > 0:
		return nodes[:1]
	case on == "rest" && len(nodes) > 0:
		return nodes[1:]
	default:
		return nodes
	}
}

// setUp runs the first-time set-up, each task on its nodes at once.
func setUp(ctx context.Context, o Options, r *renderer) error {
	p := o.paths()
	for _, t := range r.profile.tasks() {
		o.Progress(t.part, t.name)
		group, ctx := errgroup.WithContext(ctx)
		for _, node := range t.nodes {
			text, err := r.text(t.part, node, t.name, t.text)
			if err != nil {
				return err
			}
			group.Go(func() error {
				ctx, cancel := context.WithTimeout(ctx, 3*time.Minute)
				defer cancel()
				if _, err := onNode(ctx, p, node.Name, string(text)); err != nil {
					return fmt.Errorf("set up %s on %s: %s: %w", t.part, node.Name, t.name, err)
				}
				return nil
			})
		}
		if err := group.Wait(); err != nil {
			return err
		}
	}
	return nil
}

// onNode runs a shell script as root on a node and returns its output.
func onNode(ctx context.Context, p paths, node, text string) (string, error) {
	var out bytes.Buffer
	var complaint tail
	err := execOnNode(ctx, p, node, []string{"/bin/sh", "-eu", "-c", text}, Streams{Out: &out, Err: &complaint})
	if err != nil {
		return out.String(), fmt.Errorf("%w%s", err, complaint.hint())
	}
	return strings.TrimSpace(out.String()), nil
}

// execOnNode runs a program in all namespaces of a node.
func execOnNode(ctx context.Context, p paths, node string, argv []string, s Streams) error {
	pid, err := leader(p, node)
	if err != nil {
		return err
	}
	if pid == 0 {
		return fmt.Errorf("enter %s: it is off", node)
	}
	runtime.LockOSThread() // as in runTo
	defer runtime.UnlockOSThread()
	args := append([]string{
		"--target", strconv.Itoa(pid), "--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup", "--",
		"/usr/bin/env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LANG=C.UTF-8", "TERM=xterm",
		// what the node may not do, nobody who enters it from here may
		"setpriv", "--bounding-set=-sys_time,-sys_module,-sys_rawio", "--",
	}, argv...)
	cmd := exec.CommandContext(ctx, "nsenter", args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = s.In, s.Out, s.Err
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	cmd.WaitDelay = 2 * time.Second
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		return fmt.Errorf("run on %s: %w", node, err)
	}
	return nil
}
