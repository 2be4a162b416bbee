package reports

import (
	"encoding/xml"
	"fmt"
	"io"
	"reflect"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
)

// The document of a JUnit report, as CI servers read it. Times are seconds.
//
// Source: https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd
type (
	junitSuites struct {
		XMLName  xml.Name   `xml:"testsuites"`
		Name     string     `xml:"name,attr"`
		Tests    int        `xml:"tests,attr"`
		Failures int        `xml:"failures,attr"`
		Errors   int        `xml:"errors,attr"`
		Time     string     `xml:"time,attr"`
		Suite    junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name       string          `xml:"name,attr"`
		Tests      int             `xml:"tests,attr"`
		Failures   int             `xml:"failures,attr"`
		Errors     int             `xml:"errors,attr"`
		Skipped    int             `xml:"skipped,attr"`
		Time       string          `xml:"time,attr"`
		Timestamp  string          `xml:"timestamp,attr"`
		Properties []junitProperty `xml:"properties>property"`
		Cases      []junitCase     `xml:"testcase"`
	}
	junitProperty struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	}
	junitCase struct {
		Class   string     `xml:"classname,attr"`
		Name    string     `xml:"name,attr"`
		Time    string     `xml:"time,attr"`
		Failure *junitNote `xml:"failure"`
		Skipped *junitNote `xml:"skipped"`
	}
	junitNote struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr,omitempty"`
		Text    string `xml:",chardata"`
	}
)

// WriteJUnit writes the run as a test suite of JUnit: a case for each objective, each
// steady-state check, the undo of each fault, each assumption of the measurement, and
// what is left behind. What is unknown is skipped, with the reason.
func WriteJUnit(w io.Writer, a *kpi.Analysis) error {
	r := &a.Result
	s := junitSuite{
		Name: r.Scenario.Name, Time: seconds(r.DurationMS), Timestamp: r.Started.UTC().Format("2006-01-02T15:04:05"),
		Properties: []junitProperty{{"run", r.Run}, {"cloud", r.Cloud.Name}, {"verdict", string(r.Verdict)}, {"summary", r.Summary}},
	}
	for _, f := range reproduce(a) {
		if f.Label != "run" {
			s.Properties = append(s.Properties, junitProperty{f.Label, f.Value})
		}
	}
	for _, o := range r.Objectives {
		p := promise(o, r.Faults)
		if o.Owner != "" {
			s.Properties = append(s.Properties, junitProperty{"owner of " + o.Expression, o.Owner})
		}
		s.objective(o, fmt.Sprintf("%s: measured %s, limit %s", p.What, p.Measured, p.Limit))
	}
	for _, c := range r.Checks {
		s.add("steady state", c.Expression+", "+c.When+" the faults", c.Verdict, "the steady state "+c.When+" the faults did not hold", c.Detail)
	}
	for i := range a.Faults {
		s.undo(&a.Faults[i], &r.Faults[i])
	}
	for _, q := range r.Quality {
		s.add("measurement", q.Assumption, q.Verdict, "it is not so that "+q.Assumption, q.Detail)
	}
	s.residue(r)
	s.Tests = len(s.Cases)
	eachText(reflect.ValueOf(&s), record.Straight)
	all := junitSuites{Name: "eris", Tests: s.Tests, Failures: s.Failures, Errors: s.Errors, Time: s.Time, Suite: s}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return fmt.Errorf("write JUnit: %w", err)
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(all); err != nil {
		return fmt.Errorf("write JUnit: %w", err)
	}
	if _, err := io.WriteString(w, "\n"); err != nil {
		return fmt.Errorf("write JUnit: %w", err)
	}
	return nil
}

// add adds a case. Message says what failed, detail why or how it was measured.
func (s *junitSuite) add(kind, name string, v kpi.Verdict, message, detail string) {
	c := junitCase{Class: "eris." + strings.ReplaceAll(s.Name, ".", "_") + "." + kind, Name: name, Time: "0"}
	switch v {
	case kpi.Pass:
	case kpi.Fail:
		s.Failures++
		c.Failure = &junitNote{message, kind, detail}
	default:
		s.Skipped++
		c.Skipped = &junitNote{Message: strings.TrimSuffix("unknown: "+detail, ": ")}
	}
	s.Cases = append(s.Cases, c)
}

// objective adds its case. One that decides nothing fails no job: a miss is skipped, and says
// what it was.
func (s *junitSuite) objective(o kpi.Objective, message string) {
	detail := o.Detail
	if o.Owner != "" {
		detail = strings.TrimPrefix(detail+"; owner: "+o.Owner, "; ")
	}
	if o.Decides() || o.Verdict != kpi.Fail {
		s.add("objective", o.Expression, o.Verdict, message, detail)
		return
	}
	s.add("objective", o.Expression, kpi.Unknown, "", detail)
	s.Cases[len(s.Cases)-1].Skipped.Message = strings.TrimSuffix("minor, and missed: "+message+"; "+detail, "; ")
}

// undo adds the case that nothing of a fault is left, but for one that was never made.
func (s *junitSuite) undo(f *kpi.FaultFigures, r *kpi.Fault) {
	mark, verdict := undoMark(f, r), kpi.Pass
	switch {
	case f.Plan.Foreign:
		verdict = kpi.Unknown
	case !f.Touched:
		return
	case !f.Verified:
		verdict = kpi.Fail
	}
	s.add("undo", f.Name, verdict, "the undo of "+f.Name+" ("+r.Fault+" on "+strings.Join(r.Targets, ", ")+") is not verified", strings.Trim(mark.Word+"; "+r.Reason, "; "))
}

// residue adds the case that nothing is left behind, as the figure of that name has it: where
// nobody could look nobody knows.
func (s *junitSuite) residue(r *kpi.Result) {
	var words []string
	for _, left := range r.Residue {
		words = append(words, strings.TrimSpace(left.Node+" "+left.What+"\n"+left.Remedy))
	}
	verdict := kpi.Pass
	if len(words) > 0 {
		verdict = kpi.Fail
	} else if k := residueOf(r); k.State == kpi.NotMeasured {
		verdict, words = kpi.Unknown, []string{k.Detail}
	}
	s.add("residue", "nothing is left behind", verdict, fmt.Sprintf("%d things are left behind", len(r.Residue)), strings.Join(words, "\n"))
}

func seconds(ms float64) string {
	return fmt.Sprintf("%.3f", (time.Duration(ms * float64(time.Millisecond))).Seconds())
}
