package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/openstack-eris/eris/collectors"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/redundancy"
	"github.com/openstack-eris/eris/inventory/remote"
	"github.com/openstack-eris/eris/scenarios"
)

// fit are those of a fault's targets to whom its aim applies at this moment,
// best first, and why in words.
type fit struct {
	refs   []inventory.Ref
	why    string
	ranked bool // the first ones are meant, and not any of them
}

// fitting asks to whom a fault's aim applies now. What is not known is nobody:
// a node that cannot tell whether it leads is not struck for it.
func (r *Run) fitting(ctx context.Context, l *life) (fit, error) {
	aim := l.spec.Target.Aim
	switch {
	case !aim.Given():
		return fit{refs: l.planned.Targets}, nil
	case aim.Signal() != "":
		return r.ranked(l)
	}
	lead := r.plan.Inventory.ServiceByName(aim.Service()).Lead(aim.Lead())
	said := r.leaders(ctx, lead, l.planned.Targets)
	var found fit
	var leads, silent []string
	for _, ref := range l.planned.Targets {
		word := said[ref.Node]
		switch {
		case word == inventory.Leads && !slices.Contains(leads, ref.Node):
			leads = append(leads, ref.Node)
		case word == "" && !slices.Contains(silent, ref.Node):
			silent = append(silent, ref.Node)
		}
		if (aim.Leader != "" && word == inventory.Leads) || (aim.Follower != "" && word == inventory.Follows) {
			found.refs = append(found.refs, ref)
		}
	}
	found.why = fmt.Sprintf("%s on %s", aim.Leading(), strings.Join(leads, ", "))
	if len(leads) == 0 {
		found.why = aim.Leading() + " on none of its targets"
	}
	if len(silent) > 0 {
		found.why += fmt.Sprintf("; %s could not tell", strings.Join(silent, ", "))
	}
	if len(found.refs) == 0 || len(leads) == 0 {
		return fit{}, fmt.Errorf("it is for those %s: %s", aim, found.why)
	}
	return found, nil
}

// leaders asks the nodes of targets whether they lead: node by node one of the
// words of [inventory.Lead], or nothing.
func (r *Run) leaders(ctx context.Context, lead *inventory.Lead, targets []inventory.Ref) map[string]string {
	said := map[string]string{}
	for _, ref := range targets {
		said[ref.Node] = ""
	}
	var mu sync.Mutex
	var asking sync.WaitGroup
	for _, node := range slices.Sorted(maps.Keys(said)) {
		asking.Go(func() {
			result := r.Nodes.Run(ctx, node, remote.Command{
				Script: lead.LeaderScript(), Root: true, Timeout: lead.Timeout + askAnswer,
			})
			mu.Lock()
			defer mu.Unlock()
			if word := strings.TrimSpace(string(result.Stdout)); result.OK() && (word == inventory.Leads || word == inventory.Follows) {
				said[node] = word
			}
		})
	}
	asking.Wait()
	return said
}

// ranked sorts a fault's targets by the newest value of a signal.
func (r *Run) ranked(l *life) (fit, error) {
	aim, infos := l.spec.Target.Aim, []collectors.SignalInfo{}
	for _, c := range r.plan.Spec.Collectors {
		infos = append(infos, c.Collector.Signals()...)
	}
	type valued struct {
		ref   inventory.Ref
		value float64
	}
	var list []valued
	for _, ref := range l.planned.Targets {
		if found := r.signals.Latest(aim.Signal(), aim.Of(r.plan.Inventory, infos, ref)); len(found) == 1 {
			list = append(list, valued{ref, found[0].Value})
		}
	}
	if len(list) == 0 {
		return fit{}, fmt.Errorf("it is for those %s, and none of them has a value now", aim)
	}
	slices.SortStableFunc(list, func(a, b valued) int {
		if aim.Most != "" {
			a, b = b, a
		}
		return cmp.Compare(a.value, b.value)
	})
	found := fit{ranked: true}
	words := make([]string, len(list))
	for i, v := range list {
		found.refs = append(found.refs, v.ref)
		words[i] = fmt.Sprintf("%.4g on %s", v.value, v.ref)
	}
	found.why = aim.Signal() + " is " + strings.Join(words, ", ")
	return found, nil
}

