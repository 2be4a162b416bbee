package scenarios

import (
	"fmt"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/inventory"
)

func (l *loader) fault(e *document.Named[faultEntry], phases Phases) *Fault {
	v := e.Value
	l.name("fault", e.Name, e.Key)
	f := &Fault{Name: e.Name, Kind: v.Fault.V, Target: v.Target.V, Hold: v.length().V, entry: e, args: v.args(0)}
	f.Fault, _ = kind(l, "fault", l.Catalogue.Faults, v.Fault, f.args)
	if v.Target.Given() {
		refs := l.selects(f.Target.Selector, v.Target.Node)
		l.enough(f, refs)
		f.Target.Aim = l.aim(f.Target, refs, v.Target.Node)
	}
	l.end(f)
	if e.Node.Shape == document.Mapping {
		f.Start = l.start(v.Start, f.Hold, phases)
	}
	return f
}

// enough reports a count that the cloud cannot meet whatever its state.
func (l *loader) enough(f *Fault, refs []inventory.Ref) {
	count := f.Target.Count
	switch n := count.V.Of(len(refs)); {
	case len(refs) == 0 || !count.Given():
	case n > len(refs):
		l.report.At(count.Node).Errorf("count: %d are asked for, and %s", n, fit(len(refs), f.Target.Selector))
	case n == 0:
		l.report.At(count.Node).Errorf("count: a %s of %d is none", count.V, len(refs))
	}
}

func fit(n int, s inventory.Selector) string {
	if n == 1 {
		return fmt.Sprintf("1 fits {%s}", s)
	}
	return fmt.Sprintf("%d fit {%s}", n, s)
}
