package sentence

import "slices"

// domains are the words for parts of a cloud that have names.
func domains() []string { return []string{"rack", "zone", "switch", "host", "role", "group"} }

// isDomain tells that the next words name a part of the cloud. A role may be called as
// such a part is.
func (p *parser) isDomain() bool {
	if !slices.Contains(domains(), p.peek(0)) || p.peek(1) == "" {
		return false
	}
	p.next++
	defer func() { p.next-- }()
	return !p.follows()
}

// whole reads "rack rack-1", without an "in": all of it is struck, if nothing else is
// said. Of other parts that is not clear enough: the switch, or who is behind it?
func (p *parser) whole(s *said) error {
	what, name := p.peek(0), p.raw(1)
	if what != "rack" && what != "zone" {
		return p.wrong(0, "say all nodes in "+what+" "+name, "the %s, or its nodes?", what)
	}
	s.all = true
	return p.domain(s)
}

// domain reads what narrows the nodes: a failure domain, a role, a group, a service that
// is on them, or that a signal is greatest there.
func (p *parser) domain(s *said) error {
	p.take("the")
	if p.peek(0) == "most" || p.peek(0) == "least" {
		return p.compares(s)
	}
	keys := map[string]*string{
		"rack": &s.selector.Rack, "zone": &s.selector.Zone, "switch": &s.selector.Switch,
		"host": &s.selector.Host, "role": &s.selector.Role, "group": &s.selector.Group,
	}
	if at, ok := keys[p.peek(0)]; ok {
		what := p.peek(0)
		p.next++
		if *at != "" {
			return p.wrong(1, "", "which %s is said twice", what)
		}
		if *at = p.pop(); *at == "" {
			return p.wrong(0, "", "which %s is not said", what)
		}
		p.mark(s, "target."+what)
		return nil
	}
	if p.peek(0) == "" {
		return p.wrong(1, "", "whom it is about is not said")
	}
	name := p.pop()
	service := p.cloud.ServiceByName(name)
	if service == nil {
		return p.unknown("service", name)
	}
	if s.on != nil {
		return p.wrong(1, "", "which service is on the nodes is said twice")
	}
	s.on = slices.Clone(service.Nodes)
	p.mark(s, "target.nodes")
	p.take("service", "services")
	return nil
}

// compares reads the signal by which the targets are chosen when the fault fires.
func (p *parser) compares(s *said) error {
	which := p.pop()
	switch {
	case p.peek(0) == "" || p.follows():
		return p.wrong(0, "e.g. with the most node.cpu_busy", "the %s of what is not said", which)
	case s.most+s.least != "":
		return p.wrong(1, "", "which of them is said twice")
	case s.runs != nil:
		return p.wrong(1, "", "where a service leads is said, and what is compared too: it is one of them")
	}
	signal := p.pop()
	if s.most = signal; which == "least" {
		s.most, s.least = "", signal
	}
	p.mark(s, "target."+which)
	return nil
}
