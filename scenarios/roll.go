package scenarios

import (
	"time"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/redundancy"
)

// usualRoll is how long a rolling fault waits for the health that it wants.
const usualRoll = 2 * time.Minute

// steps is how many faults go over all that an entry's target fits; 1 where
// that is not known.
func (l *loader) steps(e faultEntry) int {
	return max(1, (len(l.rolled(e))+e.atATime()-1)/e.atATime())
}

// rolled are those that it goes over: all that may be struck.
func (l *loader) rolled(e faultEntry) []inventory.Ref {
	if l.Cloud == nil {
		return nil
	}
	all, err := l.Cloud.Select(e.Target.V.Selector)
	if err != nil {
		return nil // it is reported where the target is read
	}
	var refs []inventory.Ref
	for _, ref := range all {
		if redundancy.Forbid(l.Cloud, []inventory.Ref{ref}) == nil {
			refs = append(refs, ref)
		}
	}
	return refs
}

// atATime is how many of them each fault strikes.
func (e faultEntry) atATime() int { return max(1, e.Target.V.Count.V.fixed) }

// roll is the faults that go over all that fit, each on those whom none before
// it has struck, and none before the one before has recovered.
func (l *loader) roll(f *Fault) []*Fault {
	v := f.entry.Value.Roll
	if v.Node.Shape != document.Mapping || !l.rolls(f) {
		return []*Fault{f}
	}
	next := Start{Event: Recovered, Delay: v.V.Settle.V}
	if v.V.Health.Given() {
		next = Start{Event: Recovered, When: l.live(v.V.Health, true), For: v.V.Settle.V, Within: usualRoll, Otherwise: Skip}
		if v.V.Within.Given() {
			next.Within = v.V.Within.V
		}
	}
	list := make([]*Fault, l.steps(f.entry.Value))
	for k := range list {
		step := *f
		step.Name, step.Row, step.First, step.Rolls = inRow(f.Name, k), f.Name, inRow(f.Name, 0), true
		if k > 0 {
			step.Start = next
			step.Start.After = list[k-1].Name
		}
		list[k] = &step
	}
	return list
}

// rolls checks what an entry says of going over all.
func (l *loader) rolls(f *Fault) bool {
	known := len(l.report.Problems())
	v, count := f.entry.Value.Roll, f.Target.Count
	if f.entry.Value.Repeat.Given() {
		l.report.At(f.entry.Value.Repeat.Node.Key).Errorf("%s has either repeat or rolling, not both", f.Name)
	}
	if f.Target.Aim.Given() {
		l.report.At(v.Node.Key).Errorf("rolling goes over all that fit, and whom it strikes, %s, is known only when it fires", f.Target.Aim)
	}
	if count.Given() && count.V.fixed == 0 {
		l.report.At(count.Node).Hint("e.g. count: 1").Errorf("count: rolling wants a number, of how many at a time")
	}
	l.belongs("health", v.V.Health.Given(), v.V.Within.Node)
	if n := l.steps(f.entry.Value); n > longestRow {
		l.report.At(v.Node.Key).Hint("strike more at a time, or narrow the target").Errorf("rolling: %s are more than %d", number(n, "fault"), longestRow)
	}
	if at := v.V.Within; at.Given() && v.V.Settle.V > at.V {
		l.report.At(at.Node).Errorf("within: health must hold for %v, which is longer than %v", v.V.Settle.V, at.V)
	}
	return len(l.report.Problems()) == known
}

// left are those of the candidates whom no fault before it in its row has
// struck.
func (b *builder) left(f *Fault, candidates []inventory.Ref) []inventory.Ref {
	struck := map[inventory.Ref]bool{}
	for _, other := range b.spec.Faults {
		if other.Row == f.Row {
			for _, ref := range b.budget.chosen[other.Name] {
				struck[ref] = true
			}
		}
	}
	var refs []inventory.Ref
	for _, ref := range candidates {
		if !struck[ref] {
			refs = append(refs, ref)
		}
	}
	return refs
}
