package kpi

import (
	"fmt"
	"strings"
)

// Changes says what a result says that an earlier one of the same record did not, a line
// each: its verdict, those of its objectives, and the values of KPIs, as people read
// them. What only one of them has is no change, since functions come and go; neither is
// an interval by itself.
func Changes(before, now *Result) []string {
	var list []string
	note := func(what, was, is string) {
		if was != is {
			list = append(list, fmt.Sprintf("%s was %s, and is %s", what, was, is))
		}
	}
	note("the verdict", string(before.Verdict), string(now.Verdict))
	for _, o := range now.Objectives {
		for _, old := range before.Objectives {
			if old.Expression == o.Expression {
				note(o.Expression, string(old.Verdict), string(o.Verdict))
			}
		}
	}
	for _, k := range now.KPIs {
		for _, old := range before.KPIs {
			if old.Name == k.Name && old.Scope == k.Scope {
				note(k.Name+" of "+k.Scope, old.read(), k.read())
			}
		}
	}
	return list
}

// read is a value as people read it.
func (k KPI) read() string {
	switch {
	case k.Value == nil:
		return strings.ReplaceAll(string(k.State), "_", " ")
	case k.State == Censored:
		return "> " + Quantity(*k.Value, k.Unit)
	default:
		return Quantity(*k.Value, k.Unit)
	}
}
