package scenarios

import (
	"slices"
	"strings"
	"time"

	"github.com/openstack-eris/eris/document"
)

// order checks how the faults follow one another: that every chain of after
// has a beginning, and that each fault can end within the chaos phase.
func (l *loader) order(spec *Spec) {
	cycles := l.cycles(spec)
	told := map[*document.Node]bool{}
	for _, f := range spec.Faults {
		hold := f.entry.Value.length().Node
		if told[hold] || spec.Phases.UntilStopped || spec.Phases.Chaos == 0 || hold == nil || f.Hold == 0 || cycles[f.Name] {
			continue
		}
		earliest, ok := spec.earliest(f)
		switch {
		case !ok || (f.Start.After == "" && f.Start.At >= spec.Phases.Chaos && f.Row == ""):
		case earliest+f.Hold > spec.Phases.Chaos:
			told[hold] = true
			l.report.At(hold).Errorf("%s cannot end within the chaos phase of %v: it begins %v into it at the earliest, and is held for %v",
				f.Name, spec.Phases.Chaos, earliest, f.Hold)
		case f.Start.After == "" && max(f.Start.Within, f.Start.Random)+f.Hold > spec.Phases.Chaos:
			l.warnings.At(hold).Errorf("%s may begin %v into the chaos phase, which then lasts longer than its %v",
				f.Name, max(f.Start.Within, f.Start.Random), spec.Phases.Chaos)
		}
	}
}

// twice reports a fault that has the name of one of a row.
func (l *loader) twice(spec *Spec) {
	for _, f := range spec.Faults {
		if f.Row != "" {
			continue
		}
		for _, other := range spec.Faults {
			if other.Row != "" && other.Name == f.Name {
				l.report.At(f.entry.Key).Errorf("%s is already the name of a fault of the row %s", f.Name, other.Row)
			}
		}
	}
}

// cycles reports every ring of faults that wait for one another, once, and
// returns the faults that therefore never begin.
func (l *loader) cycles(spec *Spec) map[string]bool {
	stuck, told := map[string]bool{}, map[string]bool{}
	for _, f := range spec.Faults {
		path := []string{f.Name}
		for at := f; at != nil && at.Start.After != ""; {
			at = spec.FaultByName(at.Start.After)
			if at == nil {
				break
			}
			first := slices.Index(path, at.Name)
			path = append(path, at.Name)
			if first < 0 {
				continue
			}
			if !told[f.Name] && first == 0 {
				after := f.entry.Value.Start.V.Trigger.After.Node
				l.report.At(after).Errorf("after: these faults wait for one another: %s", strings.Join(path, " → "))
			}
			for _, name := range path {
				stuck[name], told[name] = true, told[name] || first == 0
			}
			break
		}
	}
	return stuck
}

// earliest is the first moment of the chaos phase at which a fault can begin.
// It is false where a chain of after has no beginning.
func (s *Spec) earliest(f *Fault) (time.Duration, bool) {
	var sum time.Duration
	for range s.Faults {
		sum += f.Start.For
		if f.Start.After == "" {
			return sum + f.Start.At, true
		}
		before := s.FaultByName(f.Start.After)
		if before == nil {
			return 0, false
		}
		sum += f.Start.Delay
		if f.Start.Event != Injected {
			sum += before.least()
		}
		f = before
	}
	return 0, false
}
