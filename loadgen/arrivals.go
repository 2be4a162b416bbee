package loadgen

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
)

// Process is how the arrivals of the open model are spread.
type Process string

// The processes.
const (
	Constant Process = "constant" // evenly, as dense as the shape says
	Poisson  Process = "poisson"  // independent of one another, as many users' are
)

// Arrivals are those of the open model: they come whether or not the ones
// before them have ended. One of Rate, Ramp, Steps, Sine and Trace is their
// shape, which goes on from the load's start through all phases.
type Arrivals struct {
	Rate    Rate        `yaml:"rate" help:"arrivals planned, with a unit: 10/s, 600/min; or 60% of max, which is measured before"`
	Ramp    *Ramp       `yaml:"ramp" help:"in place of rate: it goes up or down in a straight line"`
	Steps   []Step      `yaml:"steps" help:"in place of rate: one rate after the other"`
	Sine    *Sine       `yaml:"sine" help:"in place of rate: it goes up and down about a mean"`
	Trace   *Trace      `yaml:"trace" help:"in place of rate: arrivals as they were recorded"`
	Process Process     `yaml:"process" help:"constant (evenly spread, which it is unless given) or poisson"`
	Phases  *PhaseRates `yaml:"phases" help:"rates of its own in some phases; in the others it is rate"`
	Max     *Search     `yaml:"max" help:"how the maximum is found of which a rate is a share"`
}

// Ramp is a rate that goes from one to another in a straight line, and stays.
type Ramp struct {
	From Rate          `yaml:"from" help:"the rate at the start; none unless given"`
	To   Rate          `yaml:"to" required:"true" help:"the rate at the end, which stays; may be none"`
	Over time.Duration `yaml:"over" required:"true" help:"how long it takes"`
}

// Step is a rate for a time.
type Step struct {
	Rate Rate          `yaml:"rate" required:"true" help:"with a unit, or none"`
	For  time.Duration `yaml:"for" help:"how long; the last step stays where it is left out, else none follows"`
}

// Sine is a rate that goes up and down about a mean, from which it goes up.
type Sine struct {
	Mean   Rate          `yaml:"mean" required:"true" help:"about which it goes"`
	Swing  Rate          `yaml:"swing" required:"true" help:"how far it goes from the mean, at most as much as that"`
	Period time.Duration `yaml:"period" required:"true" help:"from one crest to the next"`
}

// PhaseRates are rates in place of Arrivals.Rate in the phases of a run; nil
// where it is that.
type PhaseRates struct {
	Warmup   *Rate `yaml:"warmup" help:"with a unit, or none"`
	Baseline *Rate `yaml:"baseline" help:"with a unit, or none"`
	Chaos    *Rate `yaml:"chaos" help:"with a unit, or none"`
	Recovery *Rate `yaml:"recovery" help:"with a unit, or none"`
}

// stepsMost bounds the list of steps.
const stepsMost = 1000

// In is the rate in a phase of the run; false where the arrivals are of another
// shape, which knows of no phases.
func (a *Arrivals) In(phase string) (Rate, bool) {
	if r, own := a.Own(phase); own {
		return r, true
	}
	return a.Rate, a.Rate != 0
}

// Own is the rate that a phase has of its own, by its word; false when it has none.
func (a *Arrivals) Own(phase string) (Rate, bool) {
	if p := a.Phases; p != nil {
		if r := map[string]*Rate{record.Warmup: p.Warmup, record.Baseline: p.Baseline, record.Chaos: p.Chaos, record.Recovery: p.Recovery}[phase]; r != nil {
			return *r, true
		}
	}
	return 0, false
}

// curve is the shape, from the load's start on.
func (a *Arrivals) curve() curve {
	switch {
	case a.Ramp != nil:
		over := a.Ramp.Over.Seconds()
		return pieces{{
			rate: float64(a.Ramp.From), slope: float64(a.Ramp.To-a.Ramp.From) / over,
		}}.then(a.Ramp.Over, float64(a.Ramp.To))
	case len(a.Steps) > 0:
		p := line(a.Steps[0].Rate)
		for i, step := range a.Steps[1:] {
			p = p.then(a.Steps[i].For, float64(step.Rate))
		}
		if last := a.Steps[len(a.Steps)-1]; last.For > 0 {
			p = p.then(last.For, 0)
		}
		return p
	case a.Sine != nil:
		return wave{float64(a.Sine.Mean), float64(a.Sine.Swing), a.Sine.Period.Seconds()}
	case a.Trace != nil:
		return a.Trace.due
	}
	return line(a.Rate)
}

