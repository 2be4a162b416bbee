package scenarios

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/openstack-eris/eris/collectors"
	"github.com/openstack-eris/eris/conditions"
	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/loadgen"
)

// topic is one thing that can be described.
type topic struct {
	name, summary string
	text          func(b *strings.Builder)
}

// topics lists what `eris list` knows, by its plural.
func (c *Catalogue) topics() (map[string][]topic, error) {
	entries, err := Library()
	if err != nil {
		return nil, err
	}
	all := map[string][]topic{
		"faults":     kindTopics("fault", c.Faults, writeAbout),
		"workloads":  kindTopics("workload", c.Workloads, writeFigures),
		"collectors": kindTopics("collector", c.Collectors, writeSignals),
		"captures":   kindTopics("capture", c.Captures, writeCapture),
		"functions":  c.functionTopics(),
	}
	for _, e := range entries {
		all["scenarios"] = append(all["scenarios"], topic{e.Name, e.Description, func(b *strings.Builder) { b.Write(e.Source) }})
	}
	for _, name := range slices.Sorted(maps.Keys(Nets())) {
		all["nets"] = append(all["nets"], topic{name, Nets()[name], func(b *strings.Builder) {
			fmt.Fprintf(b, "safety net %s: refuses %s\nlift it with --override %s=REASON; the report prints the reason\n", name, Nets()[name], name)
		}})
	}
	return all, nil
}

// List writes a table of all faults, workloads, collectors, captures, scenarios,
// functions or nets.
func (c *Catalogue) List(w io.Writer, what string) error {
	all, err := c.topics()
	if err != nil {
		return err
	}
	topics, ok := all[what]
	if !ok {
		return fmt.Errorf("no list of %q; %s", what, document.Suggest(what, slices.Collect(maps.Keys(all))))
	}
	wide := 0
	for _, t := range topics {
		wide = max(wide, len(t.name))
	}
	var b strings.Builder
	for _, t := range topics {
		fmt.Fprintf(&b, "%-*s  %s\n", wide, t.name, t.summary)
	}
	return write(w, &b)
}

// Describe writes what there is to know of a name: of a kind its arguments and
// signals, of a function its parameters, of a scenario its text. The name
// scenario stands for the grammar of scenario files.
func (c *Catalogue) Describe(w io.Writer, name string) error {
	all, err := c.topics()
	if err != nil {
		return err
	}
	var b strings.Builder
	known := []string{"scenario"}
	for _, what := range slices.Sorted(maps.Keys(all)) {
		for _, t := range all[what] {
			known = append(known, t.name)
			if t.name == name {
				t.text(&b)
			}
		}
	}
	if name == "scenario" {
		writeGrammar(&b)
	}
	if b.Len() == 0 {
		return fmt.Errorf("nothing is called %q; %s", name, document.Suggest(name, slices.Compact(known)))
	}
	return write(w, &b)
}

func write(w io.Writer, b *strings.Builder) error {
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("write description: %w", err)
	}
	return nil
}

func kindTopics[T any](what string, kinds *document.Kinds[T], more func(b *strings.Builder, kind string, instance T)) []topic {
	var topics []topic
	for _, name := range kinds.Names() {
		kind, _ := kinds.Lookup(name)
		topics = append(topics, topic{name, kind.Summary, func(b *strings.Builder) {
			instance := kind.New()
			fmt.Fprintf(b, "%s %s: %s\n", what, name, kind.Summary)
			writeArguments(b, "args", document.Describe(any(instance)))
			if more != nil {
				more(b, name, instance)
			}
		}})
	}
	return topics
}

func writeArguments(b *strings.Builder, title string, arguments []document.Argument) {
	if len(arguments) == 0 {
		fmt.Fprintf(b, "%s: none\n", title)
		return
	}
	fmt.Fprintf(b, "%s:\n", title)
	for _, a := range arguments {
		fmt.Fprintf(b, "  %s (%s%s)", a.Name, a.Type, map[bool]string{true: ", required"}[a.Required])
		if a.Default != "" {
			fmt.Fprintf(b, " = %s", a.Default)
		}
		if a.Help != "" {
			fmt.Fprintf(b, ": %s", a.Help)
		}
		b.WriteByte('\n')
	}
}

