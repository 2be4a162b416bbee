package sentence

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/inventory"
)

// word is a word of the sentence, with its place. What is in braces is one
// word.
type word struct {
	raw  string // as it stands
	text string // in small letters
	at   int    // bytes before it
}

func split(text string) []word {
	var words []word
	for i := 0; i < len(text); {
		rest := text[i:]
		trimmed := strings.TrimLeft(rest, " \t\n,")
		i += len(rest) - len(trimmed)
		if trimmed == "" {
			break
		}
		end := strings.IndexAny(trimmed, " \t\n,")
		if trimmed[0] == '{' {
			end = closing(trimmed)
		}
		if end < 0 {
			end = len(trimmed)
		}
		words = append(words, word{raw: trimmed[:end], text: strings.ToLower(trimmed[:end]), at: i})
		i += end
	}
	return words
}

// closing is where the brace that a text begins with is closed; -1 when it is
// not.
func closing(text string) int {
	depth := 0
	for i, r := range text {
		switch r {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return -1
}

// parser goes through the words once, from the first to the last.
type parser struct {
	text  string
	words []word
	next  int
	kinds *document.Kinds[faults.Fault]
	cloud *inventory.Cloud
}

// peek is the word that is n words ahead; empty beyond the end.
func (p *parser) peek(n int) string {
	if p.next+n >= len(p.words) {
		return ""
	}
	return p.words[p.next+n].text
}

// raw is the word that is n words ahead as it stands.
func (p *parser) raw(n int) string {
	if p.next+n >= len(p.words) {
		return ""
	}
	return p.words[p.next+n].raw
}

// pop goes over the next word, and returns it as it stands: a name.
func (p *parser) pop() string {
	if p.next >= len(p.words) {
		return ""
	}
	p.next++
	return p.words[p.next-1].raw
}

// take goes over the next word if it is one of these.
func (p *parser) take(texts ...string) bool {
	if p.peek(0) == "" || !slices.Contains(texts, p.peek(0)) {
		return false
	}
	p.next++
	return true
}

// wrong is a problem with the word that is n words behind the next one.
func (p *parser) wrong(behind int, hint, format string, args ...any) error {
	return document.Problems{{
		File: File, Line: 1, Column: p.column(p.next - behind), Message: fmt.Sprintf(format, args...), Hint: hint,
		Source: shownText(p.text),
	}}
}

// parse reads a sentence: what is done, to whom, and for how long.
func (p *parser) parse() (said, error) {
	s := said{hold: usualHold, places: places{}}
	if err := p.action(&s); err != nil {
		return s, err
	}
	if strings.HasPrefix(p.peek(0), "{") {
		if err := p.arguments(&s); err != nil {
			return s, err
		}
	}
	for p.next < len(p.words) {
		if err := p.clause(&s); err != nil {
			return s, err
		}
	}
	if s.open {
		return s, p.wrong(0, "e.g. as many nodes as redundancy tolerates", "as many as what?")
	}
	if s.selector.Empty() && s.on == nil && s.runs != nil {
		s.on = s.runs
	}
	if s.selector.Empty() && s.count == "" && s.on == nil && s.most+s.least == "" {
		return s, p.wrong(0, "e.g. keystone service, node ctl-2, one node with role controller", "nobody is said to be struck")
	}
	return p.aimed(s)
}

// arguments reads those of the fault, a flow mapping of YAML.
func (p *parser) arguments(s *said) error {
	const hint = "e.g. {signal: TERM}"
	text := p.pop()
	var node yaml.Node
	if err := yaml.Unmarshal([]byte(text), &node); err != nil {
		return p.wrong(1, hint, "what is in braces cannot be read: %v", err)
	}
	var given map[string]any
	if err := node.Decode(&given); err != nil {
		return p.wrong(1, hint, "what is in braces cannot be read: %v", err)
	}
	for key, value := range given { // beside what the verb itself says
		s.set(key, value)
	}
	s.inBraces("args", text, p.column(p.next-1), node.Content[0])
	return nil
}

// aimed makes up for what a sentence leaves out: one, of all nodes.
func (p *parser) aimed(s said) (said, error) {
	named := len(s.selector.Nodes) > 0
	if s.on != nil {
		for _, name := range s.selector.Nodes {
			if !slices.Contains(s.on, name) {
				return s, p.wrong(0, "", "the service that is said to be on %s is not there", name)
			}
		}
		if !named {
			s.selector.Nodes = s.on
		}
	}
	if s.selector.Empty() {
		for _, node := range p.cloud.Nodes {
			s.selector.Nodes = append(s.selector.Nodes, node.Name)
		}
	}
	if s.count == "" && !named && s.many > 0 {
		p.next = s.many
		return s, p.wrong(1, "e.g. one node, two nodes, all nodes, as many nodes as redundancy tolerates", "how many nodes are struck is not said")
	}
	if s.count == "" {
		s.count = "1"
		if named || s.all {
			s.count = "all"
		}
	}
	return s, nil
}
