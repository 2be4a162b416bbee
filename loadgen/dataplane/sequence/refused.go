package sequence

import (
	"fmt"

	"github.com/openstack-eris/eris/loadgen/dataplane"
)

// That nobody listens, or that there is no way, is told of one datagram, by an ICMP
// error that quotes it. Many may be under way, by one socket, and the error of a call
// on that does not say which it was.

// refuse notes of which was said that they were not delivered. Of one that is not named
// it is known only if no other is under way, but the one that is not sent yet; otherwise
// it is nobody's.
func (s *Session) refuse(err error, unsent uint64) {
	said, named := s.wire.Quotes()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, q := range said {
		number, known := s.quoted(q)
		if d := s.waiting[number]; known && d != nil {
			d.refused = fmt.Errorf("it was not delivered: %w", q.Err)
		}
		named = named && known
	}
	if named {
		return
	}
	var under []*datagram
	for number, d := range s.waiting {
		if number != unsent {
			under = append(under, d)
		}
	}
	if len(under) == 1 {
		under[0].refused = dataplane.Plain(err)
	}
}

// quoted is the number of what is quoted, 0 for what is not this session's or is over.
// It is not known where too little of it is there.
func (s *Session) quoted(q Quote) (number uint64, known bool) {
	switch {
	case len(q.Text) >= head:
		number, _ = s.number(q.Text)
		return number, true
	case q.Header == nil:
		return 0, false
	}
	for under := range s.waiting {
		if uint16(under) != q.Header.Low || !q.Header.Fits(under, s.text(under)) { // the last 16 bits of it are meant
			continue
		}
		if number != 0 {
			return 0, false // it fits two
		}
		number = under
	}
	return number, true
}
