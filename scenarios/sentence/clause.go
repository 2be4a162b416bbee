package sentence

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/inventory"
)

// clause reads the next part of a sentence: a time, a place or a name.
func (p *parser) clause(s *said) error {
	switch {
	case p.take("for", "during"):
		return p.duration(s)
	case p.take("on", "at", "of", "from", "and", "the"):
		return nil
	case p.take("with", "running", "in", "by"):
		return p.domain(s)
	case p.take("where"):
		return p.leads(s)
	case p.take("node", "nodes"):
		if p.peek(0) == "" || p.follows() {
			return nil
		}
		if name := p.pop(); p.cloud.NodeByName(name) == nil {
			return p.unknown("node", name)
		}
		p.next--
		return nil
	}
	if count, n := quantity(p); n > 0 {
		if s.count != "" {
			return p.wrong(0, "", "how many are struck is said twice")
		}
		s.count = count
		p.next += n
		return nil
	}
	return p.name(s)
}

// follows tells that the next word begins a further part and is no name.
func (p *parser) follows() bool {
	return slices.Contains([]string{"for", "during", "on", "at", "of", "with", "running", "in", "by", "where"}, p.peek(0))
}

// quantity reads how many are struck and says in how many words.
func quantity(p *parser) (count string, words int) {
	first := p.peek(0)
	switch {
	case (first == "a" || first == "the") && (p.peek(1) == "minority" || p.peek(1) == "majority"):
		return p.peek(1), 2
	case first == "as" && p.peek(1) == "many":
		for n := 2; n < 6; n++ {
			if slices.Contains([]string{"tolerates", "admits", "allows", "possible"}, p.peek(n)) {
				return "max", n + 1
			}
		}
	case slices.Contains([]string{"one", "a", "an", "any", "random", "some"}, first):
		if p.peek(1) == "random" {
			return "1", 2
		}
		return "1", 1
	case slices.Contains([]string{"two", "three", "four", "five"}, first):
		return map[string]string{"two": "2", "three": "3", "four": "4", "five": "5"}[first], 1
	case first == "half":
		return "50%", 1
	case slices.Contains([]string{"all", "max", "minority", "majority"}, first):
		return first, 1
	}
	if n, err := strconv.Atoi(strings.TrimSuffix(first, "%")); err == nil && n > 0 {
		return first, 1
	}
	return "", 0
}

// name reads the name of a service, a node or a role of the cloud.
func (p *parser) name(s *said) error {
	text := p.pop()
	switch {
	case p.cloud.ServiceByName(text) != nil && s.selector.Service == "":
		s.selector.Service = text
		p.take("service", "services", "container", "containers")
		return nil
	case p.cloud.NodeByName(text) != nil:
		s.selector.Nodes = append(s.selector.Nodes, text)
		p.take("node")
		return nil
	}
	for _, role := range []string{text, strings.TrimSuffix(text, "s")} {
		if slices.ContainsFunc(p.cloud.Nodes, func(n *inventory.Node) bool { return slices.Contains(n.Roles, role) }) && s.selector.Role == "" {
			s.selector.Role = role
			p.take("node", "nodes")
			return nil
		}
	}
	if slices.Contains([]string{"service", "services", "container", "containers"}, p.peek(0)) {
		return p.unknown("service", text)
	}
	return p.unknown("service, node or role", text)
}

// domain reads what narrows the nodes: a failure domain, a role, a group, or a
// service that is on them.
func (p *parser) domain(s *said) error {
	keys := map[string]*string{
		"rack": &s.selector.Rack, "zone": &s.selector.Zone, "switch": &s.selector.Switch,
		"host": &s.selector.Host, "role": &s.selector.Role, "group": &s.selector.Group,
	}
	p.take("the")
	if at, ok := keys[p.peek(0)]; ok {
		what := p.pop()
		if *at != "" {
			return p.wrong(1, "", "which %s is said twice", what)
		}
		if *at = p.pop(); *at == "" {
			return p.wrong(0, "", "which %s is not said", what)
		}
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
	p.take("service", "services")
	return nil
}

// leads reads where a service leads, or does not.
func (p *parser) leads(s *said) error {
	const hint = "e.g. where keepalived leads, where keepalived does not lead"
	if s.runs != nil {
		return p.wrong(1, "", "where is said twice")
	}
	name := p.pop()
	service := p.cloud.ServiceByName(name)
	switch {
	case name == "":
		return p.wrong(0, hint, "where is not said")
	case service == nil:
		return p.unknown("service", name)
	case service.Leader == nil:
		return p.wrong(1, "say it there with leader:", "the inventory does not say how a node knows that %s leads on it", name)
	}
	s.runs = service.Nodes
	switch {
	case p.take("leads"):
		s.leader = name
	case p.take("follows"):
		s.follower = name
	case p.peek(0) == "does" && p.peek(1) == "not" && p.peek(2) == "lead":
		p.next += 3
		s.follower = name
	default:
		return p.wrong(0, hint, "%s where it leads, or does not?", name)
	}
	return nil
}

func (p *parser) unknown(what, text string) error {
	var known []string
	for _, service := range p.cloud.Services {
		known = append(known, service.Name)
	}
	if what != "service" {
		if what == "node" {
			known = nil
		}
		for _, node := range p.cloud.Nodes {
			known = append(known, node.Name)
		}
	}
	return p.wrong(1, document.Suggest(text, known), "unknown %s %q", what, text)
}

// units are the words for a unit of time.
func units() map[string]time.Duration {
	return map[string]time.Duration{
		"ms": time.Millisecond, "milliseconds": time.Millisecond,
		"s": time.Second, "sec": time.Second, "secs": time.Second, "second": time.Second, "seconds": time.Second,
		"m": time.Minute, "min": time.Minute, "mins": time.Minute, "minute": time.Minute, "minutes": time.Minute,
		"h": time.Hour, "hour": time.Hour, "hours": time.Hour,
	}
}

// duration reads a time as 30s, 30 seconds or 2 minutes.
func (p *parser) duration(s *said) error {
	const hint = "e.g. 30 seconds, 2 minutes or 30s"
	if s.held {
		return p.wrong(1, "", "for how long is said twice")
	}
	s.held = true
	text := p.pop()
	d, err := time.ParseDuration(text)
	if n, number := strconv.ParseFloat(text, 64); number == nil {
		unit, known := units()[p.peek(0)]
		if !known {
			return p.wrong(1, hint, "%s has no unit of time", text)
		}
		p.next++
		d, err = time.Duration(n*float64(unit)), nil
	}
	if err != nil || d <= 0 {
		return p.wrong(1, hint, "%q is no length of time", text)
	}
	s.hold = d
	return nil
}
