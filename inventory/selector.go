package inventory

import (
	"fmt"
	"slices"
	"strings"

	"github.com/openstack-eris/eris/document"
)

// Selector picks members of the cloud. All that it says must hold. With a
// service or group it picks services on nodes, otherwise whole nodes. A
// selector that says nothing picks nothing: it is an error.
type Selector struct {
	Service string   `yaml:"service" help:"a service; picks it on each of its nodes. any picks every service"`
	Node    string   `yaml:"node" help:"one node"`
	Nodes   []string `yaml:"nodes" help:"several nodes"`
	Role    string   `yaml:"role" help:"nodes of a role"`
	Zone    string   `yaml:"zone" help:"nodes of a zone"`
	Rack    string   `yaml:"rack" help:"nodes of a rack"`
	Switch  string   `yaml:"switch" help:"nodes behind a switch"`
	Host    string   `yaml:"host" help:"virtual nodes of a physical host"`
	Group   string   `yaml:"group" help:"members of a redundancy group"`
}

// Longhand is how names in place of a selector are to be written.
func (Selector) Longhand(names []string) string {
	if len(names) == 1 {
		return fmt.Sprintf("write {node: %[1]s}, or {service: %[1]s}, {role: %[1]s} and so on", names[0])
	}
	return "write {nodes: [" + strings.Join(names, ", ") + "]}"
}

// anyService is the word for every service, where none has that name.
const anyService = "any"

// AnyService tells that a selector picks services whatever they are.
func (c *Cloud) AnyService(s Selector) bool {
	return s.Service == anyService && c.ServiceByName(anyService) == nil
}

// SelectError says why a selector picks nothing.
type SelectError struct {
	Key     string // the selector's key that is at fault; empty when it is all of it
	Word    string // what it says there
	Message string
	Hint    string // the nearest right word; may be empty
}

// Error is the message and the hint.
func (e *SelectError) Error() string {
	if e.Hint == "" {
		return e.Message
	}
	return e.Message + "; " + e.Hint
}

// Report reports the error at the word at fault below the selector's node.
func (e *SelectError) Report(report *document.Reporter, selector *document.Node) {
	at := selector
	if below := selector.Get(e.Key); below != nil {
		at = below
		for _, item := range below.Items {
			if item.Text == e.Word {
				at = item
			}
		}
	}
	report.At(at).Hint("%s", e.Hint).Errorf("%s", e.Message)
}

// Empty tells that the selector says nothing.
func (s Selector) Empty() bool { return s.String() == "" }

// String is the selector as it is written, without braces.
func (s Selector) String() string {
	var parts []string
	for _, p := range s.parts() {
		if p.value != "" {
			parts = append(parts, p.key+": "+p.value)
		}
	}
	if len(s.Nodes) > 0 {
		parts = append(parts, "nodes: ["+strings.Join(s.Nodes, ", ")+"]")
	}
	return strings.Join(parts, ", ")
}

type selectorPart struct{ key, value string }

func (s Selector) parts() []selectorPart {
	return []selectorPart{
		{"service", s.Service}, {"group", s.Group}, {"node", s.Node}, {"role", s.Role},
		{"zone", s.Zone}, {"rack", s.Rack}, {"switch", s.Switch}, {"host", s.Host},
	}
}

// Select returns the members that a selector picks, sorted. The error is a
// [*SelectError] when the selector is empty, names what is not there, or fits
// nothing.
func (c *Cloud) Select(s Selector) ([]Ref, error) {
	if s.Empty() {
		return nil, &SelectError{
			Message: "the selector is empty and would pick nothing",
			Hint:    "say at least one of service, group, node, nodes, role, zone, rack, switch and host",
		}
	}
	if err := c.known(s); err != nil {
		return nil, err
	}
	var refs []Ref
	for _, ref := range c.pool(s) {
		if s.matches(c.NodeByName(ref.Node)) {
			refs = append(refs, ref)
		}
	}
	if len(refs) == 0 {
		return nil, &SelectError{Message: fmt.Sprintf("nothing in the cloud fits {%s}", s)}
	}
	slices.SortFunc(refs, Ref.Compare)
	return slices.Compact(refs), nil
}

// known checks every word of the selector by itself.
func (c *Cloud) known(s Selector) error {
	words := c.words()
	for _, p := range s.parts() {
		if p.value != "" && !slices.Contains(words[p.key], p.value) && !(p.key == "service" && c.AnyService(s)) {
			return unknownWord(p.key, p.key, p.value, words[p.key])
		}
	}
	for _, name := range s.Nodes {
		if !slices.Contains(words["node"], name) {
			return unknownWord("nodes", "node", name, words["node"])
		}
	}
	return nil
}

func unknownWord(key, what, word string, known []string) *SelectError {
	e := &SelectError{Key: key, Word: word, Message: fmt.Sprintf("unknown %s %q", what, word), Hint: document.Suggest(word, known)}
	if len(known) == 0 {
		e.Hint = "the inventory declares no " + what
	}
	return e
}

// words lists, by selector key, the words that name something.
func (c *Cloud) words() map[string][]string {
	words := map[string][]string{}
	add := func(key string, values ...string) {
		for _, v := range values {
			if v != "" && !slices.Contains(words[key], v) {
				words[key] = append(words[key], v)
			}
		}
	}
	for _, n := range c.All() {
		add("node", n.Name)
		add("role", n.Roles...)
		add("zone", n.Zone)
		add("rack", n.Rack)
		add("switch", n.Switch)
		add("host", n.Host)
	}
	for _, s := range c.Services {
		add("service", s.Name)
	}
	for _, g := range c.Groups {
		add("group", g.Name)
	}
	return words
}

// pool lists what the selector's service and group leave to pick from.
func (c *Cloud) pool(s Selector) []Ref {
	var refs []Ref
	switch {
	case s.Group != "":
		for _, m := range c.GroupByName(s.Group).Members {
			if s.Service == "" || s.Service == m.Service || c.AnyService(s) {
				refs = append(refs, m.Ref)
			}
		}
	case c.AnyService(s):
		for _, service := range c.Services {
			for _, node := range service.Nodes {
				refs = append(refs, Ref{Node: node, Service: service.Name})
			}
		}
	case s.Service != "":
		for _, node := range c.ServiceByName(s.Service).Nodes {
			refs = append(refs, Ref{Node: node, Service: s.Service})
		}
	default: // a machine beside the cloud fits nothing but its name
		for _, n := range c.All() {
			refs = append(refs, Ref{Node: n.Name})
		}
	}
	return refs
}

func (s Selector) matches(n *Node) bool {
	fits := func(want, have string) bool { return want == "" || want == have }
	return fits(s.Node, n.Name) && fits(s.Zone, n.Zone) && fits(s.Rack, n.Rack) &&
		fits(s.Switch, n.Switch) && fits(s.Host, n.Host) &&
		(len(s.Nodes) == 0 || slices.Contains(s.Nodes, n.Name)) &&
		(s.Role == "" || slices.Contains(n.Roles, s.Role))
}
