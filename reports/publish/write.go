package publish

import (
	"bytes"
	"cmp"
	"fmt"
	"html/template"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/openstack-eris/eris/kpi/coverage"
	"github.com/openstack-eris/eris/reports"
)

// Options say what a site is made of, beside its runs.
type Options struct {
	Title    string
	Now      time.Time            // of which ages are told
	Stale    time.Duration        // after how long what passed wants to be tried again
	Possible []coverage.Thing     // what can be broken on the runs' clouds
	Known    []coverage.Known     // issues
	Unread   []reports.Unreadable // what lies among the runs and cannot be read
	Secret   []string             // addresses and names of hosts of the clouds
	Earlier  fs.FS                // the site that is to be replaced; nil: there is none
	Progress func(done int)       // after each run that could be judged; may be nil
}

// told are words that somebody has written down to be read.
func (o Options) told() []string {
	words := []string{o.Title}
	for _, k := range o.Known {
		words = append(words, k.Link, k.Note)
	}
	return words
}

// Generator is the mark of an index that this package has written.
const Generator = "eris publish"

// Made is what a site has beside the pages of its runs.
type Made struct {
	Unread []reports.Unreadable // all records that could not be read, or not be judged again
	Kept   []string             // pages of the earlier site that were kept, in order
}

// Write makes the site in a folder, which is made or is empty: index.html, and RUN.html in
// runs for each run. Runs that cannot be judged again are told in the index with those that
// cannot be read. While there are such, no page of the earlier site is given up: which of
// them is of whom is not known. Addresses and the hosts of URLs have other names on all
// pages; where the pages have one all the same, or what looks like a secret, the error is
// a *LeakError.
func Write(folder string, runs []coverage.Run, o Options) (made Made, err error) {
	if err := os.MkdirAll(filepath.Join(folder, "runs"), 0o755); err != nil {
		return made, fmt.Errorf("make site: %w", err)
	}
	hide := &reports.Hiding{Hosts: named(o.Secret)}
	var leaks []Leak
	var judged []coverage.Run
	for n, run := range runs {
		page, again, err := judge(run, hide)
		if err != nil {
			o.Unread = append(o.Unread, reports.Unreadable{Dir: run.Dir, Why: err.Error()})
			continue
		}
		file := pageOf(again.Result.Run)
		leaks = append(leaks, find(file, page, o.Secret, o.told())...)
		if err := os.WriteFile(filepath.Join(folder, file), page, 0o644); err != nil {
			return made, fmt.Errorf("write page: %w", err)
		}
		judged = append(judged, again)
		if o.Progress != nil {
			o.Progress(n + 1)
		}
	}
	if made.Unread = o.Unread; len(made.Unread) > 0 {
		old, err := keep(folder, o.Earlier)
		if err != nil {
			return made, err
		}
		for _, name := range slices.Sorted(maps.Keys(old)) {
			made.Kept = append(made.Kept, name)
			leaks = append(leaks, find(name, old[name], o.Secret, o.told())...)
		}
	}
	page, err := newIndex(judged, made.Kept, o, hide).page()
	if err != nil {
		return made, err
	}
	if leaks = append(leaks, find("index.html", page, o.Secret, o.told())...); len(leaks) > 0 {
		return made, &LeakError{leaks}
	}
	if err := os.WriteFile(filepath.Join(folder, "index.html"), page, 0o644); err != nil {
		return made, fmt.Errorf("write page: %w", err)
	}
	return made, nil
}

// judge judges a run again, so that its page and the index say the same.
func judge(run coverage.Run, hide *reports.Hiding) (page []byte, again coverage.Run, err error) {
	opened, err := reports.Open(run.Dir)
	if err != nil {
		return nil, run, err
	}
	result := opened.Analysis.Result
	again = coverage.Run{Dir: run.Dir, Result: &result, Meta: run.Meta, Going: run.Going}
	var out bytes.Buffer
	err = reports.NewHiddenView(opened.Analysis, hide).WriteHTML(&out)
	return out.Bytes(), again, err
}

// pageOf is where the page of a run is.
func pageOf(run string) string { return "runs/" + plain(run) + ".html" }

// plain is a name that a file may have anywhere.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' {
			return r
		}
		return '_'
	}, name)
}

// index is what the first page shows.
type index struct {
	Title, Made, Generator, Policy string
	Style                          template.CSS
	Script                         template.JS
	Counts                         []count
	Runs                           []row
	Choices                        []choice
	Matrix                         matrix
	Clouds                         []cloud
	Trends                         []trend
	Gaps                           []gap
	Vanished                       []coverage.Known
	Unread                         []reports.Unreadable
	Kept                           []string // pages of the site of before
	Long                           []reports.LongText
}

// count is how many runs ended how.
type count struct {
	Mark reports.Mark
	Runs int
}

// row is one run.
type row struct {
	Mark                              reports.Mark
	Page, Scenario, Cloud, At, Faults string
	Summary, Tested                   string
	Release, Architecture             string // by which it is chosen; more than one release is told apart by ", "
	Words                             string // by which it is found, in small letters
}

// choice is what runs can be chosen by, of what there is more than one.
type choice struct {
	What, Of string // the label, and the attribute of a row
	Many     bool   // a row may have several of them
	Values   []string
}

