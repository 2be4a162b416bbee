package faults

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults/script"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
)

// PreflightError is everything that preflight found wrong. Nothing was touched.
type PreflightError struct {
	Fault   string
	Targets []TargetProblems
}

// TargetProblems is what is wrong with one target, a sentence each.
type TargetProblems struct {
	Target   inventory.Ref
	Problems []string
}

// Error names each target with its problems, one a line.
func (e *PreflightError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "preflight of %s", e.Fault)
	for _, t := range e.Targets {
		for _, p := range t.Problems {
			fmt.Fprintf(&b, "\n  %s: %s", t.Target, p)
		}
	}
	return b.String()
}

// Preflight reads, in one batch a target, whether the fault can be made and
// undone: tools, root, a dead-man, room, proof of the cloud's kind, health, and
// the state that undo must restore. It touches nothing. Problems come back
// together as a *PreflightError. It can be made anew until the fault is armed:
// what arming compares with is the newest.
func (i *Injection) Preflight(ctx context.Context) error {
	if err := i.begin("preflight", record.Planned, record.Preflight); err != nil {
		return err
	}
	found := make([][]string, len(i.members))
	_ = i.each(func(m *member) error {
		problems := i.inspect(ctx, m)
		e := m.event(i.spec.Name)
		e.State, e.Problems = record.Preflight, problems
		i.life.emit(record.Event{Target: &e})
		i.tellClock(m)
		found[slices.Index(i.members, m)] = problems
		return nil
	})
	failed := &PreflightError{Fault: i.spec.Name}
	for n, problems := range found {
		if len(problems) > 0 {
			failed.Targets = append(failed.Targets, TargetProblems{Target: i.members[n].target.Ref(), Problems: problems})
		}
	}
	if len(failed.Targets) > 0 {
		i.enter(record.Failed, "preflight")
		return failed
	}
	i.enter(record.Preflight, "")
	return nil
}

func (i *Injection) inspect(ctx context.Context, m *member) []string {
	// A round trip of its own, as short as can be, bounds the node's clock.
	const tick = `read -r up idle </proc/uptime
hundredths=1${up#*.}
echo "now $(date +%s%N) $((${up%.*} * 1000 + (hundredths - 100) * 10))"`
	for range 2 {
		if _, result := i.ask(ctx, m, remote.Command{Script: tick}); result.State != remote.Done {
			return []string{unreached(result)}
		}
	}
	s := m.scripts
	a, result := i.ask(ctx, m, remote.Command{Script: script.Preflight(), Root: true, Args: []string{
		m.target.ID, strings.Join(append(tools(), s.Tools...), " "), strings.Join(s.Resources, " "),
		strings.Join(s.Args, "\n"), s.Preflight, s.Fingerprint, s.Healthy, s.systemd(),
	}})
	if result.State != remote.Done {
		return []string{unreached(result)}
	}
	boot, ok := a.get("boot")
	if !ok {
		return []string{"no root, which inject and undo need: " + why(result)}
	}
	if claim, taken := a.get("claim"); taken {
		if other := parseClaim(m.target.Node.Name, claim); other.Run != i.life.run.ID {
			// What else is wrong is that run's doing; nobody is to heal it away.
			return []string{other.Error()}
		}
	}
	problems := a.problems()
	marker, _ := a.get("marker")
	problems = append(problems, i.proveKind(inventory.Kind(marker), m.target.Node.Beside)...)
	if s.Outside != "" {
		problems = append(problems, i.life.deps.Keeper.Check(ctx, i.life.order(m, i.spec.Timing))...)
	}
	others := a.all("other")
	slices.Sort(others)
	for _, other := range slices.Compact(others) { // it is told of /run and of /var/lib
		if !strings.HasPrefix(other, i.life.prefix+"-") {
			problems = append(problems, "a fault of another run is still here ("+other+"); eris heal undoes it")
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.boot, m.before = boot, a.all("before")
	return problems
}

// proveKind compares the declared kind with what the node itself proves: a
// node without a marker is real, whatever the inventory says. A machine beside a lab
// is no part of it and has none: the opt-in is what counts there.
func (i *Injection) proveKind(marker inventory.Kind, beside bool) []string {
	run := i.life.run
	switch {
	case marker == inventory.Real && beside && run.Kind == inventory.Lab && run.Chaos:
		return nil
	case marker == inventory.Real && run.Kind != inventory.Real:
		return []string{fmt.Sprintf("the inventory says %s, but the node carries no marker that proves it: it counts as real", run.Kind)}
	case marker == inventory.Real && !run.Chaos:
		return []string{"a real node, and the inventory does not say chaos: allowed"}
	case run.Kind == inventory.Simulated && marker != inventory.Simulated:
		return []string{fmt.Sprintf("the inventory says simulated, but the node proves to be %s", marker)}
	}
	return nil
}

// unreached says in the operator's words why a node gave no answer.
func unreached(result remote.Result) string {
	for _, cause := range []error{remote.ErrHostKey, remote.ErrAuth, remote.ErrUnreachable} {
		if errors.Is(result.Err, cause) {
			return result.Err.Error()
		}
	}
	return "no answer: " + why(result)
}

// tools are what the guard itself needs on a node.
func tools() []string {
	return []string{"flock", "sha256sum", "timeout", "sync", "df", "date"} // preflight.sh knows what the dead-man needs
}
