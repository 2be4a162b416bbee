package rally

import (
	"bytes"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v4"
)

// scenario is one in the making.
type scenario struct {
	phases     pairs
	tenants    pairs // nil: none
	load       pairs
	beside     pairs // loads that hooks came to
	faults     pairs
	objectives []any
}

// write is the scenario as YAML, headed by what it was made of and what is to be
// known of it.
func (c *conversion) write(s *scenario) []byte {
	loads := append(pairs{{c.name, s.load}}, s.beside...)
	all := pairs{
		{"version", "eris/v1"}, {"name", c.name}, {"description", c.description()}, {"phases", s.phases},
	}
	if s.tenants != nil {
		all = append(all, pair{"tenants", pairs{{madeTenants, s.tenants}}})
	}
	all = append(all, pair{"loads", loads})
	if len(s.faults) > 0 {
		all = append(all, pair{"faults", s.faults})
	}
	all = append(all, pair{"stop_when", pairs{{"none", "a task of Rally goes on to its end"}}})
	if len(s.objectives) > 0 {
		all = append(all, pair{"objectives", s.objectives})
	}
	var to bytes.Buffer
	fmt.Fprintf(&to, "# Made by eris import rally-task of %s in %s, line %d.\n", c.workload.name, oneLine(c.file), c.at.Line)
	for _, weight := range []Weight{Needed, Other, Lost} {
		head := fmt.Sprintf("#\n# %s:\n", strings.ToUpper(weight.String()[:1])+weight.String()[1:])
		for _, n := range c.sorted() {
			if n.Weight == weight {
				fmt.Fprintf(&to, "%s# - line %d, %s: %s\n", head, n.Line, oneLine(n.Name), oneLine(n.Reason))
				head = ""
			}
		}
	}
	encoder := yaml.NewEncoder(&to)
	encoder.SetIndent(2)
	if err := encoder.Encode(node(all)); err != nil {
		fmt.Fprintf(&to, "# cannot be written: %s\n", oneLine(err.Error()))
	}
	return to.Bytes()
}

// description is the title that the task has for it.
func (c *conversion) description() string {
	for _, title := range []string{c.title, c.task.title} {
		if title != "" {
			return oneLine(title)
		}
	}
	return c.workload.name
}

// oneLine keeps a text out of the lines that follow.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
