package sentence

import (
	"cmp"
	"net/netip"
	"strings"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
)

// verbs are the usual words, one or two, for kinds that are called otherwise.
func verbs() map[string]said {
	return map[string]said{
		"terminate":     {kind: "service.kill", args: map[string]any{"signal": "TERM"}},
		"hang":          {kind: "service.freeze"},
		"isolate":       {kind: "network.partition"},
		"disconnect":    {kind: "network.partition"},
		"partition":     {kind: "network.partition"},
		"poweroff":      {kind: "power.off"},
		"shut down":     {kind: "node.shutdown"},
		"stress cpu":    {kind: "cpu.load"},
		"stress memory": {kind: "memory.load"},
		"stress disk":   {kind: "io.load"},
	}
}

// absent says of words of os-faults that are no fault here what is there in their place.
func absent(one, two string) string {
	undoes := map[string]string{
		"plug": "unplug", "start": "stop", "connect": "disconnect", "poweron": "power off", "power on": "power off",
	}
	switch by := cmp.Or(undoes[one], undoes[two]); {
	case by != "":
		return "it is what undoes " + by + ", which happens by itself when its time is over: say " + by
	case one == "oom":
		return "memory.load and memory.leak take memory, and leave a reserve; nothing here has the kernel end processes for it"
	case one == "stress":
		return "stress cpu, stress memory and stress disk are there"
	}
	return faults.ByAnotherName(one)
}

// action reads what is done: the name of a kind, its words, or a verb of a
// service or a node.
func (p *parser) action(s *said) error {
	one, next := p.peek(0), p.peek(1)
	known := func(kind string) bool { _, ok := p.kinds.Lookup(kind); return ok }
	usual, single := verbs()[one]
	phrase, double := verbs()[one+" "+next]
	switch {
	case one == "":
		return p.wrong(0, "e.g. kill keystone service on one node for 30 seconds", "nothing is said")
	case known(one):
		s.kind, p.next = one, 1
	case known(one + "." + next):
		s.kind, p.next = one+"."+next, 2
	case known("service." + one):
		s.kind, p.next = "service."+one, 1
	case known("service." + one + "_" + next):
		s.kind, p.next = "service."+one+"_"+next, 2
	case double && known(phrase.kind):
		s.kind, s.args, p.next = phrase.kind, phrase.args, 2
	case single && known(usual.kind):
		s.kind, s.args, p.next = usual.kind, usual.args, 1
	case known("node." + one):
		s.kind, p.next = "node."+one, 1
	default:
		return p.noAction(one, next)
	}
	if one == "disconnect" {
		return p.network(s)
	}
	return nil
}

func (p *parser) noAction(one, next string) error {
	words := p.kinds.Names()
	for _, name := range words {
		for _, of := range []string{"service.", "node."} {
			if verb, ok := strings.CutPrefix(name, of); ok {
				words = append(words, verb)
			}
		}
	}
	p.next++
	what := one
	if one == "power" || one == "stress" {
		what = strings.TrimSpace(one + " " + next)
	}
	hint := absent(one, one+" "+next)
	if hint == "" {
		hint = document.Suggest(one, words)
	}
	return p.wrong(1, hint, "no fault is called %q", what)
}

// network reads what a node is disconnected from, where that is said: the management
// network, which is that of the inventory's addresses; a network by its prefix; or an
// interface. "disconnect ctl-1" says nothing of it.
func (p *parser) network(s *said) error {
	first := p.next
	p.take("the")
	link := func(word string) bool { return word == "network" || word == "interface" }
	at, what := p.next, p.peek(1) // the name, and what it is one of
	switch {
	case link(p.peek(0)):
		at, what = p.next+1, p.peek(0)
	case !link(what):
		p.next = first
		return nil
	}
	end := p.next + 2
	p.next = at
	if p.peek(0) == "" || p.follows() {
		return p.wrong(0, "", "which %s is not said", what)
	}
	name := p.raw(0)
	if what == "network" && strings.EqualFold(name, "management") {
		p.next = end
		return nil
	}
	key := "interface"
	if what == "network" {
		key = "carries"
		_, noPrefix := netip.ParsePrefix(name)
		if _, noAddress := netip.ParseAddr(name); noPrefix != nil && noAddress != nil {
			return p.wrong(0, "say which it is: disconnect 192.0.2.0/24 network on ctl-1, or disconnect eth1 interface on ctl-1",
				"the inventory does not say what the %s network is", name)
		}
	}
	s.kind, s.args, s.places["args"], p.next = "network.down", map[string]any{key: name}, p.column(at), end
	return nil
}
