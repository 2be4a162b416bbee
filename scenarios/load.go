package scenarios

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"github.com/openstack-eris/eris/collectors"
	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/inventory"
)

// Options say against what a scenario is checked.
type Options struct {
	Catalogue *Catalogue
	// Cloud is the cloud that it is for. Nil leaves open whether the nodes,
	// services and groups that it names exist.
	Cloud *inventory.Cloud
	// Small asks for the scenario's small form.
	Small bool
	// LongestHold is how long a fault may be kept at most: a hold that nobody can
	// have meant is refused. 0 means DefaultLongestHold.
	LongestHold time.Duration
	// WithoutFiles leaves files that the scenario names unread, which are those of another
	// machine: what names one cannot be run.
	WithoutFiles bool
}

// DefaultLongestHold is longer than any drill is, and shorter than what a unit or a
// digit too much makes of one.
const DefaultLongestHold = 24 * time.Hour

// Read reads a scenario. The error is document.Problems with everything that is
// wrong with the file, its small form included whether or not it is asked for.
func Read(file string, source []byte, options Options) (*Spec, error) {
	doc, problems := document.Parse(file, source)
	if doc == nil {
		return nil, problems
	}
	report := doc.Reporter()
	report.Add(problems)
	root := doc.Root
	l := &loader{Options: options, dir: filepath.Dir(file), report: report, warnings: doc.Reporter()}
	spec := l.spec(root)
	if small := root.Get("small"); small != nil {
		form := &loader{Options: options, dir: l.dir, report: report, warnings: doc.Reporter()}
		smaller := form.spec(form.overlay(root, small))
		if options.Small {
			spec, l = smaller, form
		}
	} else if options.Small {
		report.At(root).Hint("add a section small: with shorter phases and holds").Errorf("the scenario has no small form")
	}
	if problems := report.Problems(); len(problems) > 0 {
		return nil, problems
	}
	sum := sha256.Sum256(source)
	spec.File, spec.Source, spec.Digest = file, source, hex.EncodeToString(sum[:])
	spec.Small, spec.Warnings = options.Small, l.warnings.Problems()
	return spec, nil
}

// loader builds one form of a scenario and collects what is wrong with it.
type loader struct {
	Options
	dir      string // the scenario's, which files are relative to
	report   *document.Reporter
	warnings *document.Reporter
	names    names
	signals  []collectors.SignalInfo // of the scenario's own collectors
	kinds    map[string][]collectors.SignalInfo
	// publishers are who publishes each of signals.
	publishers []collectors.Collector
	watching   []*Collector             // the scenario's own
	windows    map[string]time.Duration // Spec.Windows
	// percentiles are those that are asked for while the run goes on.
	percentiles []livePercentile
}

// names are what expressions may refer to.
type names struct{ loads, faults []string }

func (l *loader) spec(root *document.Node) *Spec {
	var g grammar
	l.report.Decode(root, &g)
	if root.Shape != document.Mapping {
		return nil
	}
	l.names = names{g.Loads.Names(), l.rows(g.Faults)}
	l.kinds = l.Catalogue.signals()
	l.windows = map[string]time.Duration{}
	spec := &Spec{Name: g.Name.V, Description: g.Description, Rehearse: g.Rehearse, Windows: l.windows}
	if g.Version.Given() && g.Version.V != version {
		l.report.At(g.Version.Node).Errorf("version: this is not %s", version)
	}
	l.name("scenario", g.Name.V, g.Name.Node)
	if l.word(g.Expect, "expectation", "breach") {
		spec.Breach = g.Expect.V == "breach"
	}
	spec.Phases = l.phases(g.Phases)
	spec.Thresholds = l.thresholds(g.Thresholds, spec.Phases)
	for _, e := range g.Collectors.Entries {
		spec.Collectors = append(spec.Collectors, l.collector(e))
	}
	for i, e := range g.Collectors.Entries { // what they wait for may be a signal of any of them
		c := spec.Collectors[i]
		c.Start, c.End = l.moment(e.Value.Start, "start", spec.Phases), l.moment(e.Value.End, "end", spec.Phases)
	}
	for _, e := range g.Captures.Entries {
		spec.Captures = append(spec.Captures, l.capture(e, spec.Phases))
	}
	spec.Microversions = l.microversions(g.Microversions)
	for _, e := range g.Tenants.Entries {
		spec.Tenants = append(spec.Tenants, l.tenants(e, g.Name.V))
	}
	for _, e := range g.Loads.Entries {
		load := l.load(e, spec.Phases)
		load.Fresh = l.fresh(e.Value, load.Workload)
		load.Tenants = l.tenantsOf(e.Value, load.Workload, spec.Tenants)
		spec.Loads = append(spec.Loads, load)
	}
	l.used(spec, g.Tenants.Entries)
	for _, n := range g.SteadyState {
		spec.SteadyState = append(spec.SteadyState, l.check(n))
	}
	for i := range g.Faults.Entries {
		spec.Faults = append(spec.Faults, l.row(l.fault(&g.Faults.Entries[i], spec.Phases))...)
	}
	l.twice(spec)
	l.order(spec)
	l.stop(spec, g.StopWhen)
	l.supported(spec.Loads)
	l.objectives(spec, g.Objectives)
	return spec
}

// longestName is how long the names of scenarios and of their parts may be.
const longestName = 64

var namePattern = regexp.MustCompile(`^[a-z0-9]([a-z0-9_-]*[a-z0-9])?$`)

// name checks a name that reports and run directories carry. A missing or
// empty one has been reported.
func (l *loader) name(what, name string, at *document.Node) {
	switch {
	case name != "" && !namePattern.MatchString(name):
		l.report.At(at).Hint("small letters, digits, hyphens and underscores").Errorf("%q is no name for a %s", name, what)
	case len(name) > longestName: // units and files on nodes carry it
		l.report.At(at).Errorf("the name of a %s has %d letters, and at most %d", what, len(name), longestName)
	}
}

// word checks that a value is one of some words; one that is not given is.
func (l *loader) word(v document.Value[string], what string, known ...string) bool {
	if !v.Given() || v.V == "" {
		return true
	}
	if slices.Contains(known, v.V) {
		return true
	}
	l.report.At(v.Node).Unknown(what, v.V, known)
	return false
}

// number is a count of things in words.
func number(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
