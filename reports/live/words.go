package live

import (
	"fmt"
	"slices"
	"strings"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
)

// Words is an event as one line for people; empty for what they need not see.
func Words(e record.Event) string {
	switch {
	case e.Started != nil:
		return fmt.Sprintf("run %s: %s on %s, seed %d", e.Started.Run, e.Started.Scenario, e.Started.Cloud, e.Started.Seed)
	case e.Phase != nil:
		return "phase " + e.Phase.Name
	case e.Load != nil:
		return loadWords(*e.Load)
	case e.Maximum != nil:
		return maximumWords(*e.Maximum)
	case e.Fault != nil:
		return faultWords(*e.Fault)
	case e.Target != nil:
		return targetWords(*e.Target)
	case e.Check != nil:
		return because(fmt.Sprintf("steady state %s the faults: %s: %s", e.Check.When, e.Check.Expression, checked(e.Check.Verdict)), e.Check.Detail)
	case e.Collect != nil && (e.Collect.State == "gap" || e.Collect.State == "resumed"):
		return because(fmt.Sprintf("collector %s: %s", strings.TrimSpace(e.Collect.Collector+" "+e.Collect.Node), e.Collect.State), e.Collect.Error)
	case e.Collect != nil && e.Collect.Trigger != "":
		return because(fmt.Sprintf("collector %s %s", e.Collect.Collector, e.Collect.State), e.Collect.Trigger)
	case e.Capture != nil:
		return captureWords(*e.Capture)
	case e.Outage != nil:
		return outageWords(*e.Outage)
	case e.Stop != nil:
		return "stopping, " + because(e.Stop.Cause, e.Stop.Reason)
	case e.Override != nil:
		return because("safety net lifted: "+e.Override.Net, e.Override.Reason)
	case e.Residue != nil:
		return because("left behind: "+strings.TrimSpace(e.Residue.Node+" "+e.Residue.What), e.Residue.Remedy)
	case e.Worker != nil:
		return workerWords(*e.Worker)
	case e.Note != nil:
		return because(e.Note.Level, e.Note.Text)
	case e.Ended != nil:
		return because("ended", e.Ended.Error)
	}
	return ""
}

func because(what, why string) string {
	if why == "" {
		return what
	}
	return what + ": " + why
}

func faultWords(f record.FaultEvent) string {
	switch f.State {
	case record.Planned, record.Preflight:
		return ""
	default:
		return because("fault "+f.Name+" "+stateWord(f.State), strings.Trim(f.Trigger+"; "+f.Reason, "; "))
	}
}

// checked is what came of a check. It is no word that a secret may stand behind, as pass is in
// "pass: ok in 9 ms", which whoever hides secrets has to take for a password.
func checked(verdict string) string {
	switch kpi.Verdict(verdict) {
	case kpi.Pass:
		return "passed"
	case kpi.Fail:
		return "failed"
	case kpi.Unknown:
	}
	return verdict
}

// targetWords tells of a target what the fault's own line does not.
func targetWords(t record.TargetEvent) string {
	switch t.State {
	case record.Held:
		return because(fmt.Sprintf("fault %s struck %s", t.Name, t.Target), t.Effect)
	case record.Undoing:
		if t.Reason == "" {
			return ""
		}
		return because(fmt.Sprintf("fault %s is over on %s", t.Name, t.Target), t.Reason)
	case record.Undone, record.SelfHealed:
		text := fmt.Sprintf("fault %s %s on %s", t.Name, stateWord(t.State), t.Target)
		if t.By != "" {
			text += " by " + t.By
		}
		return text
	case record.Stuck, record.Failed, record.Unknown, record.Refused, record.Fenced:
		return because(fmt.Sprintf("fault %s %s on %s", t.Name, stateWord(t.State), t.Target),
			strings.Trim(strings.Join(append(slices.Clone(t.Problems), t.Reason), "; "), "; "))
	default:
		return ""
	}
}

// outageWords tells what is down, and by whom as far as is known.
func outageWords(o record.OutageEvent) string {
	what, well := o.Target.String()+" is not healthy", o.Target.String()+" is healthy again"
	if o.Target.Service == "" {
		what, well = o.Target.Node+" gives no answer", o.Target.Node+" answers again"
	}
	beside := strings.Join(o.Beside, ", ")
	switch {
	case o.State == record.OutageOver:
		return fmt.Sprintf("%s, after %s", well, kpi.Quantity((o.To-o.From).Seconds(), "s"))
	case o.State == record.OutageOutlived:
		return fmt.Sprintf("unexpected outage: %s since %s, long after %s", what, kpi.Clock(o.From), beside)
	case beside != "":
		return fmt.Sprintf("outage: %s since %s, beside %s", what, kpi.Clock(o.From), beside)
	}
	return fmt.Sprintf("unexpected outage: %s since %s, and no fault explains it", what, kpi.Clock(o.From))
}

// captureWords tells of a capture when it begins, and what came of it.
func captureWords(c record.CaptureEvent) string {
	text := strings.TrimSpace("capture " + c.Capture + " " + c.Node)
	switch c.State {
	case record.CaptureKept:
		return because(because(text+" kept", c.Has), c.Cut)
	case record.CaptureFailed:
		return because(text+" failed", c.Error)
	case record.CaptureBegins, record.CaptureSkipped:
	}
	return because(text+" "+string(c.State), c.Trigger)
}

func loadWords(e record.LoadEvent) string {
	text := "load " + e.Name + " " + e.State
	if e.State == "changed" {
		text += fmt.Sprintf(" to %.4g/s", e.Rate)
	}
	return because(because(text, e.Trigger), e.Error)
}

// workerWords tells who came and who is lost; accounts are for the report.
func workerWords(w record.WorkerEvent) string {
	switch w.State {
	case record.WorkerJoined:
		return fmt.Sprintf("worker %s has joined from %s", w.Name, w.Host)
	case record.WorkerLost:
		return because("worker "+w.Name+" is lost", w.Reason)
	default:
		return ""
	}
}

func maximumWords(m record.Maximum) string {
	if m.Rate == 0 {
		return fmt.Sprintf("the maximum of load %s is unknown after %d trials: %s", m.Load, len(m.Trials), m.Reason)
	}
	return fmt.Sprintf("the maximum of load %s is %.4g/s, found in %d trials", m.Load, m.Rate, len(m.Trials))
}
