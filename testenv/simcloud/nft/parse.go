package nft

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// tokens parts a text into words and the marks { } , and the end of a
// statement, which is ; or the end of a line.
func tokens(text string) []string {
	var list []string
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(strings.TrimSuffix(line, "\n"), "#")
		for _, mark := range []string{"{", "}", ",", ";"} {
			line = strings.ReplaceAll(line, mark, " "+mark+" ")
		}
		list = append(append(list, strings.Fields(line)...), ";")
	}
	return list
}

type parser struct {
	tokens []string
	tables []*table
}

func (p *parser) peek() string {
	if len(p.tokens) == 0 {
		return ""
	}
	return p.tokens[0]
}

func (p *parser) next() string {
	token := p.peek()
	p.tokens = p.tokens[min(1, len(p.tokens)):]
	return token
}

// past skips the ends of statements.
func (p *parser) past() {
	for p.peek() == ";" {
		p.next()
	}
}

func (p *parser) expect(want string) error {
	if got := p.next(); got != want {
		return fmt.Errorf("syntax error, unexpected %q, expecting %q", got, want)
	}
	return nil
}

func (p *parser) ruleset() error {
	for p.past(); len(p.tokens) > 0; p.past() {
		verb := p.next()
		if verb == "add" || verb == "delete" {
			if err := p.expect("table"); err != nil {
				return err
			}
		} else if verb != "table" {
			return fmt.Errorf("%q is not known here", verb)
		}
		family, name := p.next(), p.next()
		if !slices.Contains([]string{"inet", "ip", "ip6"}, family) || !isName(name) {
			return fmt.Errorf("table %s %s is not known here", family, name)
		}
		if verb == "delete" {
			left, found := without(p.tables, family, name)
			if !found {
				return ErrAbsent
			}
			p.tables = left
			continue
		}
		if err := p.table(family, name); err != nil {
			return err
		}
	}
	return nil
}

func isName(word string) bool {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/_.-"
	return word != "" && strings.Trim(word, plain) == "" && !strings.ContainsAny(word[:1], "0123456789-/")
}

// table makes a table, or goes on with one that is there: what is there is
// copied, so that nothing is changed when the transaction fails.
func (p *parser) table(family, name string) error {
	t := &table{family: family, name: name}
	if at := find(p.tables, family, name); at >= 0 {
		t.chains = slices.Clone(p.tables[at].chains)
		p.tables[at] = t
	} else {
		p.tables = append(p.tables, t)
	}
	if p.peek() != "{" {
		return nil
	}
	p.next()
	for p.past(); p.peek() != "}"; p.past() {
		if err := p.expect("chain"); err != nil {
			return err
		}
		if err := p.chain(t); err != nil {
			return err
		}
	}
	p.next()
	return nil
}

func (p *parser) chain(t *table) error {
	c := &chain{name: p.next()}
	if !isName(c.name) {
		return fmt.Errorf("syntax error, unexpected %q", c.name)
	}
	if slices.ContainsFunc(t.chains, func(other *chain) bool { return other.name == c.name }) {
		return fmt.Errorf("chain %s is there already, and to add to it is not known here", c.name)
	}
	if err := p.expect("{"); err != nil {
		return err
	}
	for p.past(); p.peek() != "}"; p.past() {
		if err := p.statement(c); err != nil {
			return err
		}
	}
	p.next()
	t.chains = append(t.chains, c)
	return nil
}

// statement is one line of a chain: what it hooks to, its policy, or a rule.
func (p *parser) statement(c *chain) error {
	switch p.peek() {
	case "type":
		words := []string{}
		for p.peek() != ";" && len(p.tokens) > 0 {
			words = append(words, p.next())
		}
		return c.base(words)
	case "policy":
		p.next()
		policy := p.next()
		if policy != "accept" && policy != "drop" {
			return fmt.Errorf("policy %q is not known here", policy)
		}
		c.drop = policy == "drop"
		return nil
	}
	r := &rule{}
	for p.peek() != ";" && p.peek() != "}" {
		if err := p.word(r); err != nil {
			return err
		}
	}
	if r.redirect != 0 && !c.nat {
		return fmt.Errorf("%s: Operation not supported", r.verdict)
	}
	c.rules = append(c.rules, r)
	return nil
}

func (c *chain) base(words []string) error {
	if len(words) != 6 || words[1] != "filter" && (words[1] != "nat" || words[3] != "output") || words[2] != "hook" || words[4] != "priority" {
		return fmt.Errorf("%q is not known here", strings.Join(words, " "))
	}
	c.hook = Hook(words[3])
	if c.hook != Input && c.hook != Output {
		return fmt.Errorf("hook %s is not known here", c.hook)
	}
	c.nat = words[1] == "nat"
	if words[5] == "filter" {
		return nil
	}
	priority, err := strconv.Atoi(words[5])
	if err != nil {
		return fmt.Errorf("priority %q is not known here", words[5])
	}
	c.priority = priority
	return nil
}
