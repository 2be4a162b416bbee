package kpi

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/openstack-eris/eris/conditions"
)

// ofAny is the figure of the load or fault that fared worst: it holds for any of them what
// holds for it. Of loads it is among those of which there is such a figure. Where one of them
// was not measured the worst is only known to be as bad as that of the others.
func (a *Analysis) ofAny(f *function, call conditions.Call) KPI {
	k := KPI{Name: f.name, Scope: "any", Unit: string(f.unit), State: NotMeasured}
	names := a.every(f)
	if len(names) == 0 {
		k.Detail = "the run had no " + f.of() + " of which it is told"
		return k
	}
	var known []KPI
	var unknown []string
	for _, name := range names {
		one := a.answer(call.Of(name))
		if one.Scope = name; one.State == NotMeasured {
			unknown = append(unknown, name+": "+one.Detail)
			continue
		}
		known = append(known, one)
	}
	why := strings.Join(unknown, "; ")
	if len(known) == 0 {
		k.Detail = why
		return k
	}
	return worstOf(k, f.less, known, why)
}

// every names those of which there is a figure.
func (a *Analysis) every(f *function) (names []string) {
	for i := range a.Faults {
		if f.ofFault != nil {
			names = append(names, a.Faults[i].Name)
		}
	}
	for _, l := range a.Loads {
		if f.ofLoad != nil && (f.listed == nil || f.listed(a, l)) {
			names = append(names, l.Plan.Name)
		}
	}
	return names
}

// worstOf is the worst of what is known. Unknown says of which nothing is.
func worstOf(k KPI, less bool, known []KPI, unknown string) KPI {
	order := func(x, y KPI) int { return cmp.Compare(at(x), at(y)) }
	worst := slices.MaxFunc(known, order)
	if less {
		worst = slices.MinFunc(known, order)
	}
	low, high, open, happened := 0.0, 0.0, "", false
	for n, one := range known {
		from, to := at(one), at(one)
		if one.Low != nil {
			from = *one.Low
		}
		switch {
		case one.High != nil:
			to = *one.High
		case one.State == Censored:
			open = cmp.Or(open, one.Scope+": "+one.Open())
		}
		happened = happened || one.State != None
		switch {
		case n == 0:
			low, high = from, to
		case less:
			low, high = min(low, from), min(high, to)
		default:
			low, high = max(low, from), max(high, to)
		}
	}
	k.worst = worst.Scope
	k.N, k.Detail = len(known), fmt.Sprintf("of %d that of %s", len(known), worst.Scope)
	if unknown != "" {
		k.Detail += "; nothing is known of " + unknown
	}
	switch {
	case less && unknown != "":
		return k.between(0, at(worst), high)
	case unknown != "" || open != "":
		k.WhyOpen = strings.Trim(open+"; nothing is known of "+unknown, "; ")
		if unknown == "" {
			k.WhyOpen = open
		}
		return k.atLeast(low)
	case !happened:
		if k.State, k.Detail = None, worst.Detail; high > 0 {
			k.Low, k.High = &low, &high
		}
		return k
	}
	return k.between(low, at(worst), high)
}

// at is a figure's value; of what did not happen 0.
func at(k KPI) float64 {
	if k.Value == nil {
		return 0
	}
	return *k.Value
}
