package conditions

import "fmt"

// Error is what is wrong with an expression.
type Error struct {
	Offset  int // byte offset in the source
	Message string
	Hint    string // may be empty
	// Calls are those that were understood before it went wrong, so that the
	// names in them can be checked all the same.
	Calls []Call
}

// Error is the message and the hint.
func (e *Error) Error() string {
	if e.Hint == "" {
		return e.Message
	}
	return e.Message + " (" + e.Hint + ")"
}

func errorAt(offset int, format string, args ...any) *Error {
	return &Error{Offset: offset, Message: fmt.Sprintf(format, args...)}
}

func (e *Error) hint(format string, args ...any) *Error {
	e.Hint = fmt.Sprintf(format, args...)
	return e
}