func writeSignals(b *strings.Builder, _ string, c collectors.Collector) {
	b.WriteString("signals:\n")
	for _, s := range c.Signals() {
		labels := "labels " + strings.Join(s.Labels, ", ")
		if len(s.Labels) == 0 {
			labels = "no labels"
		}
		unit := s.Unit
		if s.Kind != collectors.Gauge {
			unit += ", a " + string(s.Kind)
		}
		fmt.Fprintf(b, "  %s (%s; %s): %s\n", s.Name, unit, labels, s.Help)
	}
}

// writeFigures tells what a workload measures beside times.
func writeFigures(b *strings.Builder, _ string, w loadgen.Workload) {
	measuring, is := w.(loadgen.Measuring)
	if !is {
		return
	}
	b.WriteString("measures, beside how long things take:\n")
	for _, f := range measuring.Figures() {
		fmt.Fprintf(b, "  %s (%s; labels %s): %s\n", f.Name, f.Unit, strings.Join(append([]string{"load"}, f.Labels...), ", "), f.Help)
	}
}

// functionTopics are those of live conditions and of objectives; some names
// are both.
func (c *Catalogue) functionTopics() []topic {
	var topics []topic
	add := func(where string, functions []conditions.Function) {
		for _, f := range functions {
			topics = append(topics, topic{f.Name, fmt.Sprintf("%s, in %s", f.Help, where), func(b *strings.Builder) {
				fmt.Fprintf(b, "function %s, in %s: %s\n", f.Signature(), where, f.Help)
				for _, p := range f.Params {
					fmt.Fprintf(b, "  %s: %s\n", p.Name, p.Kind)
				}
			}})
		}
	}
	add("conditions", LiveFunctions(nil))
	add("objectives", c.Objectives)
	slices.SortStableFunc(topics, func(a, b topic) int { return strings.Compare(a.name, b.name) })
	return topics
}

func writeGrammar(b *strings.Builder) {
	b.WriteString("a scenario file\n")
	for _, part := range []struct {
		title string
		of    any
	}{
		{"keys", &grammar{}}, {"phases", &phases{}}, {"tenants.NAME", &tenantsEntry{}},
		{"tenants.NAME.flavors.NAME", &tenantFlavor{}}, {"tenants.NAME.images.NAME", &tenantImage{}}, {"loads.NAME", &loadEntry{Spec: loadgen.DefaultSpec()}},
		{"loads.NAME.arrivals", &loadgen.Arrivals{}}, {"loads.NAME.arrivals.ramp", &loadgen.Ramp{}}, {"loads.NAME.arrivals.steps[]", &loadgen.Step{}},
		{"loads.NAME.arrivals.sine", &loadgen.Sine{}}, {"loads.NAME.arrivals.trace", &loadgen.Trace{}}, {"loads.NAME.arrivals.phases", &loadgen.PhaseRates{}}, {"loads.NAME.arrivals.max", new(loadgen.DefaultSearch())},
		{"loads.NAME.start and end", &moment{}}, {"loads.NAME.changes[]", &turn{}},
		{"collectors.NAME", &collectEntry{}}, {"captures.NAME", &captureEntry{}},
		{"faults.NAME", &faultEntry{}}, {"faults.NAME.target", &Target{}}, {"faults.NAME.start", &startEntry{}},
		{"faults.NAME.start.iteration", &iterationStart{}}, {"faults.NAME.start.random", &randomStart{}}, {"faults.NAME.end", &endEntry{}}, {"faults.NAME.repeat", &repeatEntry{}},
		{"steady_state[].check", &checkEntry{}}, {"objectives[]", &plainObjective{}}, {"thresholds", &thresholds{}},
	} {
		writeArguments(b, part.title, document.Describe(part.of))
	}
}
