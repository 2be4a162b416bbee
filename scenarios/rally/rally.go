package rally

import (
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"strings"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/scenarios"
)

// Options are what a task is carried over with.
type Options struct {
	// Args are those of the task's template, each in YAML, as Rally's --task-args.
	Args map[string]string
	// Files is the folder of the task, from which its template may include; nil
	// for none.
	Files fs.FS
	// Catalogue is what a scenario can ask for.
	Catalogue *scenarios.Catalogue
	// Cloud is the cloud whose names the sentences of fault_injection hooks use.
	Cloud *inventory.Cloud
}

// Workload is what became of one workload of a task.
type Workload struct {
	Rally    string // its scenario in Rally, e.g. Authenticate.keystone
	Name     string // of the scenario here, unique in the task
	Scenario []byte // YAML; nil when the workload as such could not be carried over
	Notes    []Note // in the order of their places
}

// Has tells whether a note of that weight was made.
func (w *Workload) Has(weight Weight) bool {
	for _, n := range w.Notes {
		if n.Weight == weight {
			return true
		}
	}
	return false
}

// Convert makes scenarios of the text of a task file, in its order. The error is
// document.Problems with everything that is wrong with the file itself.
func Convert(file string, text []byte, o Options) ([]*Workload, error) {
	file, made, err := render(file, text, o)
	if err != nil {
		return nil, err
	}
	t, err := read(file, made)
	if err != nil {
		return nil, err
	}
	var all []*Workload
	taken := names{}
	report := &document.Reporter{}
	for _, w := range t.workloads {
		c := &conversion{notes: notes{file: file}, Options: o, task: t, workload: w, report: report, taken: taken}
		c.name = taken.take(kebab(w.name))
		scenario, err := c.convert()
		if err != nil {
			return nil, err
		}
		all = append(all, &Workload{Rally: w.name, Name: c.name, Scenario: scenario, Notes: c.sorted()})
	}
	if wrong := report.Problems(); len(wrong) > 0 {
		return nil, wrong
	}
	return all, nil
}

var foreign = regexp.MustCompile(`[^a-z0-9]+`)

// names are those that were given to scenarios of a task, each with how often.
type names map[string]int

// take gives a name, with a number behind it where it was given before.
func (n names) take(name string) string {
	if n[name]++; n[name] > 1 {
		return n.take(fmt.Sprintf("%s-%d", name, n[name]))
	}
	return name
}

// longest leaves room for a number behind a name, and for hooks' names.
const longest = 48

// kebab is the name of a scenario here for one of Rally's.
func kebab(name string) string {
	_, method, found := strings.Cut(name, ".")
	if !found || !strings.Contains(method, "_") {
		method = name // one word says too little
	}
	short := strings.Trim(foreign.ReplaceAllString(strings.ToLower(method), "-"), "-")
	if short == "" {
		short = "load"
	}
	return strings.Trim(short[:min(len(short), longest)], "-")
}

// conversion is one workload on its way.
type conversion struct {
	notes
	Options
	*workload
	task   *task
	report *document.Reporter // of settings that Rally itself would refuse
	name   string             // of the scenario, and of its load
	taken  names
	// networked tells that projects are given networks, as the context network has it.
	networked bool
	why       string // nothing is made for tenants; empty where it is, or nothing is wanted
	counterpart
}

// convert makes the scenario; nil without an error where the workload has no
// counterpart, or runs in a way that has none.
func (c *conversion) convert() ([]byte, error) {
	found, known := counterparts()[c.workload.name]
	if !known {
		c.add(Lost, c.at, c.workload.name, "no workload of Eris does this")
		return nil, nil
	}
	c.counterpart = found
	load := pairs{{"workload", found.kind}}
	if args := c.arguments(); len(args) > 0 {
		load = append(load, pair{"args", args})
	}
	sent, ok := c.sending()
	if !ok {
		return nil, nil
	}
	tenants := c.preparation()
	if tenants != nil {
		c.shorten()
		load = append(load, pair{"tenants", madeTenants})
	}
	s := &scenario{tenants: tenants, load: append(load, sent.load...), phases: sent.phases, objectives: c.objectives()}
	c.hooked(s, sent)
	source := c.write(s)
	if _, err := scenarios.Read(c.name+".yaml", source, scenarios.Options{Catalogue: c.Catalogue, Cloud: c.Cloud, WithoutFiles: true}); err != nil {
		if problems, is := errors.AsType[document.Problems](err); is {
			c.add(Lost, c.at, c.workload.name, "Eris refuses what it comes to: %s", problems[0].Message)
			return nil, nil
		}
		return nil, fmt.Errorf("read the scenario of %s: %w", c.workload.name, err)
	}
	return source, nil
}
