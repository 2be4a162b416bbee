package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/openstack-eris/eris/testenv/simcloud/shell"
)

func sed(_ context.Context, p *shell.Proc) int {
	o, err := parse(p.Args[1:], "nEre:si", []string{"in-place", "quiet"}, false)
	scripts, names := o.set["e"], o.values
	if err == nil && len(scripts) == 0 {
		if len(names) == 0 {
			err = errors.New("no script")
		} else {
			scripts, names = names[:1], names[1:]
		}
	}
	var program []edit
	if err == nil {
		program, err = parseSed(strings.Join(scripts, "\n"), o.has("E", "r"))
	}
	if err != nil {
		p.Errorf("sed: -e expression #1: %v", err)
		return 1
	}
	quiet := o.has("n", "quiet")
	if o.has("i", "in-place") {
		return each(p, names, func(name string) error {
			data, err := content(p, name)
			if err != nil {
				return err
			}
			return write(p, p.Path(name), sedRun(program, data, quiet), 0o644)
		})
	}
	data, ok := inputs(p, names)
	if _, err := p.Stdout.Write(sedRun(program, data, quiet)); err != nil || !ok {
		return 2
	}
	return 0
}

// sedRun applies a program to all lines.
func sedRun(program []edit, data []byte, quiet bool) []byte {
	var out bytes.Buffer
	held := ""
	all := strings.SplitAfter(string(data), "\n")
	if all[len(all)-1] == "" {
		all = all[:len(all)-1]
	}
	for i := range program {
		program[i].inside = false
	}
	for i, whole := range all {
		line, hasEnd := strings.CutSuffix(whole, "\n")
		end := ""
		if hasEnd {
			end = "\n"
		}
		keep, quit := true, false
		for j := range program {
			e := &program[j]
			if !e.applies(line, i+1, i == len(all)-1) {
				continue
			}
			switch e.verb {
			case 'd':
				keep = false
			case 'q':
				quit = true
			case 'p':
				out.WriteString(line + end)
			case '=':
				fmt.Fprintln(&out, i+1)
			case 'h':
				held = line
			case 'G':
				line += "\n" + held
			case 'a':
				end += e.with + "\n"
			case 's':
				changed, done := e.substitute(line)
				line = changed
				if done && e.print {
					out.WriteString(line + end)
				}
			}
			if !keep || quit {
				break
			}
		}
		if keep && !quiet {
			out.WriteString(line + end)
		}
		if quit {
			break
		}
	}
	return out.Bytes()
}

// applies tells whether a command's addresses select a line.
func (e *edit) applies(line string, number int, last bool) bool {
	hit := true
	switch {
	case e.from == nil:
	case e.to == nil:
		hit = e.from.matches(line, number, last)
	case e.inside:
		e.inside = !e.to.matches(line, number, last) && (e.to.line == 0 || number < e.to.line)
	default:
		hit = e.from.matches(line, number, last)
		e.inside = hit && (e.to.re != nil || e.to.last && !last || e.to.line > number)
	}
	return hit != e.not
}

func (a *address) matches(line string, number int, last bool) bool {
	switch {
	case a.re != nil:
		return a.re.MatchString(line)
	case a.last:
		return last
	}
	return a.line == number
}

func (e *edit) substitute(line string) (string, bool) {
	found := e.re.FindAllStringSubmatchIndex(line, -1)
	if len(found) < e.nth {
		return line, false
	}
	found = found[max(e.nth-1, 0):]
	if !e.global {
		found = found[:min(1, len(found))]
	}
	if len(found) == 0 {
		return line, false
	}
	var b strings.Builder
	at := 0
	for _, m := range found {
		b.WriteString(line[at:m[0]])
		b.WriteString(e.expand(line, m))
		at = m[1]
	}
	return b.String() + line[at:], true
}

// expand builds the replacement: & is the match, \1 to \9 its groups.
func (e *edit) expand(line string, m []int) string {
	var b strings.Builder
	for i := 0; i < len(e.with); i++ {
		c := e.with[i]
		switch {
		case c == '&':
			b.WriteString(line[m[0]:m[1]])
		case c != '\\' || i+1 == len(e.with):
			b.WriteByte(c)
		default:
			i++
			group, err := strconv.Atoi(e.with[i : i+1])
			switch {
			case err == nil && 2*group+1 < len(m) && m[2*group] >= 0:
				b.WriteString(line[m[2*group]:m[2*group+1]])
			case err == nil:
			case e.with[i] == 'n':
				b.WriteByte('\n')
			case e.with[i] == 't':
				b.WriteByte('\t')
			default:
				b.WriteByte(e.with[i])
			}
		}
	}
	return b.String()
}
