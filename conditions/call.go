package conditions

import (
	"slices"
	"strings"
	"time"

	"github.com/expr-lang/expr/ast"

	"github.com/openstack-eris/eris/document"
)

func (c *checker) names() []string {
	names := []string{"min", "max", "abs"}
	for _, f := range c.functions {
		names = append(names, f.Name)
	}
	return names
}

func (c *checker) function(name string) *Function {
	for i := range c.functions {
		if c.functions[i].Name == name {
			return &c.functions[i]
		}
	}
	switch name { // what is computed here and asked of nobody
	case "abs":
		return &Function{Name: name, Params: []Param{{Name: "x"}}}
	case "min", "max":
		return &Function{Name: name, Params: []Param{{Name: "a"}, {Name: "b"}}}
	}
	return nil
}

func (c *checker) unknownFunction(name string, at int) *Error {
	return &Error{Offset: at, Message: "unknown function " + name, Hint: document.Suggest(name, c.names())}
}

func (c *checker) call(n *ast.CallNode) (term, *Error) {
	name, run, err := c.callee(n)
	if err != nil {
		return term{}, err
	}
	at := c.start(n)
	f := c.function(name)
	switch {
	case f == nil && name == otherRun:
		return term{}, errorAt(at, "%s names another run, of which something has to be asked", otherRun).hint(`e.g. %s("NAME").availability("tokens")`, otherRun)
	case f == nil:
		return term{}, c.unknownFunction(name, at)
	case run != "" && !f.OfRuns:
		return term{}, errorAt(at, "%s cannot be asked of another run", name)
	}
	if len(n.Arguments) < f.required() || len(n.Arguments) > len(f.Params) {
		return term{}, errorAt(at, "%s is called with %d arguments", f.Name, len(n.Arguments)).hint("it is %s", f.Signature())
	}
	switch f.Name {
	case "min", "max", "abs":
		return c.computed(f.Name, n)
	}
	call := Call{Function: f.Name, Run: run, Offset: at}
	for i, node := range n.Arguments {
		a, err := c.argument(f, f.Params[i], node)
		if err != nil {
			return term{}, err
		}
		call.Args = append(call.Args, a)
	}
	c.calls = append(c.calls, call)
	result := term{result: f.Returns, unit: f.Unit, measures: true, asked: &asked{call, *f}, at: at, eval: func(r Resolver) Value { return r(call) }}
	if f.UnitOf != nil {
		result.unit = f.UnitOf(call)
	}
	return result, nil
}

// What is no name in quotes.
const (
	anyName  = "any"
	otherRun = "run"
)

// callee is what is called, and of which other run.
func (c *checker) callee(n *ast.CallNode) (name, run string, err *Error) {
	if called, is := n.Callee.(*ast.IdentifierNode); is {
		return called.Value, "", nil
	}
	problem := errorAt(c.start(n), "only functions can be called")
	member, is := n.Callee.(*ast.MemberNode)
	if !is || member.Optional {
		return "", "", problem
	}
	property, named := member.Property.(*ast.StringNode)
	other, called := member.Node.(*ast.CallNode)
	if !named || !called {
		return "", "", problem
	}
	if of, is := other.Callee.(*ast.IdentifierNode); !is || of.Value != otherRun {
		return "", "", problem
	}
	if len(other.Arguments) == 1 {
		if text, is := other.Arguments[0].(*ast.StringNode); is && text.Value != "" {
			return property.Value, text.Value, nil
		}
	}
	return "", "", errorAt(c.start(n), "%s wants the name of a run or its directory", otherRun).hint(`e.g. %s("latest") or %s("runs/20261121T093000Z-drill-7f3c")`, otherRun, otherRun)
}

