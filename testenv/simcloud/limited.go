package simcloud

import "github.com/openstack-eris/eris/testenv/simcloud/balancer"

// begins is what a connection meets that begins along the path, before anything else: who
// is given no port is told so at once, and who has no place in the table of connections of
// either end waits. What there is already (kept) goes on. A client from outside comes from
// the machine with Eris, and is dropped as any other: only its SSH gets in.
func (p path) begins() balancer.Reach {
	switch {
	case p.kept:
	case p.from != nil && p.from.Portless(p.carrier()):
		return balancer.Refused
	case p.from != nil && p.from.Full(), p.to != nil && p.to.Full():
		return balancer.Dark
	}
	return balancer.Serving
}

// carrier is the path's protocol.
func (p path) carrier() string {
	if p.protocol == "" {
		return "tcp"
	}
	return p.protocol
}
