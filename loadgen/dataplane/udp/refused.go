package udp

import (
	"fmt"

	"github.com/openstack-eris/eris/loadgen/dataplane"
)

// That nobody listens, or that there is no way, is told of one datagram, by an ICMP
// error that quotes it. Many may be under way, by one socket, and the error of a call
// on that does not say which it was.

// quote is a datagram, as far as it was quoted, and what was said of it.
type quote struct {
	text []byte
	err  error
}

// refuse notes of which datagrams was said that they were not delivered. Of one that
// is not named it is known only if no other is under way, but the one that is not sent
// yet; otherwise it is nobody's.
func (s *sequence) refuse(err error, unsent uint64) {
	said := quoted(s.conn)
	s.mu.Lock()
	defer s.mu.Unlock()
	named := s.quotes
	for _, q := range said {
		number, own := s.number(q.text)
		if d := s.waiting[number]; own && d != nil {
			d.refused = fmt.Errorf("it was not delivered: %w", q.err)
		}
		named = named && len(q.text) >= head
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