// pick takes as many of those who fit as the fault asks for, or with max as the
// budget admits. Which of equals are taken is drawn from the run's seed.
func (r *Run) pick(l *life, from fit, age time.Duration) (faults.Aim, error) {
	count := l.spec.Target.Count.V
	if count.Max() {
		from.refs = r.well(from.refs, age)
	}
	switch {
	case l.spec.Target.Aim.Given():
	case count.Max() && !l.planned.Beyond() && len(l.planned.Costs) == 0:
		return r.most(l, from.refs)
	default:
		return faults.Aim{}, nil
	}
	n := count.Of(len(from.refs))
	switch {
	case n == 0 && count.Max():
		return faults.Aim{}, errNobody
	case n == 0:
		return faults.Aim{}, fmt.Errorf("a %s of the %d %s is none: %s", count, len(from.refs), l.spec.Target.Aim, from.why)
	case n > len(from.refs):
		return faults.Aim{}, fmt.Errorf("%d are asked for, and it applies to %d: %s", n, len(from.refs), from.why)
	}
	if most := l.planned.Strikes; most > 0 && n > most && !count.Max() {
		return faults.Aim{}, fmt.Errorf("the plan was made for %d at most, and it applies to %d: %s", most, n, from.why)
	}
	refs := from.refs[:n]
	switch {
	case count.Max() && from.ranked:
		refs = r.best(from.refs)
	case count.Max() || !from.ranked && n < len(from.refs):
		var err error
		if refs, err = r.draw(l, from.refs, n); err != nil {
			return faults.Aim{}, err
		}
	}
	if len(refs) == 0 {
		return faults.Aim{}, errors.New("the redundancy budget admits none of those " + l.spec.Target.Aim.String())
	}
	names := make([]string, len(refs))
	for i, ref := range refs {
		names[i] = ref.String()
	}
	return faults.Aim{Only: refs, Why: strings.Join(names, ", ") + ": " + from.why}, nil
}

// errNobody is why a fault that strikes as many as possible strikes none.
var errNobody = errors.New("none of those whom it could strike is healthy: there may be a real outage")

// well leaves those who are healthy by a word of at most that age: of as many as
// possible, who is down himself is nobody to be struck, and lost redundancy.
func (r *Run) well(refs []inventory.Ref, age time.Duration) []inventory.Ref {
	return slices.DeleteFunc(slices.Clone(refs), func(ref inventory.Ref) bool { return !r.healthy(ref, age) })
}

// most takes as many of the planned targets that are healthy as the budget still
// admits together: an outage that has come since counts.
func (r *Run) most(l *life, well []inventory.Ref) (faults.Aim, error) {
	planned := l.planned.Targets
	if len(well) == 0 {
		return faults.Aim{}, errNobody
	}
	chosen, err := r.ledger.Choose(redundancy.Most, well, scenarios.Stream(r.plan.Seed, "aim/"+l.spec.Name))
	switch {
	case err != nil:
		return faults.Aim{}, fmt.Errorf("the redundancy budget does not admit it now: %w", err)
	case len(chosen) == len(planned):
		return faults.Aim{}, nil
	}
	_, why := r.ledger.Choose(len(planned), planned, scenarios.Stream(r.plan.Seed, "aim/"+l.spec.Name))
	if why == nil { // of a whole node, one service is down
		why = fmt.Errorf("%d of them healthy", len(well))
	}
	return faults.Aim{Only: chosen, Why: fmt.Sprintf("as many as the redundancy budget admits now, %d of the %d of the plan: %v", len(chosen), len(planned), why)}, nil
}

// draw takes n of those who fit, or with max as many as possible, that the
// budget admits together; beyond it only where the operator said so.
func (r *Run) draw(l *life, refs []inventory.Ref, n int) ([]inventory.Ref, error) {
	random, most := scenarios.Stream(r.plan.Seed, "aim/"+l.spec.Name), l.spec.Target.Count.V.Max()
	want := n
	if most {
		want = redundancy.Most
	}
	chosen, err := r.ledger.Choose(want, refs, random)
	switch {
	case err == nil:
		return chosen, nil
	case most || !l.planned.Beyond():
		return nil, fmt.Errorf("the redundancy budget does not admit it now: %w", err)
	}
	refs = slices.Clone(refs)
	random.Shuffle(len(refs), func(i, j int) { refs[i], refs[j] = refs[j], refs[i] })
	return refs[:n], nil
}

// best takes from the first on as many as the budget admits together.
func (r *Run) best(refs []inventory.Ref) []inventory.Ref {
	var taken []inventory.Ref
	for _, ref := range refs {
		// A check finds nothing wrong with who is down already.
		if next := append(slices.Clone(taken), ref); r.ledger.Max([]inventory.Ref{ref}) > 0 && r.ledger.Check(next) == nil {
			taken = next
		}
	}
	return taken
}