// newChoices are made of rows as they are shown.
func newChoices(rows []row) (all []choice) {
	for _, by := range []struct {
		choice

		of func(row) string
	}{
		{choice{What: "Cloud", Of: "cloud"}, func(r row) string { return r.Cloud }},
		{choice{What: "Fault", Of: "fault", Many: true}, func(r row) string { return r.Faults }},
		{choice{What: "Release", Of: "release", Many: true}, func(r row) string { return r.Release }},
		{choice{What: "Nodes", Of: "architecture"}, func(r row) string { return r.Architecture }},
	} {
		for _, r := range rows {
			values := []string{by.of(r)}
			if by.Many {
				values = strings.Split(values[0], ", ")
			}
			for _, v := range values {
				if v != "" && !slices.Contains(by.Values, v) {
					by.Values = append(by.Values, v)
				}
			}
		}
		if len(by.Values) > 1 {
			slices.Sort(by.Values)
			all = append(all, by.choice)
		}
	}
	return all
}

// gap is one that was seen over all runs.
type gap struct {
	ID, Scenario, Cloud, What, Expected, Observed, Often string
	First, Last                                          link
	Causes, Next                                         []string
	Known                                                *coverage.Known
}

// link is a day and the page of what was then.
type link struct{ Day, Page string }

// newIndex hides what is hidden in all of it but in the issues that are known: where these are
// followed somebody has written down to be read.
func newIndex(runs []coverage.Run, kept []string, o Options, hide *reports.Hiding) *index {
	runs = slices.SortedStableFunc(slices.Values(runs), func(a, b coverage.Run) int {
		return cmp.Or(b.Result.Started.Compare(a.Result.Started), strings.Compare(a.Result.Run, b.Result.Run))
	})
	over := slices.DeleteFunc(slices.Clone(runs), func(r coverage.Run) bool { return r.Going })
	gaps := reports.NewGaps("", runs, nil, o.Possible, o.Known, o.Now, o.Stale)
	i := &index{
		Title: o.Title, Made: o.Now.UTC().Format("2006-01-02 15:04 MST"), Generator: Generator,
		Matrix: newMatrix(over, o.Now), Clouds: newClouds(gaps.Coverage), Trends: newTrends(over), Unread: slices.Clone(o.Unread), Kept: kept,
	}
	counted := map[reports.Mark]int{}
	for _, run := range runs {
		i.Runs = append(i.Runs, rowOf(run))
		counted[reports.MarkOf(run.Result.Verdict)]++
	}
	for _, mark := range marks() {
		if counted[mark] > 0 {
			i.Counts = append(i.Counts, count{mark, counted[mark]})
		}
	}
	for _, s := range gaps.Gaps {
		often := fmt.Sprintf("in %d of %d runs", s.Times, s.Runs)
		if s.Vanished {
			often += ", not in the newest"
		}
		causes, next := reports.Cause(s.Gap)
		i.Gaps = append(i.Gaps, gap{
			s.ID, s.Scenario, s.Cloud, s.Gap.What, s.Gap.Expected, s.Gap.Observed, often, linkOf(s.First), linkOf(s.Last), causes, next, nil,
		})
	}
	reports.HideIn(i, hide)
	i.Title = o.Title // what somebody has written for the site is told, or refused
	i.Choices = newChoices(i.Runs)
	i.Vanished = gaps.Vanished
	for n := range i.Gaps {
		i.Gaps[n].Known = gaps.Gaps[n].Known
	}
	var long reports.Long
	long.Fold(i)
	i.Long = long.All
	return i
}

// linkOf leads to the place of a page that shows something.
func linkOf(e coverage.Evidence) link {
	return link{day(e.At), pageOf(e.Run) + e.Report[max(0, strings.LastIndex(e.Report, "#")):]}
}

func day(at time.Time) string { return at.UTC().Format(time.DateOnly) }

func rowOf(run coverage.Run) row {
	r := run.Result
	out := row{
		Mark: reports.MarkOf(r.Verdict), Page: pageOf(r.Run), Scenario: r.Scenario.Title(), Cloud: r.Cloud.Name, At: r.Started.UTC().Format("2006-01-02 15:04"),
		Faults: strings.Join(kinds(run), ", "), Summary: r.Summary, Tested: tested(run),
		Release: strings.Join(releases(r.Tested), ", "), Architecture: architecture(r.Tested),
	}
	words := []string{out.Mark.Word, out.Scenario, out.Cloud, r.Cloud.Kind, out.At, out.Faults, out.Tested, r.Run}
	if r.Tested != nil {
		for _, f := range r.Tested.Facts {
			words = append(words, f.Name+" "+f.Value)
		}
	}
	out.Words = strings.ToLower(strings.Join(words, " "))
	return out
}

// kinds are the kinds of a run's faults, each once.
func kinds(run coverage.Run) (all []string) {
	for _, f := range run.Result.Faults {
		if !slices.Contains(all, f.Fault) {
			all = append(all, f.Fault)
		}
	}
	return all
}

func (i *index) page() ([]byte, error) {
	tmpl, err := template.New("index.html").ParseFS(files, "page/index.html")
	if err != nil {
		return nil, fmt.Errorf("parse page: %w", err)
	}
	i.Style, i.Script = template.CSS(reports.Style()+text("page/index.css")), template.JS(text("page/index.js")) //nolint:gosec // both are the project's own
	var draft, whole bytes.Buffer
	if err := tmpl.Execute(&draft, i); err != nil {
		return nil, fmt.Errorf("write page: %w", err)
	}
	if i.Policy, err = reports.Policy(draft.Bytes()); err != nil {
		return nil, fmt.Errorf("write page: %w", err)
	}
	if err := tmpl.Execute(&whole, i); err != nil {
		return nil, fmt.Errorf("write page: %w", err)
	}
	return whole.Bytes(), nil
}
