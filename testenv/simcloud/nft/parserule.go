package nft

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// word reads the next condition or statement of a rule.
func (p *parser) word(r *rule) error {
	switch of := p.next(); of {
	case "ip", "ip6", "meta", "tcp", "udp", "th":
		m, err := p.match(of)
		r.matches = append(r.matches, m)
		return err
	case "iifname", "oifname":
		if name := strings.Trim(p.next(), `"`); name != "lo" {
			return fmt.Errorf("interface %q is not known here", name)
		}
		r.matches = append(r.matches, match{of: of, values: []string{"lo"}})
		return nil
	case "@th":
		m, err := p.payload()
		r.matches = append(r.matches, m)
		return err
	case "numgen":
		return p.chance(r)
	case "counter":
		r.counts = true
		return p.counts(r)
	case "redirect":
		return p.redirect(r)
	case "accept", "drop", "reject":
		r.verdict = of
		if of == "reject" && p.peek() == "with" {
			if r.verdict = strings.Join([]string{of, p.next(), p.next(), p.next()}, " "); r.verdict != "reject with tcp reset" {
				return fmt.Errorf("%q is not known here", r.verdict)
			}
		}
		if p.peek() != ";" && p.peek() != "}" {
			return fmt.Errorf("syntax error, unexpected %q", p.peek())
		}
		return nil
	case "":
		return fmt.Errorf("syntax error, unexpected end of file")
	default:
		return fmt.Errorf("%q is not known here", of)
	}
}

// redirect reads the rest of `redirect to :PORT`.
func (p *parser) redirect(r *rule) error {
	if err := p.expect("to"); err != nil {
		return err
	}
	port := p.next()
	number, err := strconv.Atoi(strings.TrimPrefix(port, ":"))
	if err != nil || number < 1 || number > 65535 {
		return fmt.Errorf("redirect to %q is not known here", port)
	}
	r.redirect, r.verdict = number, "redirect to "+port
	return nil
}

// payload reads the rest of `@th,64,32 VALUE`: the first four bytes that a packet of
// UDP carries.
func (p *parser) payload() (match, error) {
	for _, word := range []string{",", "64", ",", "32"} {
		if err := p.expect(word); err != nil {
			return match{}, err
		}
	}
	value := p.next()
	number, err := strconv.ParseUint(value, 0, 32)
	if err != nil {
		return match{}, fmt.Errorf("value %q of 32 bits is not a number", value)
	}
	return match{of: "@th", field: "64,32", values: []string{fmt.Sprintf("0x%x", number)}}, nil
}

// chance reads the rest of `numgen random mod MOD < BELOW`.
func (p *parser) chance(r *rule) error {
	for _, word := range []string{"random", "mod"} {
		if err := p.expect(word); err != nil {
			return err
		}
	}
	mod := p.next()
	if err := p.expect("<"); err != nil {
		return err
	}
	m, err := newChance(mod, p.next())
	r.matches = append(r.matches, m)
	return err
}

// counts reads what a counter begins with, as a list has it.
func (p *parser) counts(r *rule) error {
	for _, c := range []struct {
		word string
		into *uint64
	}{{"packets", &r.packets}, {"bytes", &r.bytes}} {
		if p.peek() != c.word {
			return nil
		}
		p.next()
		n, err := strconv.ParseUint(p.next(), 10, 64)
		if err != nil {
			return fmt.Errorf("%s of a counter: not a number", c.word)
		}
		*c.into = n
	}
	return nil
}

func (p *parser) match(of string) (match, error) {
	known := map[string][]string{"ip": {"saddr", "daddr"}, "ip6": {"saddr", "daddr"}, "meta": {"l4proto", "skuid"}}
	field := p.next()
	if of == "tcp" && field == "flags" {
		return p.flags()
	}
	fields := known[of]
	if fields == nil {
		fields = []string{"sport", "dport"}
	}
	if !slices.Contains(fields, field) {
		return match{}, fmt.Errorf("%s %s is not known here", of, field)
	}
	not := p.peek() == "!="
	if not {
		p.next()
	}
	values, err := p.values()
	if err != nil {
		return match{}, err
	}
	m, err := newMatch(of, field, values)
	m.not = not
	return m, err
}

// flags reads the rest of `tcp flags & psh == psh` and `tcp flags & syn == 0`.
func (p *parser) flags() (match, error) {
	words := []string{p.next(), p.next(), p.next(), p.next()}
	switch text := strings.Join(words, " "); text {
	case "& psh == psh":
		return match{of: "tcp", field: "flags", values: []string{"psh"}}, nil
	case "& syn == 0":
		return match{of: "tcp", field: "flags", values: []string{"syn"}, not: true}, nil
	default:
		return match{}, fmt.Errorf("tcp flags %s is not known here", text)
	}
}

// values are one, or those of a set.
func (p *parser) values() (values []string, err error) {
	if p.peek() != "{" {
		return []string{p.next()}, nil
	}
	p.next()
	for p.peek() != "}" {
		if p.peek() != "," && p.peek() != ";" {
			values = append(values, p.peek())
		}
		if p.next() == "" {
			return nil, fmt.Errorf("syntax error, unexpected end of file")
		}
	}
	p.next()
	return values, nil
}
