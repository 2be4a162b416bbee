package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/kpi/coverage"
	"github.com/openstack-eris/eris/reports"
)

// staleAfter is after how long something that passed wants to be tried again.
const staleAfter = 30 * 24 * time.Hour

// knownFile is the file of known issues among the runs.
const knownFile = "known-issues.yaml"

func newGapsCommand() *cobra.Command {
	var asJSON bool
	var stale time.Duration
	var known, issue string
	cmd := &cobra.Command{
		Use:   "gaps [DIR]",
		Short: "Say over all runs what fell short how often, and what was never tried",
		Long: `Say over all runs of a directory (runs, if none is given; those of sets and of
folders up to three deep, too; a run that is there twice counts once) which gaps were seen
how often and are there still, and of each service of each redundancy group by which faults
it was broken: failed, unknown, not testable, never, stale, passed, by the newest run that
injected one, or where none did the newest that was to. What there is to break is what the
newest inventory of each cloud on record says.

--issue ID writes of a gap what to put into a tracker; the ids are those of the list.

known-issues.yaml in the directory, or the file that --known names, has issues that are
known: a list of {gap: WORDS OF A GAP, scenario: NAME, link: URL, note: TEXT}. What fits
carries the link; what fits no gap any more is told.

Exit codes: 0, also with gaps; 2 nothing to read, or a bad file; 1 some records could not
be read, and are named.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir, runs, broken, issues, err := openRuns(args, known)
			if err != nil {
				return err
			}
			possible, unread := breakable(runs)
			g := reports.NewGaps(dir, runs, append(broken, unread...), possible, issues, time.Now(), stale)
			if issue != "" {
				return writeIssue(cmd.OutOrStdout(), g, issue)
			}
			write := g.WriteText
			if asJSON {
				write = g.WriteJSON
			}
			if err := write(cmd.OutOrStdout()); err != nil {
				return err
			}
			if n := len(g.Unreadable); n > 0 {
				return fmt.Errorf("%d of the records could not be read", n)
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	registerLength(cmd, &stale, "stale", staleAfter, "after how long what passed wants to be tried again")
	cmd.Flags().StringVar(&issue, "issue", "", "write of the gap with that id what a tracker wants to know, as Markdown, without secrets and addresses")
	cmd.Flags().StringVar(&known, "known", "", "file of known issues; "+knownFile+" of the directory when left out")
	return cmd
}

// openRuns reads the runs of the directory that is named, of runs where none is, and the
// issues that are known of them.
func openRuns(args []string, known string) (dir string, runs []coverage.Run, broken []reports.Unreadable, issues []coverage.Known, err error) {
	const where = "DIR is where runs are, as --out of eris run says"
	dir = "runs"
	if len(args) > 0 {
		dir = args[0]
	}
	if issues, err = readKnown(known, dir); err != nil {
		return dir, nil, nil, nil, refuse(err, "")
	}
	if runs, broken, err = reports.OpenAll(dir); err != nil {
		return dir, nil, nil, nil, refuse(err, where)
	}
	if len(runs)+len(broken) == 0 {
		return dir, nil, nil, nil, refuse(fmt.Errorf("there is no run in %s", dir), where)
	}
	return dir, runs, broken, issues, nil
}

// writeIssue writes of a gap what a tracker wants to know, from the run that has shown it
// last.
func writeIssue(w io.Writer, g *reports.Gaps, id string) error {
	gap := g.Gap(id)
	if gap == nil {
		return refuse(fmt.Errorf("no gap has the id %s", id), "eris gaps lists them with their ids")
	}
	dir := filepath.Dir(gap.Last.Report)
	run, err := reports.Open(dir)
	if err != nil {
		return err
	}
	scenario, err := os.ReadFile(filepath.Join(dir, "scenario.yaml"))
	if err != nil && !errors.Is(err, os.ErrNotExist) { // a result that was imported has none
		return fmt.Errorf("read scenario: %w", err)
	}
	return reports.WriteIssue(w, *gap, run, scenario)
}

// breakable is what the newest inventory of each cloud has that can be broken, and the
// inventories that cannot be read.
func breakable(runs []coverage.Run) (all []coverage.Thing, unread []reports.Unreadable) {
	newest := map[string]coverage.Run{}
	for _, r := range runs {
		if last, known := newest[r.Meta.Cloud]; !known || r.Meta.At.After(last.Meta.At) {
			newest[r.Meta.Cloud] = r
		}
	}
	for _, name := range slices.Sorted(maps.Keys(newest)) {
		r := newest[name]
		path := filepath.Join(r.Dir, "inventory.yaml")
		text, err := os.ReadFile(path)
		if errors.Is(err, os.ErrNotExist) {
			continue // as of a result that was imported
		}
		var cloud *inventory.Cloud
		if err == nil {
			cloud, err = inventory.Read(path, text)
		}
		if err != nil {
			unread = append(unread, reports.Unreadable{Dir: path, Why: err.Error()})
			continue
		}
		all = append(all, thingsOf(r.Meta.Cloud, cloud)...)
	}
	return all, unread
}

// thingsOf are the services of each redundancy group with the families of faults that can
// break them, and its nodes with theirs.
func thingsOf(name string, cloud *inventory.Cloud) (all []coverage.Thing) {
	add := func(t coverage.Thing) {
		if !slices.Contains(all, t) {
			all = append(all, t)
		}
	}
	for _, g := range cloud.Groups {
		for _, m := range g.Members {
			node, service := cloud.NodeByName(m.Ref.Node), cloud.ServiceByName(m.Ref.Service)
			if node == nil || node.Never || service != nil && service.Never {
				continue
			}
			add(coverage.Thing{Cloud: name, Group: g.Name, Family: "node"})
			add(coverage.Thing{Cloud: name, Group: g.Name, Family: "network"})
			if node.Power != nil {
				add(coverage.Thing{Cloud: name, Group: g.Name, Family: "power"})
			}
			if service == nil {
				continue
			}
			add(coverage.Thing{Cloud: name, Group: g.Name, Service: service.Name, Family: "service"})
			if service.Port > 0 {
				add(coverage.Thing{Cloud: name, Group: g.Name, Service: service.Name, Family: "network"})
			}
		}
	}
	return all
}

// knownSpec is the file of known issues.
type knownSpec struct {
	Gap      document.Value[string] `yaml:"gap" required:"true" help:"words that the gap has"`
	Scenario string                 `yaml:"scenario" help:"only of that scenario"`
	Link     document.Value[string] `yaml:"link" required:"true" help:"where it is followed"`
	Note     string                 `yaml:"note" help:"what to know of it"`
}

// readKnown reads the known issues: of a file that is named, or of the directory's, if it
// has one.
func readKnown(file, dir string) (all []coverage.Known, err error) {
	given := file != ""
	if !given {
		file = filepath.Join(dir, knownFile)
	}
	text, err := os.ReadFile(file)
	if !given && errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read known issues: %w", err)
	}
	doc, problems := document.Parse(file, text)
	if doc == nil {
		return nil, problems
	}
	report := doc.Reporter()
	report.Add(problems)
	var list []knownSpec
	report.Decode(doc.Root, &list)
	for _, k := range list {
		if k.Gap.Given() && k.Gap.V == "" {
			report.At(k.Gap.Node).Errorf("gap: it has no words, and so would fit all")
		}
		all = append(all, coverage.Known{Gap: k.Gap.V, Scenario: k.Scenario, Link: k.Link.V, Note: k.Note})
	}
	if problems := report.Problems(); len(problems) > 0 {
		return nil, problems
	}
	return all, nil
}
