// Package nft is the packet filter of a simulated node: the part of nftables
// that drops packets by address, protocol, port and chance at the hooks input
// and output, and counts them. What it does not know it refuses, so that no script
// rests on a rule that has no effect here.
package nft

import (
	"cmp"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"sync"
)

// Hook is where a node sees a packet.
type Hook string

// The hooks that are known.
const (
	Input  Hook = "input"
	Output Hook = "output"
)

// Packet is what rules look at.
type Packet struct {
	Hook                        Hook
	Source, Destination         netip.Addr
	Protocol                    string // tcp, udp, vrrp, …
	SourcePort, DestinationPort int    // 0 where the protocol has none
	Loopback                    bool   // it stays on the node
	// Data tells a packet of a connection that is made from those that make it. It
	// is asked after them, and so only of rules that look at flags.
	Data bool
	Size int    // in bytes; 0: that of a SYN
	Said string // what a packet of UDP carries
	User int    // who has made the socket that sends it; 0 is root
}

// Fate is what becomes of a packet.
type Fate int

// The fates of a packet.
const (
	Passed   Fate = iota
	Lost          // dropped by chance: the next one of its kind may pass
	Dropped       // as every one of its kind
	Rejected      // as every one of its kind, and its sender is told
)

// size is what a packet counts as in bytes that says nothing else: a SYN of IPv4.
const size = 60

// Ruleset is all tables of one node. It is safe for concurrent use.
type Ruleset struct {
	Random *rand.Rand // numgen draws from it; nil: from one of its own

	mu     sync.Mutex
	tables []*table
}

type table struct {
	family, name string
	chains       []*chain
}

type chain struct {
	name     string
	hook     Hook // "" for one that no packet comes by
	priority int
	drop     bool // the policy
	nat      bool // only what a connection begins with comes by
	rules    []*rule
}

type rule struct {
	matches        []match
	counts         bool
	packets, bytes uint64
	verdict        string // accept, drop, reject, redirect to :PORT, or "" to go on
	redirect       int    // the port
}

// ErrAbsent says that there is no such table.
var ErrAbsent = errors.New("No such file or directory") //nolint:staticcheck // as nft prints it

// Fate takes a packet through all chains at its hook, and counts it. An accept
// ends its chain only.
func (r *Ruleset) Fate(p Packet) Fate {
	r.mu.Lock()
	defer r.mu.Unlock()
	var at []*chain
	for _, t := range r.tables {
		for _, c := range t.chains {
			if c.hook == p.Hook && !c.nat && t.sees(p) {
				at = append(at, c)
			}
		}
	}
	slices.SortStableFunc(at, func(a, b *chain) int { return a.priority - b.priority })
	for _, c := range at {
		if fate := c.fate(p, r.draw); fate != Passed {
			return fate
		}
	}
	return Passed
}

// draw is a random number under n. The caller holds the lock.
func (r *Ruleset) draw(n int) int {
	if r.Random == nil {
		r.Random = rand.New(rand.NewPCG(1, 2))
	}
	return r.Random.IntN(n)
}

func (t *table) sees(p Packet) bool {
	return t.family == "inet" || (t.family == "ip") == p.Source.Is4()
}

func (c *chain) fate(p Packet, draw func(int) int) Fate {
	dropped := Dropped // Lost once a chance has had a say
	for _, r := range c.rules {
		if p.Data && r.verdict != "accept" && !slices.ContainsFunc(r.matches, match.flags) {
			continue
		}
		fits := true
		for _, m := range r.matches {
			if fits = m.fits(p, draw); m.chance() {
				dropped = Lost
			}
			if !fits {
				break
			}
		}
		if !fits {
			continue
		}
		if r.counts {
			r.packets++
			r.bytes += uint64(cmp.Or(p.Size, size))
		}
		switch r.verdict {
		case "accept":
			return Passed
		case "drop":
			return dropped
		case "reject", "reject with tcp reset":
			return Rejected
		}
	}
	if c.drop && !p.Data {
		return dropped
	}
	return Passed
}

// Tables lists "FAMILY NAME" of each table.
func (r *Ruleset) Tables() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	names := make([]string, len(r.tables))
	for i, t := range r.tables {
		names[i] = t.family + " " + t.name
	}
	return names
}

// Delete removes a table, or returns ErrAbsent.
func (r *Ruleset) Delete(family, name string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	left, found := without(r.tables, family, name)
	if !found {
		return ErrAbsent
	}
	r.tables = left
	return nil
}

func without(tables []*table, family, name string) (left []*table, found bool) {
	at := find(tables, family, name)
	if at < 0 {
		return tables, false
	}
	return slices.Delete(slices.Clone(tables), at, at+1), true
}

func find(tables []*table, family, name string) int {
	return slices.IndexFunc(tables, func(t *table) bool { return t.family == family && t.name == name })
}

// Load takes a ruleset's text as one transaction: all of it, or an error and
// nothing. With check it only says whether it would be taken.
func (r *Ruleset) Load(text string, check bool) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	p := &parser{tokens: tokens(text), tables: slices.Clone(r.tables)}
	if err := p.ruleset(); err != nil {
		return err
	}
	if !check {
		r.tables = p.tables
	}
	return nil
}

// List prints a table as nft does; stateless leaves the counts out.
func (r *Ruleset) List(family, name string, stateless bool) (string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	at := find(r.tables, family, name)
	if at < 0 {
		return "", ErrAbsent
	}
	var b strings.Builder
	r.tables[at].print(&b, stateless)
	return b.String(), nil
}

func (t *table) print(b *strings.Builder, stateless bool) {
	fmt.Fprintf(b, "table %s %s {\n", t.family, t.name)
	for i, c := range t.chains {
		if i > 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(b, "\tchain %s {\n", c.name)
		if c.hook != "" {
			priority := map[bool]string{true: "filter", false: fmt.Sprint(c.priority)}[c.priority == 0]
			policy := map[bool]string{true: "drop", false: "accept"}[c.drop]
			kind := map[bool]string{true: "nat", false: "filter"}[c.nat]
			fmt.Fprintf(b, "\t\ttype %s hook %s priority %s; policy %s;\n", kind, c.hook, priority, policy)
		}
		for _, r := range c.rules {
			b.WriteString("\t\t" + r.text(stateless) + "\n")
		}
		b.WriteString("\t}\n")
	}
	b.WriteString("}\n")
}

func (r *rule) text(stateless bool) string {
	var words []string
	for _, m := range r.matches {
		words = append(words, m.String())
	}
	switch {
	case r.counts && stateless:
		words = append(words, "counter")
	case r.counts:
		words = append(words, fmt.Sprintf("counter packets %d bytes %d", r.packets, r.bytes))
	}
	if r.verdict != "" {
		words = append(words, r.verdict)
	}
	return strings.Join(words, " ")
}
