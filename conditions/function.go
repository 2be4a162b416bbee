package conditions

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Result is the sort of answer that a function or an expression gives.
type Result int

// The results.
const (
	Number    Result = iota // a quantity with a unit
	Condition               // true, false or unknown
)

// Kind is what a parameter names, so that a loader can check the names given
// against what it knows.
type Kind int

// The kinds of parameter. All arguments are literals.
const (
	Text        Kind = iota // any string
	LoadName                // a load of the scenario
	FaultName               // a fault of the scenario
	PhaseName               // a phase
	SignalName              // a signal that a collector publishes
	NodeName                // a node of the cloud
	ServiceName             // a service of the cloud
	Labels                  // a map such as {service: "keystone"}
	Where                   // a node's name or a map of labels
	Duration                // "10s" or 10s
	Scalar                  // a number or percentage
)

// String is the kind's word in messages and in `eris describe`.
func (k Kind) String() string {
	return [...]string{"text", "load", "fault", "phase", "signal", "node", "service", "labels", "node or labels", "duration", "number"}[k]
}

// article is the kind as a sentence names it.
func (k Kind) article() string {
	if k == Text || k == Labels {
		return k.String()
	}
	return "a " + k.String()
}

// Param is a parameter of a function. Optional parameters stand last.
type Param struct {
	Name     string
	Kind     Kind
	Optional bool
	// Any lets the word any stand in the place of a name, without quotes: for whichever
	// fared worst.
	Any bool
}

// Function is something that an expression may ask for. It has no body: who
// evaluates a program brings the answers, see Resolver.
type Function struct {
	Name    string
	Help    string // one sentence
	Params  []Param
	Returns Result
	Unit    Unit // of a Number
	// UnitOf finds the unit from the arguments where it depends on them, as
	// with a signal's name; nil means Unit.
	UnitOf func(call Call) Unit
	// Signed tells that its number may be below zero.
	Signed bool
	// OfRuns lets it be asked of another run: run("NAME").f(…).
	OfRuns bool
}

// Signature is the function as `eris describe` shows it.
func (f Function) Signature() string {
	parts := make([]string, len(f.Params))
	for i, p := range f.Params {
		parts[i] = p.Name
		if p.Optional {
			parts[i] += "?"
		}
	}
	return f.Name + "(" + strings.Join(parts, ", ") + ")"
}

func (f Function) required() int {
	n := slices.IndexFunc(f.Params, func(p Param) bool { return p.Optional })
	if n < 0 {
		return len(f.Params)
	}
	return n
}

// Call is one use of a function in an expression, with its arguments checked.
type Call struct {
	Function string
	Args     []Argument
	Run      string // of which other run it is asked; empty: of this one
	Offset   int    // byte offset of the function's name in the source
}

// Argument is a literal given for a parameter. Kind says which of the fields
// holds it: a Where is resolved to NodeName or Labels.
type Argument struct {
	Param    string
	Kind     Kind
	Text     string            // names and texts
	Number   float64           // Scalar; a percentage as a ratio
	Duration time.Duration     // Duration
	Labels   map[string]string // Labels
	Any      bool              // the word any stands in the place of a name
	Offset   int               // byte offset in the source
}

// Arg returns the argument given for a parameter; false when it was left out.
func (c Call) Arg(param string) (Argument, bool) {
	for _, a := range c.Args {
		if a.Param == param {
			return a, true
		}
	}
	return Argument{}, false
}

// Text returns the text given for a parameter, or "".
func (c Call) Text(param string) string {
	a, _ := c.Arg(param)
	return a.Text
}

// OfAny tells whether it asks for whichever fared worst.
func (c Call) OfAny() bool {
	return slices.ContainsFunc(c.Args, func(a Argument) bool { return a.Any })
}

// Of is the call of one, where any stands.
func (c Call) Of(name string) Call {
	c.Args = slices.Clone(c.Args)
	for i := range c.Args {
		if c.Args[i].Any {
			c.Args[i].Any, c.Args[i].Text = false, name
		}
	}
	return c
}

// String is the call as it could have been written.
func (c Call) String() string {
	parts := make([]string, len(c.Args))
	for i, a := range c.Args {
		parts[i] = a.String()
	}
	text := c.Function + "(" + strings.Join(parts, ", ") + ")"
	if c.Run != "" {
		text = fmt.Sprintf("%s(%q).%s", otherRun, c.Run, text)
	}
	return text
}

// String is the argument as it could have been written.
func (a Argument) String() string {
	if a.Any {
		return anyName
	}
	switch a.Kind {
	case Scalar:
		return formatNumber(a.Number)
	case Duration:
		return fmt.Sprintf("%q", a.Duration.String())
	case Labels:
		keys := make([]string, 0, len(a.Labels))
		for k := range a.Labels {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		for i, k := range keys {
			keys[i] = fmt.Sprintf("%s: %q", k, a.Labels[k])
		}
		return "{" + strings.Join(keys, ", ") + "}"
	default:
		return fmt.Sprintf("%q", a.Text)
	}
}

// Resolver answers calls: Exact, AtLeast, Between, Missing, or for a function
// that returns a Condition, Answer.
type Resolver func(call Call) Value