// String is the shape and how it is spread, in words.
func (a *Arrivals) String() string {
	process := a.Process
	if process == "" {
		process = Constant
	}
	if a.Trace != nil {
		return a.Shape()
	}
	return a.Shape() + ", " + string(process)
}

// Shape is the shape in words: 10/s, or from none to 50/s over 30s.
func (a *Arrivals) Shape() string {
	switch {
	case a.Ramp != nil:
		return fmt.Sprintf("from %v to %v over %v", a.Ramp.From, a.Ramp.To, a.Ramp.Over)
	case len(a.Steps) > 0:
		words := make([]string, len(a.Steps))
		for i, s := range a.Steps {
			words[i] = fmt.Sprintf("%v for %v", s.Rate, s.For)
		}
		if last := len(words) - 1; a.Steps[last].For == 0 {
			words[last] = a.Steps[last].Rate.String()
		}
		return strings.Join(words, ", then ")
	case a.Sine != nil:
		return fmt.Sprintf("%v up and down by %v every %v", a.Sine.Mean, a.Sine.Swing, a.Sine.Period)
	case a.Trace != nil:
		return a.Trace.String()
	}
	words := []string{a.Rate.String()}
	for _, phase := range record.Phases() {
		if r, _ := a.In(phase); r != a.Rate {
			words = append(words, fmt.Sprintf("%v in %s", r, phase))
		}
	}
	return strings.Join(words, ", ")
}

// validate reports all that is wrong with them.
func (a *Arrivals) validate(bad func(field, format string, args ...any)) {
	var given []string
	for name, is := range map[string]bool{
		"rate": a.Rate != 0, "ramp": a.Ramp != nil, "steps": a.Steps != nil, "sine": a.Sine != nil, "trace": a.Trace != nil,
	} {
		if is {
			given = append(given, name)
		}
	}
	slices.Sort(given)
	rate := func(field string, r Rate) {
		if !(r >= -shareMost && r <= MaxRate) {
			bad(field, "must be none, or more than 0 and at most %s", Rate(MaxRate))
		}
	}
	switch {
	case len(given) > 1:
		bad("arrivals."+given[1], "arrivals have one of rate, ramp, steps, sine and trace, not both %s and %s", given[0], given[1])
	case a.Ramp != nil:
		rate("arrivals.ramp.from", a.Ramp.From)
		rate("arrivals.ramp.to", a.Ramp.To)
		if a.Ramp.From == a.Ramp.To {
			bad("arrivals.ramp", "must go from one rate to another")
		}
		if a.Ramp.Over <= 0 {
			bad("arrivals.ramp.over", "must be more than 0")
		}
	case a.Steps != nil:
		a.validateSteps(bad, rate)
	case a.Sine != nil:
		mean, swing := a.Sine.Mean.of(1), a.Sine.Swing.of(1)
		if !(mean > 0 && mean <= MaxRate) {
			bad("arrivals.sine.mean", "must be more than 0 and at most %s", Rate(MaxRate))
		}
		if !(swing > 0 && swing <= mean) || (a.Sine.Swing < 0) != (a.Sine.Mean < 0) {
			bad("arrivals.sine.swing", "must be more than 0 and at most the mean")
		}
		if a.Sine.Period <= 0 {
			bad("arrivals.sine.period", "must be more than 0")
		}
	case a.Trace != nil:
		if a.Process == Poisson {
			bad("arrivals.process", "a trace says when each arrival is due, and is spread no other way")
		}
	case !(a.Rate.of(1) > 0 && a.Rate <= MaxRate):
		bad("arrivals.rate", "must be more than 0 and at most %s", Rate(MaxRate))
	}
	if a.Process != "" && a.Process != Constant && a.Process != Poisson {
		bad("arrivals.process", "must be %s or %s, not %q", Constant, Poisson, a.Process)
	}
	if a.Max != nil {
		a.Max.validate(bad)
	}
	if a.Phases == nil {
		return
	}
	if a.Rate == 0 {
		bad("arrivals.phases", "goes with rate; another shape goes on through all phases")
	}
	for _, phase := range record.Phases() {
		r, _ := a.In(phase)
		rate("arrivals.phases."+phase, r)
	}
}

func (a *Arrivals) validateSteps(bad func(field, format string, args ...any), rate func(string, Rate)) {
	if n := len(a.Steps); n < 1 || n > stepsMost {
		bad("arrivals.steps", "there must be 1 to %d", stepsMost)
		return
	}
	for i, step := range a.Steps {
		field := fmt.Sprintf("arrivals.steps.%d", i)
		rate(field+".rate", step.Rate)
		if step.For < 0 || step.For == 0 && i+1 < len(a.Steps) {
			bad(field+".for", "must be more than 0")
		}
	}
}
