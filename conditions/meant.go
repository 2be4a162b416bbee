package conditions

// Meant refuses a comparison whose answer is there before anything is measured, or of which
// no measure can be on the one side: one of a figure with itself, and one of a figure with a
// limit that it cannot reach. It is for who reads what somebody writes now; one that was
// judged before is judged again as it was. The error is nil, or an *Error.
func (c *Comparison) Meant() error {
	measured, limit := c.measured.asked, c.limit.asked
	if measured == nil {
		return nil
	}
	if limit != nil && measured.call.String() == limit.call.String() {
		return errorAt(c.limit.at, "both sides are the same").hint("it would always give the same answer")
	}
	if c.limit.measures {
		return nil
	}
	switch most := c.Limit.Eval(nil); {
	case most.Low < 0 && !measured.of.Signed:
		return errorAt(c.limit.at, "%s is never below zero", measured.of.Name).hint("it would always give the same answer")
	case most.High > 1 && c.measured.unit == Ratio:
		return errorAt(c.limit.at, "%s is never more than 100%%", measured.of.Name).hint("it would always give the same answer")
	}
	return nil
}
