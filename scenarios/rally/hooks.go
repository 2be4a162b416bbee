package rally

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/scenarios"
)

// hooked carries the hooks over: a fault of os-faults becomes one of Eris, and a
// command a load of one iteration, each once for every time that it is triggered.
func (c *conversion) hooked(s *scenario, sent *sending) {
	for i, h := range c.hooks {
		at := fmt.Sprintf("hooks[%d]", i)
		starts, why := c.starts(h, sent)
		if why != "" {
			c.add(Lost, h.at, at+".trigger", "%s", why)
			continue
		}
		trial := *s
		trial.faults, trial.beside = slices.Clone(s.faults), slices.Clone(s.beside)
		switch h.action {
		case "fault_injection":
			why = c.fault(&trial, h, at, starts)
		case "sys_call":
			why = c.command(&trial, h, starts)
		default:
			why = "no hook of that name is known"
		}
		if why == "" {
			why = c.refusal(&trial)
		}
		if why != "" {
			c.add(Lost, h.at, at+".action."+h.action, "%s", why)
			continue
		}
		*s = trial
	}
}

// refusal is what Eris has against a scenario; empty for nothing.
func (c *conversion) refusal(s *scenario) string {
	_, err := scenarios.Read(c.name+".yaml", c.write(s), scenarios.Options{Catalogue: c.Catalogue, Cloud: c.Cloud})
	if problems, is := errors.AsType[document.Problems](err); is {
		return "Eris refuses what it comes to: " + problems[0].Message
	}
	return ""
}

// startsMost bounds how often one hook is written out.
const startsMost = 100

// starts are the moments at which a hook is triggered, each as the start of a fault
// or a load; or else why it has none.
func (c *conversion) starts(h hook, sent *sending) ([]pairs, string) {
	var moments []int
	unit := text(h.settings.Get("unit"))
	last := int(min(sent.most, longestRun) / time.Second)
	if unit == "iteration" {
		last = sent.times
	}
	switch h.trigger {
	case "event":
		if list := h.settings.Get("at"); list != nil {
			for _, item := range list.Items {
				n, err := strconv.Atoi(text(item))
				if err != nil || n < 0 {
					c.report.At(item).Errorf("at: wants whole numbers from 0 on")
				}
				moments = append(moments, n)
			}
		}
	case "periodic":
		step, first := c.count(h.settings, "step"), 0
		if unit == "iteration" {
			first = 1
		}
		if v := h.settings.Get("start"); v != nil {
			first = int(min(c.number(v), longestRun.Seconds()))
		}
		end := last
		if v := h.settings.Get("end"); v != nil {
			end = min(int(min(c.number(v), longestRun.Seconds())), last)
		} else if unit == "time" && sent.lasts == 0 {
			return nil, "it goes on as long as the load does, and that is not known before"
		} else if unit == "time" {
			end = int(sent.lasts / time.Second)
		}
		if (end-first)/step >= startsMost {
			return nil, fmt.Sprintf("it is triggered more than %d times", startsMost)
		}
		for n := first; n <= end; n += step {
			moments = append(moments, n)
		}
	default:
		return nil, fmt.Sprintf("no trigger %q is known", h.trigger)
	}
	var starts []pairs
	for _, n := range moments {
		switch {
		case unit == "iteration" && sent.times == 0:
			starts = append(starts, c.iteration(n))
		case n > last:
			return nil, fmt.Sprintf("the load ends before %s %d", unit, n)
		case unit == "iteration":
			starts = append(starts, c.iteration(n))
		default:
			starts = append(starts, pairs{{"at", span(time.Duration(n) * time.Second)}})
		}
	}
	if len(starts) == 0 || unit != "iteration" && unit != "time" {
		return nil, "it says nothing of when"
	}
	return starts, ""
}

func (c *conversion) iteration(n int) pairs {
	return pairs{{"iteration", pairs{{"load", c.name}, {"n", max(n, 1)}}}}
}

// command is a hook sys_call: a load that runs the command once at each of its
// starts, on the machine where Eris runs, as Rally does on its own.
func (c *conversion) command(s *scenario, h hook, starts []pairs) string {
	words, err := words(text(h.args))
	if err != nil {
		return err.Error()
	}
	for _, start := range starts {
		s.beside = append(s.beside, pair{c.free("hook", s.beside), pairs{
			{"workload", "exec.command"}, {"args", pairs{{"command", words}}}, {"concurrency", 1}, {"iterations", 1},
			{"timeout", span(usual)}, {"start", start},
		}})
	}
	return ""
}

// free is a name with the first number behind it that none of the entries has.
func (c *conversion) free(name string, entries pairs) string {
	for n := 1; ; n++ {
		numbered := fmt.Sprintf("%s-%d", name, n)
		if numbered != c.name && !slices.ContainsFunc(entries, func(p pair) bool { return p.key == numbered }) {
			return numbered
		}
	}
}

// words splits a command line as Python's shlex does: quotes and backslashes, and
// nothing of a shell beyond.
func words(line string) ([]any, error) {
	var list []any
	var word strings.Builder
	open, begun := rune(0), false
	escaped := false
	for _, r := range line {
		switch {
		case escaped:
			if open == '"' && r != '"' && r != '\\' {
				word.WriteRune('\\')
			}
			word.WriteRune(r)
			escaped = false
		case r == '\\' && open != '\'':
			escaped, begun = true, true
		case open != 0 && r == open:
			open = 0
		case open != 0:
			word.WriteRune(r)
		case r == '\'' || r == '"':
			open, begun = r, true
		case r == ' ' || r == '\t' || r == '\n' || r == '\r':
			if begun {
				list = append(list, word.String())
			}
			word.Reset()
			begun = false
		default:
			word.WriteRune(r)
			begun = true
		}
	}
	switch {
	case open != 0 || escaped:
		return nil, errors.New("the command has a quote that is not closed")
	case begun:
		list = append(list, word.String())
	}
	if len(list) == 0 {
		return nil, errors.New("the command is empty")
	}
	return list, nil
}
