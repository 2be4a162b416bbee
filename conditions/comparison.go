package conditions

// Comparison is an objective: something measured, an operator and a limit.
type Comparison struct {
	Source   string
	Operator string // < <= > >= == !=, as read from measured to limit
	Measured *Program
	Limit    *Program // may hold no call
	Unit     Unit
	calls    []Call

	measured, limit term
}

// Judgement is what became of a comparison.
type Judgement struct {
	Truth    Truth
	Measured Value
	Limit    Value
	// Margin is how far the measured value is on the right side of the limit,
	// negative when on the wrong one; missing for == and !=.
	Margin Value
	Reason string // why the truth is Unknown
}

// CompileComparison reads an objective: at its top one comparison, of which at
// least one side is measured. Written as `99% <= availability(…)` it is turned
// round, so that Measured is always what was measured. The error is always an
// *Error.
func CompileComparison(source string, functions []Function) (*Comparison, error) {
	root, l, c, err := check(source, functions)
	if err != nil {
		return nil, err
	}
	if l.hold > 0 {
		return nil, errorAt(l.holdOffset, "an objective is judged once and cannot hold `for` a time")
	}
	if root.compared == nil {
		problem := errorAt(root.at, "an objective is one comparison, e.g. availability(\"tokens\") >= 99%%")
		if root.result == Condition {
			problem.Hint = "write each comparison as an objective of its own"
		}
		return nil, problem
	}
	left, operator, right := root.compared.left, root.compared.operator, root.compared.right
	if !left.measures {
		left, right = right, left
		operator = mirrored(operator)
	}
	if !left.measures {
		return nil, errorAt(root.at, "the objective asks for nothing that is measured").hint("it would always give the same answer")
	}
	unit, _ := agree(left.reportUnit(), right.unit)
	side := func(t term) *Program {
		return &Program{Source: source, Result: Number, Unit: unit, eval: t.eval}
	}
	return &Comparison{Source: source, Operator: operator, Measured: side(left), Limit: side(right), Unit: unit, calls: c.calls, measured: left, limit: right}, nil
}

// Calls lists every use of a function on both sides, in order of place.
func (c *Comparison) Calls() []Call { return append([]Call(nil), c.calls...) }

// Judge evaluates both sides and says whether the objective was kept, and by
// how much.
func (c *Comparison) Judge(resolve Resolver) Judgement {
	j := Judgement{Measured: c.Measured.Eval(resolve), Limit: c.Limit.Eval(resolve)}
	answer := compare(c.Operator, j.Measured, j.Limit)
	j.Truth, j.Reason = answer.Truth, answer.Reason
	switch c.Operator {
	case ">", ">=":
		j.Margin = minus(j.Measured, j.Limit)
	case "<", "<=":
		j.Margin = minus(j.Limit, j.Measured)
	default:
		j.Margin = Missing("")
	}
	return j
}

func mirrored(operator string) string {
	switch operator {
	case "<":
		return ">"
	case "<=":
		return ">="
	case ">":
		return "<"
	case ">=":
		return "<="
	}
	return operator
}
