package sentence

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/inventory"
)

// clause reads the next part of a sentence: a time, a place or a name.
func (p *parser) clause(s *said) error {
	if err := p.ambiguous(); err != nil {
		return err
	}
	switch {
	case p.take("for", "during"):
		return p.duration(s)
	case p.take("on", "at", "of", "and", "the"):
		return nil
	case p.take("from"):
		return p.from(s)
	case p.take("with", "running", "in", "by"):
		return p.domain(s)
	case p.take("where"):
		return p.leads(s)
	case p.peek(0) == "node" || p.peek(0) == "nodes":
		return p.nodes(s)
	case p.isDomain():
		return p.whole(s)
	}
	if count, n := p.quantity(); n > 0 {
		if s.count != "" {
			return p.wrong(0, "", "how many are struck is said twice")
		}
		s.count = count
		p.next += n
		p.mark(s, "target.count")
		return nil
	}
	if p.peek(0) == "as" {
		return p.tolerated(s)
	}
	return p.name(s)
}

// nodes reads "node" or "nodes" and the names behind it, which are names whatever else
// they may mean.
func (p *parser) nodes(s *said) error {
	many := p.pop() != "node"
	for p.cloud.NodeByName(p.raw(0)) != nil {
		p.addNode(s, p.pop())
		if p.peek(0) == "and" && p.cloud.NodeByName(p.raw(1)) != nil {
			p.next++
		}
	}
	switch {
	case len(s.selector.Nodes) > 0:
		return nil
	case p.peek(0) != "" && !p.follows():
		return p.unknown("node", p.pop())
	case many:
		s.many = p.next
	}
	return nil
}

// addNode names a node that is struck, the last word.
func (p *parser) addNode(s *said, name string) {
	p.mark(s, fmt.Sprint("target.nodes.", len(s.selector.Nodes)))
	s.selector.Nodes = append(s.selector.Nodes, name)
}

// ambiguous refuses a word of the grammar that is somebody's name as well, where it is
// not said to be one.
func (p *parser) ambiguous() error {
	name := p.raw(0)
	if p.cloud.NodeByName(name) == nil && p.cloud.ServiceByName(name) == nil {
		return nil
	}
	words := append(domains(), "for", "during", "on", "at", "of", "from", "and", "the", "with", "running", "in", "by", "where", "node", "nodes", "as")
	if _, n := p.quantity(); n == 0 && !slices.Contains(words, p.peek(0)) {
		return nil
	}
	return p.wrong(0, "say node "+name+", or write a scenario", "%q is a word here, and a name in the inventory", name)
}

// follows tells that the next word begins a further part and is no name.
func (p *parser) follows() bool {
	return slices.Contains([]string{"for", "during", "on", "at", "of", "from", "as", "with", "running", "in", "by", "where"}, p.peek(0))
}

// quantity reads how many are struck and says in how many words.
func (p *parser) quantity() (count string, words int) {
	first := p.peek(0)
	switch {
	case (first == "a" || first == "the") && (p.peek(1) == "minority" || p.peek(1) == "majority"):
		return p.peek(1), 2
	case slices.Contains([]string{"one", "single", "a", "an", "any", "random", "some"}, first):
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

// tolerated reads "as many … as redundancy tolerates": what stands between is read as
// any other part.
func (p *parser) tolerated(s *said) error {
	const hint = "e.g. as many nodes as redundancy tolerates, as many as possible"
	switch {
	case p.peek(1) == "many" && s.count == "":
		s.count, s.open = "max", true
		p.next += 2
		p.mark(s, "target.count")
		return nil
	case p.peek(1) == "many":
		return p.wrong(0, "", "how many are struck is said twice")
	case !s.open:
		return p.wrong(0, hint, "as many as what?")
	}
	p.next++
	if !p.take("possible") && !(p.take("redundancy", "it", "they") && p.take("tolerates", "tolerate", "admits", "allows")) {
		return p.wrong(0, hint, "as many as what?")
	}
	s.open = false
	return nil
}

// name reads the name of a service, a node or a role of the cloud.
func (p *parser) name(s *said) error {
	text := p.pop()
	switch {
	case (text == "service" || text == "services") && s.selector.Service == "" && s.count != "":
		s.selector.Service = "any"
		p.mark(s, "target.service")
		return nil
	case s.kind == "network.switch" && p.cloud.SwitchByName(text) != nil && s.args["switch"] == nil:
		s.set("switch", text)
		p.mark(s, "args")
		p.addNode(s, p.cloud.SwitchByName(text).On)
		return nil
	case p.cloud.ServiceByName(text) != nil && s.selector.Service == "":
		s.selector.Service = text
		p.mark(s, "target.service")
		p.take("service", "services", "container", "containers")
		return nil
	case p.cloud.NodeByName(text) != nil:
		p.addNode(s, text)
		p.take("node")
		return nil
	}
	for _, role := range []string{text, strings.TrimSuffix(text, "s")} {
		if slices.ContainsFunc(p.cloud.Nodes, func(n *inventory.Node) bool { return slices.Contains(n.Roles, role) }) && s.selector.Role == "" {
			s.selector.Role = role
			p.mark(s, "target.role")
			p.take("node", "nodes")
			return nil
		}
	}
	if slices.Contains([]string{"service", "services", "container", "containers"}, p.peek(0)) {
		return p.unknown("service", text)
	}
	return p.unknown("service, node or role", text)
}

// leads reads where a service leads, or does not.
func (p *parser) leads(s *said) error {
	const hint = "e.g. where keepalived leads, where keepalived does not lead"
	switch {
	case s.runs != nil:
		return p.wrong(1, "", "where is said twice")
	case s.most+s.least != "":
		return p.wrong(1, "", "what is compared is said, and where a service leads too: it is one of them")
	}
	name := p.pop() // mariadb, or mariadb/donor of several
	of, lead, _ := strings.Cut(name, "/")
	service := p.cloud.ServiceByName(of)
	switch {
	case name == "":
		return p.wrong(0, hint, "where is not said")
	case service == nil:
		return p.unknown("service", of)
	case len(service.Leaders) == 0:
		return p.wrong(1, "say it there with leader:", "the inventory does not say how a node knows that %s leads on it", of)
	case service.Lead(lead) == nil:
		return p.wrong(1, "e.g. where "+strings.TrimSuffix(of+"/"+service.Leaders[0].Name, "/")+" leads", "the leaders of %s that the inventory tells are %s", of, leaders(service))
	}
	s.runs = service.Nodes
	p.mark(s, "target.leader")
	p.mark(s, "target.follower")
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

func leaders(service *inventory.Service) string {
	names := make([]string, len(service.Leaders))
	for i, lead := range service.Leaders {
		names[i] = cmp.Or(lead.Name, "one without a name")
	}
	return strings.Join(names, ", ")
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
	p.mark(s, "hold")
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
