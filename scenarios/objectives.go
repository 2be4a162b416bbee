package scenarios

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/conditions"
	"github.com/openstack-eris/eris/document"
)

// The severities of objectives. One that is minor is judged and shown as any other, and
// decides nothing: neither that the run failed nor that it is unknown.
const (
	Major = "major"
	Minor = "minor"
)

// longestOwner is how many letters whoever looks after an objective may have.
const longestOwner = 100

// objectiveEntry is an expression, or one with what is said of it.
type objectiveEntry struct {
	at         *document.Node
	Expression document.Value[string] `yaml:"objective" required:"true" help:"a comparison of KPIs with limits, with one another or with another run"`
	Severity   document.Value[string] `yaml:"severity" help:"major, or minor: one that is missed is shown, and does not fail the run; major unless given"`
	Owner      document.Value[string] `yaml:"owner" help:"who looks after it, for reports"`
}

// plainObjective is its mapping.
type plainObjective objectiveEntry

// UnmarshalDocument reads the expression alone, or a mapping.
func (e *objectiveEntry) UnmarshalDocument(report *document.Reporter, node *document.Node) {
	if e.at = node; node.Shape == document.Mapping {
		report.Decode(node, (*plainObjective)(e))
		e.at = node
		return
	}
	report.Decode(node, &e.Expression)
}

// DocumentType is the word for one in descriptions.
func (*objectiveEntry) DocumentType() string {
	return "comparison"
}

// objectives checks those of a scenario, and what is said of them.
func (l *loader) objectives(spec *Spec, entries []objectiveEntry) {
	decides := false
	first := map[string]*document.Node{}
	for _, e := range entries {
		if l.word(e.Severity, "severity", Major, Minor) && e.Severity.V != Minor {
			decides = true
		}
		if owner := e.Owner.V; utf8.RuneCountInString(owner) > longestOwner || strings.ContainsFunc(owner, func(r rune) bool { return !unicode.IsPrint(r) }) {
			l.report.At(e.Owner.Node).Errorf("owner: wants one line of at most %d letters", longestOwner)
		}
		c := l.objective(e.Expression)
		if c == nil {
			continue
		}
		if before := first[c.Source]; before != nil {
			l.report.At(e.at).Hint("it is there at %s", before.Place()).Errorf("this objective is there twice")
			continue
		}
		first[c.Source] = e.at
		spec.Objectives = append(spec.Objectives, c)
		said := record.Judged{Severity: e.Severity.V, Owner: e.Owner.V}
		if said.Severity == Major {
			said.Severity = ""
		}
		if said != (record.Judged{}) {
			if spec.Judged == nil {
				spec.Judged = map[string]record.Judged{}
			}
			spec.Judged[c.Source] = said
		}
	}
	if len(entries) > 0 && !decides {
		l.report.At(entries[0].at).Hint("leave out the severity of one").Errorf("all objectives are minor, so that none decides what becomes of the run")
	}
}

func (l *loader) objective(v document.Value[string]) *conditions.Comparison {
	if !readable(v) {
		return nil
	}
	comparison, err := conditions.CompileComparison(v.V, l.Catalogue.Objectives)
	if err != nil {
		l.wrong(v.Node, err)
		return nil
	}
	if err := comparison.Meant(); err != nil {
		l.wrong(v.Node, err)
		return nil
	}
	l.calls(v.Node, comparison.Calls())
	return comparison
}

// objectiveWords are the objectives with what is said of them, as a plan prints them.
func (p *Plan) objectiveWords() []string {
	words := slices.Clone(p.Objectives)
	for n, expression := range words {
		if said := p.Judged[expression]; said != (record.Judged{}) {
			parts := []string{said.Severity}
			if said.Owner != "" {
				parts = append(parts, "owner "+said.Owner)
			}
			words[n] += "  (" + strings.Trim(strings.Join(parts, ", "), ", ") + ")"
		}
	}
	return words
}
