package scenarios

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/captures"
	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/inventory"
)

// leastBytes is the least that a captured file may have room for.
const leastBytes = 64 << 10

// PlannedCapture is what is kept around a moment, and on which nodes.
type PlannedCapture struct {
	Name   string         `json:"name"`
	Kind   string         `json:"kind"`
	Nodes  []string       `json:"nodes"`
	Start  string         `json:"start"` // in words
	Before time.Duration  `json:"before_ns,omitempty"`
	For    time.Duration  `json:"for_ns"`
	Most   document.Bytes `json:"most_bytes"` // of a node's file
	Tools  []string       `json:"tools"`      // commands that it runs on a node
}

// capture reads an entry under captures.
func (l *loader) capture(e document.Named[captureEntry], phases Phases) *Capture {
	v := e.Value
	l.name("capture", e.Name, e.Key)
	c := &Capture{Name: e.Name, Kind: v.Kind.V, On: v.On.V, Before: v.Before.V, For: captures.DefaultFor, Start: l.moment(v.Start, "start", phases)}
	var known bool
	if c.Capture, known = kind(l, "capture", l.Catalogue.Captures, v.Kind, v.Args); known {
		c.Most = c.Capture.Form().Most
	}
	if v.On.Given() {
		l.selects(v.On.V, v.On.Node)
	}
	if v.For.Given() {
		c.For = v.For.V
		l.wholeSeconds(v.For, "for", time.Second, captures.MostFor)
	}
	if v.Before.Given() {
		l.wholeSeconds(v.Before, "before", 0, captures.MostBefore)
		if _, past := c.Capture.(captures.Past); known && !past {
			l.report.At(v.Before.Node.Key).Hint("start it earlier: at a time, or when a phase begins").Errorf("before: no node keeps what %s would have of before its moment", c.Kind)
		}
	}
	if v.Most.Given() {
		c.Most = v.Most.V
		limit := document.Bytes(captures.MostBytes)
		if known {
			limit = c.Capture.Form().Limit
		}
		if c.Most < leastBytes || c.Most > limit {
			l.report.At(v.Most.Node).Errorf("most: %s is not from %s to %s", c.Most, document.Bytes(leastBytes), limit)
		}
	}
	if secret, is := c.Capture.(captures.Revealing); is && secret.Reveals() != "" {
		l.warnings.At(e.Key).Errorf("the capture %s %s; its file is for you alone, and is not published", e.Name, secret.Reveals())
	}
	return c
}

// wholeSeconds reports a time that has parts of a second, which nodes do not count, or is out
// of bounds.
func (l *loader) wholeSeconds(v document.Value[time.Duration], key string, from, to time.Duration) {
	if v.V < from || v.V > to || v.V%time.Second != 0 {
		l.report.At(v.Node).Errorf("%s: %v is not whole seconds from %v to %v", key, v.V, from, to)
	}
}

// captures puts what is kept into the plan, and refuses more than a run may keep.
func (b *builder) captures(p *Plan) {
	files, room := 0, document.Bytes(0)
	of := map[string][]string{} // the captures of each node
	for _, c := range b.spec.Captures {
		planned := PlannedCapture{Name: c.Name, Kind: c.Kind, Start: c.Start.String(), Before: c.Before, For: c.For, Most: c.Most, Tools: c.Capture.Form().Tools}
		refs, err := b.cloud.Select(c.On)
		if err != nil {
			b.refuse("", "", fmt.Errorf("the capture %s: %w", c.Name, err), "")
		}
		if planned.Nodes = nodes(refs); len(planned.Nodes) > captures.MostNodes {
			b.refuse("", "", fmt.Errorf("the capture %s is on %d nodes, and may be on %d", c.Name, len(planned.Nodes), captures.MostNodes), "on: fewer of them; what happens on many at once is better counted by a collector")
		}
		for _, node := range planned.Nodes {
			of[node] = append(of[node], c.Name)
		}
		files += len(planned.Nodes)
		room += c.Most * document.Bytes(len(planned.Nodes))
		p.Captures = append(p.Captures, planned)
	}
	for _, node := range slices.Sorted(maps.Keys(of)) {
		b.sessions(p, node, of[node])
	}
	if files > captures.MostFiles {
		b.refuse("", "", fmt.Errorf("the captures make %d files, and a run may have %d", files, captures.MostFiles), "")
	}
	if room > captures.MostOfRun {
		b.refuse("", "", fmt.Errorf("the captures may take %s, and those of a run %s at most", room, document.Bytes(captures.MostOfRun)), "most: says less")
	}
}

// sessions refuses more captures at a node than its sessions allow: half of them are for what
// stands by, and of the others one is for commands, such as undos and renewals, and some for
// what watches the node. So these wait for no capture, however long that takes.
func (b *builder) sessions(p *Plan, node string, names []string) {
	all, watching := inventory.DefaultSessions, 1
	if n := b.cloud.NodeByName(node); n != nil && n.SSH.Sessions > 0 {
		all = n.SSH.Sessions
	}
	for i, c := range b.spec.Collectors {
		if c.Waits() && slices.Contains(p.Collectors[i].Nodes, node) { // it has one of its own
			watching++
		}
	}
	if most := max((all-1)/2-watching, 0); len(names) > most {
		b.refuse("", "", fmt.Errorf("%s has %d captures (%s), and may have %d: each needs one of its %d sessions, and faults and collectors need the others", node, len(names), strings.Join(names, ", "), most, all),
			"fewer captures on the node, or, where its sshd allows more (MaxSessions), ssh: {sessions: ...} in the inventory")
	}
}

// print says what is kept, where, of which time and when.
func (c *PlannedCapture) print(b *strings.Builder, heading string) {
	span := fmt.Sprintf("%v", c.For)
	if c.Before > 0 {
		span = fmt.Sprintf("%v before it to %v after it", c.Before, c.For)
	}
	fmt.Fprintf(b, "%-13s %s: %s on %s, %s, at most %s a node\n", heading, c.Name, c.Kind, strings.Join(c.Nodes, ", "), span, c.Most)
	fmt.Fprintf(b, "%-13s   its moment: %s\n", "", c.Start)
}

// keptOf are, by node, the captures there and what they run.
func (p *Plan) keptOf() map[string][]string {
	kept := map[string][]string{}
	for _, c := range p.Captures {
		for _, node := range c.Nodes {
			kept[node] = append(kept[node], fmt.Sprintf("%s (%s)", c.Name, strings.Join(c.Tools, ", ")))
		}
	}
	return kept
}

// CaptureByName returns the planned capture, or nil.
func (p *Plan) CaptureByName(name string) *PlannedCapture {
	at := slices.IndexFunc(p.Captures, func(c PlannedCapture) bool { return c.Name == name })
	if at < 0 {
		return nil
	}
	return &p.Captures[at]
}

// writeCapture says what a kind may take unless told otherwise.
func writeCapture(b *strings.Builder, _ string, c captures.Capture) {
	_, past := c.(captures.Past)
	span := map[bool]string{true: "before it and after it", false: "from it on"}[past]
	fmt.Fprintf(b, "keeps: what is around a moment, %s, in a file %s of at most %s a node unless most says otherwise, up to %s\n", span, c.Form().Ext, c.Form().Most, c.Form().Limit)
	fmt.Fprintf(b, "commands on the node: %s\n", strings.Join(c.Form().Tools, ", "))
}
