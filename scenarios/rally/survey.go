package rally

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Survey is what became of all task files of a folder.
type Survey struct {
	Files     int      // task files that were read
	Refused   []string // those that could not be, each with the reason
	Workloads []*Workload
}

// Try carries over every task file below a folder, that is every .yaml, .yml and
// .json, and writes nothing.
func Try(files fs.FS, o Options) (*Survey, error) {
	s := &Survey{}
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() || !slices.Contains([]string{".yaml", ".yml", ".json"}, path.Ext(name)) {
			return nil
		}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		if o.Files, err = fs.Sub(files, path.Dir(name)); err != nil {
			return err
		}
		s.Files++
		all, err := Convert(name, text, o)
		if err != nil {
			first, _, _ := strings.Cut(err.Error(), "\n")
			s.Refused = append(s.Refused, first)
			return nil
		}
		s.Workloads = append(s.Workloads, all...)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read tasks: %w", err)
	}
	if s.Files == 0 {
		return nil, errors.New("there is no .yaml, .yml or .json")
	}
	return s, nil
}

// share is how much of a workload was carried over.
type share int

const (
	asItIs share = iota
	otherwiseDone
	prepared
	partly
	not
)

// String is the row of the table.
func (s share) String() string {
	return [...]string{
		"as it is, but for a limit to an iteration where Rally has none", "whole, and some of it other than in Rally", "whole, once what Rally makes before is there", "in part", "not",
	}[s]
}

func (w *Workload) share() share {
	switch {
	case w.Scenario == nil:
		return not
	case w.Has(Lost):
		return partly
	case w.Has(Needed):
		return prepared
	case slices.ContainsFunc(w.Notes, func(n Note) bool { return n.Weight == Other && n.Name != "runner.timeout" }):
		return otherwiseDone
	}
	return asItIs
}

// Markdown writes the survey: how many workloads are carried over, and for each
// reason how many it concerns and how many of these have no other.
func (s *Survey) Markdown(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%d task files with %d workloads.\n\n| carried over | workloads | share |\n| --- | ---: | ---: |\n", s.Files, len(s.Workloads))
	many := map[share]int{}
	for _, w := range s.Workloads {
		many[w.share()]++
	}
	for _, each := range []share{asItIs, otherwiseDone, prepared, partly, not} {
		fmt.Fprintf(&b, "| %v | %d | %.1f %% |\n", each, many[each], 100*float64(many[each])/float64(max(len(s.Workloads), 1)))
	}
	none := func(w *Workload) bool { return w.share() == not }
	part := func(w *Workload) bool { return w.share() == partly }
	s.reasons(&b, "Not carried over, by service", "scenarios of Rally", none, Lost, func(n Note) string {
		class, _, found := strings.Cut(n.Name, ".")
		if !found || n.Name == "runner" {
			return n.Name
		}
		return class
	})
	s.reasons(&b, "Carried over in part: what is lost", "what, and why", part, Lost, reasonOf)
	made := func(w *Workload) bool { return w.share() != not }
	s.reasons(&b, "To be there before the run", "what", made, Needed, func(n Note) string { return strings.Join(strings.Split(n.Name, ".")[:2], ".") })
	s.reasons(&b, "Other than in Rally", "what, and how", made, Other, reasonOf)
	for i, text := range s.Refused {
		if i == 0 {
			b.WriteString("\n## Refused\n\n")
		}
		fmt.Fprintf(&b, "- %s\n", text)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

var (
	method = regexp.MustCompile(`\b[a-z]+\.[a-z]+(_[a-z]+)+ (has no|takes)`)
	figure = regexp.MustCompile(`\b\d+\w*\b`)
	hooks  = regexp.MustCompile(`hooks\[\d+\]`)
)

// reasonOf is a note without what differs from workload to workload.
func reasonOf(n Note) string {
	reason := n.Reason
	if before, _, found := strings.Cut(reason, " is a pattern, "); found && before != "" {
		reason = "a pattern, and a name or an id is wanted"
	}
	reason = method.ReplaceAllString(reason, "the workload $2")
	name := hooks.ReplaceAllString(n.Name, "hooks")
	switch {
	case strings.HasPrefix(name, "contexts.users"):
		reason = figure.ReplaceAllString(reason, "N")
	case strings.HasPrefix(name, "args."):
	case !strings.Contains(name, ".") || strings.ToLower(name) != name: // a scenario
		return reason
	}
	return "`" + name + "`: " + reason
}

// reasons writes a table of the notes of a weight on the workloads that are asked
// for, the most frequent first.
func (s *Survey) reasons(b *strings.Builder, title, head string, of func(*Workload) bool, weight Weight, say func(Note) string) {
	all, alone := map[string]int{}, map[string]int{}
	for _, w := range s.Workloads {
		if !of(w) {
			continue
		}
		said := map[string]bool{}
		for _, n := range w.Notes {
			if n.Weight == weight {
				said[say(n)] = true
			}
		}
		for text := range said {
			all[text]++
			if len(said) == 1 {
				alone[text]++
			}
		}
	}
	order := slices.SortedFunc(maps.Keys(all), func(x, y string) int { return cmp.Or(all[y]-all[x], strings.Compare(x, y)) })
	for i, text := range order {
		last, column := "", ""
		if weight == Lost {
			last, column = " of them for no other reason |", fmt.Sprintf(" %d |", alone[text])
		}
		if i == 0 {
			fmt.Fprintf(b, "\n## %s\n\n| %s | workloads |%s\n| --- | ---: |%s\n", title, head, last, strings.Repeat(" ---: |", min(len(last), 1)))
		}
		fmt.Fprintf(b, "| %s | %d |%s\n", strings.ReplaceAll(text, "|", `\|`), all[text], column)
	}
}
