package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
)

// How long the parts of a trial may take on a busy machine.
const (
	bootMost = 2 * time.Minute // until the cloud's services serve
	runMost  = 8 * time.Minute // until eris ends; a node without power boots
)

// trial is one schedule on a cloud.
type trial struct {
	schedule schedule
	place    place
	stage    stage
	known    *inventory.Cloud
	nodes    *remote.Pool
	dir      string // its own, for eris and its state
}

// outcome is what became of a trial.
type outcome struct {
	schedule schedule
	injected int           // targets that a fault was let through to
	kinds    []string      // of these faults
	ended    string        // how eris ended
	healed   time.Duration // from the end of eris until all was as before
	wrong    error         // nil: nothing was left behind, nor more than redundancy tolerates struck
}

// try draws a schedule for a cloud, or takes the one that is given, and runs it
// there with the program eris.
func try(ctx context.Context, eris string, at place, seed uint64, given *schedule) outcome {
	s := schedule{Seed: seed}
	dir, err := os.MkdirTemp("", "eris-schedule-")
	if err != nil {
		return outcome{schedule: s, wrong: err}
	}
	defer func() { _ = os.RemoveAll(dir) }() // a folder in the temporary one that stays does no harm
	t := &trial{place: at, dir: dir}
	if t.known, err = inventory.Load(at.Inventory()); err == nil {
		t.nodes, err = remote.NewPool(t.known, remote.Options{})
	}
	if err != nil {
		return outcome{schedule: s, wrong: err}
	}
	defer func() { _ = t.nodes.Close() }() // of a cloud that may be gone
	t.stage = stageOf(t.known)
	if given != nil {
		t.schedule = *given
	} else if err := t.draw(ctx, eris, seed); err != nil {
		return outcome{schedule: t.schedule, wrong: err}
	}
	return t.run(ctx, eris)
}

// draw draws schedules until eris has a plan for one: what is refused strikes
// nothing.
func (t *trial) draw(ctx context.Context, eris string, seed uint64) error {
	var refused string
	for again := range uint64(20) {
		t.schedule = draw(seed, again, t.stage)
		file, err := t.write()
		if err != nil {
			return err
		}
		plan := exec.CommandContext(ctx, eris, "plan", file, "-i", t.place.Inventory(), "--lease", lease.String(), "--seed", fmt.Sprint(seed))
		plan.Dir, plan.Env = t.dir, t.environment()
		said, err := plan.CombinedOutput()
		switch failed := new(exec.ExitError); {
		case err == nil:
			return nil
		case !errors.As(err, &failed) || failed.ExitCode() != 2 && failed.ExitCode() != 3:
			return fmt.Errorf("plan %v: %w\n%s", t.schedule, err, said)
		}
		refused = string(said)
	}
	return fmt.Errorf("no schedule of this seed is admitted; of the last one eris said:\n%s", refused)
}

func (t *trial) run(ctx context.Context, eris string) outcome {
	o := outcome{schedule: t.schedule}
	var before map[string]string
	o.wrong = t.until(ctx, bootMost, func(ctx context.Context) string {
		before = t.prints(ctx)
		for name, print := range before { // one that serves may not have told systemd so yet
			if strings.Contains(print, "=activating") || strings.Contains(print, "=deactivating") {
				return name + " has not come to rest:\n" + print
			}
		}
		return t.sick(ctx)
	})
	if o.wrong != nil {
		return o
	}
	p, err := t.start(ctx, eris)
	if err != nil {
		o.wrong = err
		return o
	}
	quiet := t.befall(ctx, p)
	o.ended, o.wrong = p.end(runMost)
	gone := time.Now()
	if o.wrong = errors.Join(o.wrong, quiet()); o.wrong != nil {
		return o
	}
	o.wrong = t.until(ctx, t.stage.heal, func(ctx context.Context) string { return t.left(ctx, before) })
	o.healed = time.Since(gone)
	if o.wrong == nil {
		var injected map[string]int
		injected, o.wrong = t.judge()
		for _, f := range t.schedule.Faults {
			if n := injected[f.Name]; n > 0 {
				o.injected += n
				o.kinds = append(o.kinds, f.kind())
			}
		}
	}
	if o.wrong != nil {
		o.wrong = fmt.Errorf("%w\neris %s, and said:\n%s", o.wrong, o.ended, p.said())
	}
	return o
}

