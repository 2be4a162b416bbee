package http

import "bytes"

// search looks for a text in what is written to it, of which it keeps no more than the text
// is long, and a part that was written.
type search struct {
	text string
	tail []byte // of what was written, shorter than the text
	is   bool
}

// Write takes the next part.
func (s *search) Write(part []byte) (int, error) {
	if s.found() {
		return len(part), nil
	}
	s.tail = append(s.tail, part...)
	s.is = bytes.Contains(s.tail, []byte(s.text))
	if over := len(s.tail) - len(s.text) + 1; over > 0 {
		s.tail = append(s.tail[:0], s.tail[over:]...)
	}
	return len(part), nil
}

// found tells whether the text has come; an empty one has.
func (s *search) found() bool { return s.is || s.text == "" }

// again begins anew.
func (s *search) again() { s.tail, s.is = s.tail[:0], false }
