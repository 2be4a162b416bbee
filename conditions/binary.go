package conditions

import "github.com/expr-lang/expr/ast"

func (c *checker) binary(n *ast.BinaryNode) (term, *Error) {
	left, err := c.term(n.Left)
	if err != nil {
		return term{}, err
	}
	right, err := c.term(n.Right)
	if err != nil {
		return term{}, err
	}
	result := term{at: c.start(n), measures: left.measures || right.measures}
	switch n.Operator {
	case "and", "&&", "or", "||":
		return joined(result, n.Operator, left, right)
	case "<", "<=", ">", ">=", "==", "!=":
		return c.comparison(result, n, left, right)
	case "+", "-", "*", "/":
		return c.arithmetic(result, n, left, right)
	}
	return term{}, c.strangeOperator(n.Operator, c.offset(n))
}

func joined(result term, operator string, left, right term) (term, *Error) {
	for _, side := range []term{left, right} {
		if err := side.mustBe(Condition); err != nil {
			return term{}, err
		}
	}
	join := and
	if operator == "or" || operator == "||" {
		join = or
	}
	result.result = Condition
	result.eval = func(r Resolver) Value { return join(left.eval(r), right.eval(r)) }
	return result, nil
}

func (c *checker) comparison(result term, n *ast.BinaryNode, left, right term) (term, *Error) {
	if err := numbers(left, right); err != nil {
		return term{}, err
	}
	if err := comparable(left, right, c.offset(n)); err != nil {
		return term{}, err
	}
	operator := n.Operator
	result.result = Condition
	result.compared = &comparison{operator, left, right}
	result.eval = func(r Resolver) Value { return compare(operator, left.eval(r), right.eval(r)) }
	return result, nil
}

func numbers(sides ...term) *Error {
	for _, side := range sides {
		if err := side.mustBe(Number); err != nil {
			return err
		}
	}
	return nil
}

// comparable explains why two numbers cannot be compared or summed: above all
// a unit that was forgotten.
func comparable(left, right term, at int) *Error {
	for _, pair := range [][2]term{{left, right}, {right, left}} {
		number, other := pair[0], pair[1]
		if number.unit != bare || number.literal == nil {
			continue
		}
		if other.unit == Seconds {
			return errorAt(number.at, "missing unit: the other side is a duration").hint("write %[1]ss or %[1]sms", formatNumber(*number.literal))
		}
		if other.unit == Ratio && (*number.literal > 1 || *number.literal < -1) {
			return errorAt(number.at, "missing unit: the other side is a ratio, which is at most 1").hint("write %s%%", formatNumber(*number.literal))
		}
	}
	if _, ok := agree(left.unit, right.unit); !ok {
		err := errorAt(at, "%s does not go with %s", left.unit.describe(), right.unit.describe())
		if left.unit == right.unit+"/s" || right.unit == left.unit+"/s" {
			return err.hint("what comes a second is written as 5MiB / 1s")
		}
		return err
	}
	return nil
}

func (c *checker) arithmetic(result term, n *ast.BinaryNode, left, right term) (term, *Error) {
	if err := numbers(left, right); err != nil {
		return term{}, err
	}
	var operate func(a, b Value) Value
	var ok bool
	switch n.Operator {
	case "+", "-":
		if err := comparable(left, right, c.offset(n)); err != nil {
			return term{}, err
		}
		result.unit, ok = agree(left.unit, right.unit)
		operate = plus
		if n.Operator == "-" {
			operate = minus
		}
	case "*":
		result.unit, ok = product(left.unit, right.unit)
		operate = times
	default:
		result.unit, ok = quotient(left.unit, right.unit)
		operate = over
	}
	if !ok {
		return term{}, errorAt(c.offset(n), "%s and %s cannot be joined by %s", left.unit.describe(), right.unit.describe(), n.Operator)
	}
	result.eval = func(r Resolver) Value { return operate(left.eval(r), right.eval(r)) }
	return result, nil
}