// befall lets the acts happen, from the start of chaos on. The returned
// function waits for them and gives the nodes their network back.
func (t *trial) befall(ctx context.Context, p *program) (quiet func() error) {
	ctx, cancel := context.WithCancel(ctx)
	var wrong error
	var acting, lifting sync.WaitGroup
	acting.Go(func() {
		began, ok := p.chaos()
		if !ok {
			return // it was refused, or ended before
		}
		acts := slices.Clone(t.schedule.Acts)
		slices.SortStableFunc(acts, func(a, b act) int { return int(a.At - b.At) })
		for _, a := range acts {
			pause(ctx, time.Until(began.Add(a.At)))
			wrong = errors.Join(wrong, t.act(ctx, p, a))
			if a.What == cut {
				lifting.Go(func() {
					pause(ctx, a.For)
					_ = t.place.Cut(context.WithoutCancel(ctx), a.Node, false) // done again when all is over
				})
			}
		}
	})
	return func() error {
		acting.Wait()
		cancel() // a lifting that came later could be of the next trial's cut
		lifting.Wait()
		for _, name := range t.stage.nodes {
			wrong = errors.Join(wrong, t.place.Cut(context.WithoutCancel(ctx), name, false))
		}
		return wrong
	}
}

func (t *trial) act(ctx context.Context, p *program, a act) error {
	switch a.What {
	case kill:
		p.kill()
	case stop:
		p.interrupt()
	case cut:
		return t.place.Cut(ctx, a.Node, true)
	case reboot:
		return t.place.Reboot(ctx, a.Node)
	}
	return nil
}

// until asks what is wrong until nothing is.
func (t *trial) until(ctx context.Context, most time.Duration, wrong func(context.Context) string) error {
	late := time.Now().Add(most)
	for {
		what := wrong(ctx)
		switch {
		case what == "":
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case time.Now().After(late):
			return fmt.Errorf("after %v: %s", most, what)
		}
		pause(ctx, 250*time.Millisecond)
	}
}

// sick says which service's own probe fails.
func (t *trial) sick(ctx context.Context) string {
	for _, node := range t.known.Nodes {
		var script strings.Builder
		for _, service := range t.known.ServicesOn(node.Name) {
			fmt.Fprintf(&script, "(%s) || echo %s\n", strings.TrimSpace(inventory.ProbeScript(node, service)), service.Name)
		}
		result := t.nodes.Run(ctx, node.Name, remote.Command{Script: script.String(), Root: true, Timeout: 20 * time.Second})
		if said := strings.Fields(string(result.Stdout)); result.State != remote.Done || len(said) > 0 {
			return fmt.Sprintf("%s: not healthy: %v %v", node.Name, said, result.Err)
		}
	}
	return ""
}

// prints are what systemd and nftables say of each node, and what of a fault is
// there. They do not go through any fault's own fingerprint. Whose run has the
// node is asked of the doctor: that file stays when a run is killed, and is over
// with its lease.
func (t *trial) prints(ctx context.Context) map[string]string {
	prints := map[string]string{}
	for _, node := range t.known.Nodes {
		var units []string
		for _, service := range t.known.ServicesOn(node.Name) {
			units = append(units, service.Runtime.Name)
		}
		result := t.nodes.Run(ctx, node.Name, remote.Command{Root: true, Args: units, Timeout: 20 * time.Second, Script: `
for unit in "$@"; do
	echo "$unit" $(systemctl show "$unit" -p LoadState -p ActiveState -p SubState -p UnitFileState -p FreezerState -p DropInPaths)
done
nft list ruleset
tc qdisc show
ip -o link show | sed 's/^[0-9]*: \([^:@]*\).*state \([A-Z]*\).*/\1 \2/'
for file in /run/eris/*/state /var/lib/eris/*/state /run/eris/resources/* /etc/systemd/system/eris-*; do
	if [ -e "$file" ]; then echo "$file"; fi
done
systemctl list-units --all --plain --no-legend 'eris-*'`})
		prints[node.Name] = fmt.Sprintf("%s%v", result.Stdout, result.Err)
	}
	return prints
}

// left says in what the cloud is not as it was.
func (t *trial) left(ctx context.Context, before map[string]string) string {
	var names []string
	for _, d := range faults.Doctor(ctx, t.nodes, t.stage.nodes) {
		if !d.Clean() {
			return fmt.Sprintf("%s: %v %+v", d.Node, d.Err, d.Residue)
		}
		if d.Claim != nil {
			names = append(names, d.Node)
		}
	}
	if len(names) > 0 {
		return fmt.Sprintf("a run still has %v", names)
	}
	if now := t.prints(ctx); !maps.Equal(before, now) {
		for name := range before {
			if before[name] != now[name] {
				return fmt.Sprintf("%s is not as before:\n%s\n-- before:\n%s", name, now[name], before[name])
			}
		}
	}
	if sick := t.sick(ctx); sick != "" {
		return sick
	}
	return keepers(filepath.Join(t.dir, "state"))
}

// keepers says whether what gives power back still has something to do.
func keepers(state string) string {
	found, err := filepath.Glob(filepath.Join(state, "eris", "power", "*-*"))
	if err != nil || len(found) == 0 {
		return ""
	}
	return fmt.Sprintf("left of power faults: %v", found)
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
