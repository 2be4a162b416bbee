package scenarios

import (
	"slices"

	"github.com/openstack-eris/eris/document"
)

// stop reads the stop conditions, which must be declared one way or the other.
func (l *loader) stop(spec *Spec, n *document.Node) {
	switch {
	case n == nil || n.Shape == document.Null:
	case n.Shape == document.Scalar && n.Text == "none":
		spec.NoStop = "not said"
		l.warnings.At(n).Hint("stop_when: {none: REASON} says why").Errorf("nothing stops this run early")
	case n.Shape == document.Mapping:
		var none struct {
			None document.Value[string] `yaml:"none" required:"true"`
		}
		l.report.Decode(n, &none)
		spec.NoStop = none.None.V
		if none.None.Given() && none.None.V == "" {
			l.report.At(none.None.Node).Errorf("the reason is empty")
		}
	default:
		var list []document.Value[string]
		l.report.Decode(n, &list)
		if n.Shape == document.Sequence && len(list) == 0 {
			l.report.At(n).Hint("stop_when: {none: REASON}").Errorf("stop_when: the list is empty")
		}
		for i, v := range list {
			if p := l.live(v, true); p != nil {
				spec.Stop = append(spec.Stop, p)
				l.throughout(v.Node, p, "what is missing counts as a breach")
			}
			if duplicate := slices.IndexFunc(list[:i], func(o document.Value[string]) bool { return o.V == v.V }); duplicate >= 0 {
				l.report.At(v.Node).Errorf("the same stop condition is in line %d", list[duplicate].Node.Line)
			}
		}
	}
}
