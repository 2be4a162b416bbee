package conditions

import (
	"slices"

	"github.com/expr-lang/expr/ast"

	"github.com/openstack-eris/eris/document"
)

// checker turns the parser's tree into terms, and collects the calls.
type checker struct {
	*lexed
	functions []Function
	calls     []Call
}

// term is a checked part of an expression.
type term struct {
	result   Result
	unit     Unit
	literal  *float64 // its value when it is a number as written
	measures bool     // it holds a call
	asked    *asked   // set when it is one call and nothing else
	at       int      // byte offset in the source
	eval     func(Resolver) Value
	compared *comparison // set when it is one comparison of two numbers
}

// asked is a call, and what is called.
type asked struct {
	call Call
	of   Function
}

type comparison struct {
	operator    string
	left, right term
}

func (t term) mustBe(want Result) *Error {
	switch {
	case t.result == want:
		return nil
	case want == Condition:
		return errorAt(t.at, "%s is no condition", t.unit.describe()).hint("compare it with a limit, e.g. … > 5")
	default:
		return errorAt(t.at, "a condition stands where a number is needed")
	}
}

// reportUnit is the unit for readers, to whom a number without one is a count.
func (t term) reportUnit() Unit {
	if t.unit == bare {
		return Count
	}
	return t.unit
}

func (c *checker) offset(n ast.Node) int { return c.at(n.Location().From) }

// start is the offset at which the text of a node begins; the parser gives
// that of a binary node's operator, and of what is called of a run its name.
func (c *checker) start(n ast.Node) int {
	switch n := n.(type) {
	case *ast.BinaryNode:
		return c.start(n.Left)
	case *ast.CallNode:
		return c.start(n.Callee)
	case *ast.MemberNode:
		return c.start(n.Node)
	}
	return c.offset(n)
}

func (c *checker) term(n ast.Node) (term, *Error) {
	switch n := n.(type) {
	case *ast.IntegerNode:
		return c.literal(n, float64(n.Value), bare), nil
	case *ast.FloatNode:
		return c.literal(n, n.Value, bare), nil
	case *ast.BoolNode:
		t := False
		if n.Value {
			t = True
		}
		return term{result: Condition, at: c.offset(n), eval: func(Resolver) Value { return Answer(t, "") }}, nil
	case *ast.IdentifierNode:
		if q, ok := c.quantities[c.offset(n)]; ok {
			return c.literal(n, q.number, q.unit), nil
		}
		return term{}, c.strangeName(n)
	case *ast.UnaryNode:
		return c.unary(n)
	case *ast.BinaryNode:
		return c.binary(n)
	case *ast.CallNode:
		return c.call(n)
	case *ast.BuiltinNode:
		return term{}, c.unknownFunction(n.Name, c.offset(n))
	case *ast.StringNode:
		return term{}, errorAt(c.offset(n), "text can only be an argument of a function").hint("durations and shares need no quotes here")
	}
	return term{}, errorAt(c.offset(n), "this is not understood in a condition").
		hint("known are comparisons, + - * /, and, or, not, and the functions of eris describe")
}

func (c *checker) literal(n ast.Node, x float64, unit Unit) term {
	return term{unit: unit, literal: &x, at: c.offset(n), eval: func(Resolver) Value { return Exact(x) }}
}

func (c *checker) strangeName(n *ast.IdentifierNode) *Error {
	problem := errorAt(c.offset(n), "unknown name %s", n.Value)
	if slices.Contains(c.names(), n.Value) {
		problem.Message = n.Value + " is a function"
		return problem.hint("call it: %s", c.function(n.Value).Signature())
	}
	if near := document.Nearest(n.Value, c.names()); near != "" {
		return problem.hint("did you mean %s?", near)
	}
	return problem.hint("names of loads, faults and signals stand in quotes, as arguments")
}

func (c *checker) unary(n *ast.UnaryNode) (term, *Error) {
	inner, err := c.term(n.Node)
	if err != nil {
		return term{}, err
	}
	at := c.offset(n)
	eval := inner.eval
	switch n.Operator {
	case "not", "!":
		if inner.result != Condition {
			return term{}, errorAt(at, "not needs a condition, this is %s", inner.unit.describe())
		}
		return term{result: Condition, measures: inner.measures, at: at, eval: func(r Resolver) Value { return not(eval(r)) }}, nil
	case "+", "-":
		if err := inner.mustBe(Number); err != nil {
			return term{}, err
		}
		inner.at = at
		if n.Operator == "-" {
			inner.eval = func(r Resolver) Value { return negate(eval(r)) }
			if inner.literal != nil {
				x := -*inner.literal
				inner.literal = &x
			}
		}
		return inner, nil
	}
	return term{}, c.strangeOperator(n.Operator, at)
}

func (c *checker) strangeOperator(operator string, at int) *Error {
	problem := errorAt(at, "the operator %s is not understood in a condition", operator)
	if operator == "%" {
		return problem.hint("a percentage has no space before its sign: 99%%")
	}
	return problem.hint("known are < <= > >= == != + - * / and or not")
}
