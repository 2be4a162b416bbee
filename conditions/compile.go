package conditions

import (
	"errors"
	"regexp"
	"slices"
	"time"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/builtin"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
)

// Program is an expression that was checked and can be evaluated, any number
// of times and by many at once.
type Program struct {
	Source string
	Result Result
	Unit   Unit          // of a Number
	For    time.Duration // how long the condition must hold; 0 when it was not said
	calls  []Call
	eval   func(Resolver) Value
}

// Calls lists every use of a function, in order of place, so that a loader can
// check the names given.
func (p *Program) Calls() []Call { return slices.Clone(p.calls) }

// Eval evaluates the program with a resolver's answers. It has no memory: that
// a condition holds for Program.For is its caller's to see.
func (p *Program) Eval(resolve Resolver) Value { return p.eval(resolve) }

// Compile reads an expression and checks it against the functions that it may
// call. The error is always an *Error.
func Compile(source string, functions []Function, want Result) (*Program, error) {
	root, l, c, err := check(source, functions)
	if err != nil {
		return nil, err
	}
	if err := root.mustBe(want); err != nil {
		return nil, err
	}
	if len(c.calls) == 0 {
		return nil, errorAt(root.at, "the expression asks for nothing that is measured").hint("it would always give the same answer")
	}
	if want == Number && l.hold > 0 {
		return nil, errorAt(l.holdOffset, "a number cannot hold `for` a time")
	}
	return &Program{Source: source, Result: want, Unit: root.reportUnit(), For: l.hold, calls: c.calls, eval: root.eval}, nil
}

// check parses and type-checks; the error is untyped nil when there is none.
func check(source string, functions []Function) (term, *lexed, *checker, error) {
	l, problem := lex(source)
	if problem != nil {
		return term{}, nil, nil, problem
	}
	tree, problem := parse(l)
	if problem != nil {
		return term{}, nil, nil, problem
	}
	c := &checker{lexed: l, functions: functions}
	root, problem := c.term(tree)
	if problem != nil {
		problem.Calls = c.calls
		return term{}, nil, nil, problem
	}
	slices.SortStableFunc(c.calls, func(a, b Call) int { return a.Offset - b.Offset })
	return root, l, c, nil
}

// unexpected is how the parser words a token that it did not expect.
var unexpected = regexp.MustCompile(`^unexpected token (?:EOF|\w+\("(.*)"\))$`)

func parse(l *lexed) (ast.Node, *Error) {
	config := &conf.Config{MaxNodes: 1000, DisableIfOperator: true, Disabled: map[string]bool{}}
	for name := range builtin.Index {
		config.Disabled[name] = true
	}
	tree, err := parser.ParseWithConfig(l.body, config)
	if err == nil {
		return tree.Node, nil
	}
	var at *file.Error
	if !errors.As(err, &at) {
		return nil, errorAt(0, "cannot read the expression: %v", err)
	}
	problem := errorAt(l.at(at.From), "cannot read the expression: %s", at.Message)
	if m := unexpected.FindStringSubmatch(at.Message); m != nil {
		problem.Message = "unexpected " + m[1]
		switch m[1] {
		case "":
			problem.Message = "the expression ends too early"
		case "=":
			problem.Hint = "compare with =="
		}
	}
	return nil, problem
}
