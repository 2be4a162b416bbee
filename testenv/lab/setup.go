package lab

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

// task is one act of the first-time set-up on some nodes at once.
type task struct {
	part    string
	name    string
	nodes   []NodeSpec
	text    string // sh, still a template
	timeout time.Duration
}

const (
	stepTimeout = 3 * time.Minute
	startTask   = "start"
)

// tasks is the whole set-up, role after role.
func (p *Profile) tasks() []task {
	var all []task
	for _, part := range p.order {
		all = append(all, p.tasksOf(part)...)
	}
	return all
}

// tasksOf is the set-up of one role in order: its steps, then its units, then
// the steps that need them.
func (p *Profile) tasksOf(part string) []task {
	var all []task
	role, nodes := p.parts[part], p.nodesWith(part)
	steps := func(started bool) {
		for _, s := range role.Setup {
			if s.Started != started {
				continue
			}
			t := task{part: part, name: s.Name, nodes: pick(nodes, s.On), text: s.Run, timeout: s.Timeout}
			if t.timeout == 0 {
				t.timeout = stepTimeout
			}
			all = append(all, t)
		}
	}
	steps(false)
	if len(role.Units) > 0 {
		start := startUnits(role.Units)
		all = append(all, task{part: part, name: startTask, nodes: nodes, text: start, timeout: stepTimeout})
	}
	steps(true)
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

// setUp runs the first-time set-up: roles that do not need one another at the
// same time, each task of a role on its nodes at once.
func setUp(ctx context.Context, o Options, r *renderer, w *stopwatch) error {
	// most of a step is waiting for another node or for a disk
	limit := max(4, 2*runtime.NumCPU())
	return r.profile.inOrder(ctx, limit, func(ctx context.Context, part string, await awaiter) error {
		return w.lap("set up "+part, func() error {
			for _, t := range r.profile.tasksOf(part) {
				if t.name == startTask {
					if err := await(ctx, r.profile.parts[part].StartAfter); err != nil {
						return err
					}
				}
				o.Progress(part, t.name)
				if err := runTask(ctx, o, r, t); err != nil {
					return err
				}
				if t.name != startTask {
					continue
				}
				if err := waitAnswers(ctx, o, r, part); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// awaiter returns when roles are done. Whoever waits makes room for others.
type awaiter func(ctx context.Context, parts []string) error

// inOrder does something for every role, at most limit at once and each only
// when all that it comes after are done. The first error ends the others.
func (p *Profile) inOrder(ctx context.Context, limit int, do func(ctx context.Context, part string, await awaiter) error) error {
	done := map[string]chan struct{}{}
	for _, part := range p.order {
		done[part] = make(chan struct{})
	}
	slots := make(chan struct{}, limit)
	enter := func(ctx context.Context, needs []string) error {
		for _, need := range needs {
			select {
			case <-done[need]:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		select {
		case slots <- struct{}{}:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	group, ctx := errgroup.WithContext(ctx)
	for _, part := range p.order {
		group.Go(func() error {
			if err := enter(ctx, p.parts[part].After); err != nil {
				return err
			}
			held := true
			defer func() {
				if held {
					<-slots
				}
			}()
			err := do(ctx, part, func(ctx context.Context, parts []string) error {
				<-slots
				held = false
				err := enter(ctx, parts)
				held = err == nil
				return err
			})
			if err != nil {
				return err
			}
			close(done[part])
			return nil
		})
	}
	return group.Wait()
}

// runTask runs a task on its nodes at once, and says now and then on which it
// still runs.
func runTask(ctx context.Context, o Options, r *renderer, t task) error {
	p := o.paths()
	group, ctx := errgroup.WithContext(ctx)
	for _, node := range t.nodes {
		text, err := r.text(t.part, node, t.name, t.text)
		if err != nil {
			return err
		}
		group.Go(func() error {
			limited, cancel := context.WithTimeout(ctx, t.timeout)
			defer cancel()
			err := withNews(o.about(t.part), t.name+" on "+node.Name, func(hear io.Writer) error {
				_, err := onNodeHeard(limited, p, node.Name, string(text), hear)
				return err
			})
			if err == nil {
				return nil
			}
			err = fmt.Errorf("set up %s on %s: %s: %w", t.part, node.Name, t.name, err)
			if ctx.Err() != nil { // another one failed first, and tells of it
				return err
			}
			own := witness{node: node.Name, units: r.profile.unitsOf(t.part)}
			return withJournals(ctx, p, r.profile, own.testimony(ctx, p, r.profile, err), r.profile.besides(own, t.part), journalsShown-1)
		})
	}
	return group.Wait()
}

// startUnits makes units start at every boot, and starts them. For a unit that
// has an init script beside it, `systemctl enable` runs Perl for a second to
// keep both alike; the link that it makes is all that is wanted.
func startUnits(units []string) string {
	all := strings.Join(units, " ")
	return "systemctl -q add-wants multi-user.target " + all + "\nsystemctl start " + all
}
