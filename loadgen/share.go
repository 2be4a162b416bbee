package loadgen

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Share is a part of a whole, from 0 to 1, written with a percent sign.
type Share float64

// UnmarshalText reads a share such as 99%.
func (s *Share) UnmarshalText(text []byte) error {
	number, ok := strings.CutSuffix(string(text), "%")
	n, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if !ok || err != nil || !(n > 0 && n <= 100) {
		return fmt.Errorf("wants a share above 0%% and up to 100%%, not %q", text)
	}
	*s = Share(n / 100)
	return nil
}

// DocumentType is the word for a share in descriptions.
func (*Share) DocumentType() string { return "percent" }

// String is the share with its percent sign.
func (s Share) String() string { return strconv.FormatFloat(100*float64(s), 'g', 6, 64) + "%" }

// rates are all rates of the arrivals, to be read or set.
func (a *Arrivals) rates() []*Rate {
	list := []*Rate{&a.Rate}
	if a.Ramp != nil {
		list = append(list, &a.Ramp.From, &a.Ramp.To)
	}
	for i := range a.Steps {
		list = append(list, &a.Steps[i].Rate)
	}
	if a.Sine != nil {
		list = append(list, &a.Sine.Mean, &a.Sine.Swing)
	}
	if p := a.Phases; p != nil {
		for _, r := range []*Rate{p.Warmup, p.Baseline, p.Chaos, p.Recovery} {
			if r != nil {
				list = append(list, r)
			}
		}
	}
	return list
}

// Most is the greatest rate that they ever have; false where that is not told by rates, of
// a trace or a share of a maximum.
func (a *Arrivals) Most() (Rate, bool) {
	if a.Trace != nil || a.OfMax() {
		return 0, false
	}
	most := Rate(0)
	for _, r := range a.rates() {
		most = max(most, *r)
	}
	if a.Sine != nil {
		most = max(most, a.Sine.Mean+a.Sine.Swing)
	}
	return most, true
}

// OfMax tells whether one of their rates is a share of the load's maximum.
func (a *Arrivals) OfMax() bool {
	return slices.ContainsFunc(a.rates(), func(r *Rate) bool { return *r < 0 })
}

// Resolve are the arrivals with every share of the maximum as a rate.
func (a *Arrivals) Resolve(most Rate) *Arrivals {
	c := *a
	if a.Ramp != nil {
		c.Ramp = new(*a.Ramp)
	}
	c.Steps = slices.Clone(a.Steps)
	if a.Sine != nil {
		c.Sine = new(*a.Sine)
	}
	if a.Phases != nil {
		c.Phases = new(*a.Phases)
		for _, r := range []**Rate{&c.Phases.Warmup, &c.Phases.Baseline, &c.Phases.Chaos, &c.Phases.Recovery} {
			if *r != nil {
				*r = new(**r)
			}
		}
	}
	for _, r := range c.rates() {
		*r = r.of(most)
	}
	return &c
}

// OfMax tells whether it is a share of the load's maximum.
func (c Change) OfMax() bool { return c.Rate < 0 }

// Resolve is the change with its share of the maximum as a rate.
func (c Change) Resolve(most Rate) Change { return Change{c.Rate.of(most), c.Hold} }
