package sentence

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/openstack-eris/eris/inventory"
)

// from reads who is at the other end, for a kind of fault that has an argument of that
// name: nodes, a role or a service of the inventory.
func (p *parser) from(s *said) error {
	of, has := p.otherEnd(s.kind)
	switch {
	case !has:
		return p.wrong(1, "on says whom it strikes", "%s has no other end", s.kind)
	case s.args["from"] != nil:
		return p.wrong(1, "", "who is at the other end is said twice")
	}
	p.mark(s, "args.from")
	other := inventory.Selector{}
	for !p.follows() && p.peek(0) != "" {
		if p.take("the", "node", "nodes", "service", "services", "and") {
			continue
		}
		text := p.pop()
		role := strings.TrimSuffix(text, "s")
		switch {
		case p.cloud.NodeByName(text) != nil && other.Service == "" && other.Role == "" && of == reflect.TypeFor[inventory.Selector]():
			p.mark(s, fmt.Sprint("args.from.nodes.", len(other.Nodes)))
			other.Nodes = append(other.Nodes, text)
		case p.cloud.ServiceByName(text) != nil && other.Empty():
			other.Service = text
			p.mark(s, "args.from.service")
		case slices.ContainsFunc(p.cloud.Nodes, func(n *inventory.Node) bool { return slices.Contains(n.Roles, role) }) && other.Empty() && of == reflect.TypeFor[inventory.Selector]():
			other.Role = role
			p.mark(s, "args.from.role")
		default:
			return p.unknown("other end", text)
		}
	}
	switch {
	case other.Empty():
		return p.wrong(0, "e.g. from ctl-2, from keystone", "who is at the other end is not said")
	case of == reflect.TypeFor[string]():
		s.set("from", other.Service)
	default:
		said := map[string]any{}
		if len(other.Nodes) > 0 {
			said["nodes"] = other.Nodes
		}
		if other.Service != "" {
			said["service"] = other.Service
		}
		if other.Role != "" {
			said["role"] = other.Role
		}
		s.set("from", said)
	}
	return nil
}

// otherEnd is the type of a kind's argument from: the name of a service, or a selector.
func (p *parser) otherEnd(kind string) (of reflect.Type, has bool) {
	found, known := p.kinds.Lookup(kind)
	if !known {
		return nil, false
	}
	fault := reflect.TypeOf(found.New()).Elem()
	for field := range fault.Fields() {
		if name, _, _ := strings.Cut(field.Tag.Get("yaml"), ","); name == "from" {
			return field.Type, true
		}
	}
	return nil, false
}