// computed is min, max or abs of other numbers.
func (c *checker) computed(name string, n *ast.CallNode) (term, *Error) {
	var terms []term
	for _, node := range n.Arguments {
		t, err := c.term(node)
		if err != nil {
			return term{}, err
		}
		if err := t.mustBe(Number); err != nil {
			return term{}, err
		}
		terms = append(terms, t)
	}
	result := term{at: c.offset(n), unit: terms[0].unit, measures: terms[0].measures}
	if name == "abs" {
		eval := terms[0].eval
		result.eval = func(r Resolver) Value { return absolute(eval(r)) }
		return result, nil
	}
	left, right := terms[0], terms[1]
	if err := comparable(left, right, right.at); err != nil {
		return term{}, err
	}
	choose := least
	if name == "max" {
		choose = most
	}
	result.unit, _ = agree(left.unit, right.unit)
	result.measures = left.measures || right.measures
	result.eval = func(r Resolver) Value { return choose(left.eval(r), right.eval(r)) }
	return result, nil
}

// argument reads a literal as the parameter wants it.
func (c *checker) argument(f *Function, p Param, n ast.Node) (Argument, *Error) {
	a := Argument{Param: p.Name, Kind: p.Kind, Offset: c.start(n)}
	text, isText := n.(*ast.StringNode)
	labels, isMap := n.(*ast.MapNode)
	word, isWord := n.(*ast.IdentifierNode)
	switch {
	case p.Any && isWord && word.Value == anyName:
		a.Any = true
		return a, nil
	case p.Kind == Scalar:
		t, err := c.term(n)
		if err != nil {
			return a, err
		}
		if t.literal != nil && (t.unit == bare || t.unit == Ratio) {
			a.Number = *t.literal
			return a, nil
		}
	case p.Kind == Duration:
		return c.duration(f, a, n)
	case isMap && (p.Kind == Labels || p.Kind == Where):
		a.Kind = Labels
		err := c.labels(&a, labels)
		return a, err
	case isText && p.Kind != Labels:
		a.Text = text.Value
		if p.Kind == Where {
			a.Kind = NodeName
		}
		return a, nil
	}
	problem := errorAt(a.Offset, "the argument %s of %s must be %s", p.Name, f.Name, p.Kind.article())
	if isWord && word.Value == anyName && slices.Contains([]Kind{LoadName, FaultName}, p.Kind) {
		return a, problem.hint("any of them stands in objectives only")
	}
	if isWord && p.Kind != Labels && p.Kind != Scalar {
		return a, problem.hint("put it in quotes: %q", word.Value)
	}
	if p.Kind == Labels || p.Kind == Where {
		return a, problem.hint(`e.g. {service: "keystone"}`)
	}
	return a, problem
}

func (c *checker) duration(f *Function, a Argument, n ast.Node) (Argument, *Error) {
	switch n := n.(type) {
	case *ast.StringNode:
		if d, err := time.ParseDuration(strings.TrimSpace(n.Value)); err == nil && d > 0 {
			a.Duration = d
			return a, nil
		}
	case *ast.IdentifierNode:
		if q, ok := c.quantities[c.offset(n)]; ok && q.unit == Seconds && q.number > 0 {
			a.Duration, _ = time.ParseDuration(q.text)
			return a, nil
		}
	}
	return a, errorAt(a.Offset, "the argument %s of %s must be a duration above zero", a.Param, f.Name).hint(`e.g. "10s"`)
}

func (c *checker) labels(a *Argument, n *ast.MapNode) *Error {
	a.Labels = map[string]string{}
	for _, node := range n.Pairs {
		pair, ok := node.(*ast.PairNode)
		if !ok {
			return errorAt(a.Offset, "cannot read the labels")
		}
		key, isKey := pair.Key.(*ast.StringNode)
		value, isValue := pair.Value.(*ast.StringNode)
		if !isKey || !isValue {
			return errorAt(c.start(pair.Value), "labels are texts").hint(`e.g. {service: "keystone"}`)
		}
		if _, double := a.Labels[key.Value]; double {
			return errorAt(c.offset(key), "the label %s is given twice", key.Value)
		}
		a.Labels[key.Value] = value.Value
	}
	return nil
}
