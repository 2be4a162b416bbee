package kpi

import (
	"fmt"
	"strings"
	"time"
)

// momentCauses go by when it began and ended, held against the fault and its undo.
func momentCauses() []rule {
	return []rule{
		{"took-over-late", tookOverLate}, {"nothing-took-over", nothingTookOver}, {"undo-hurt", undoHurt},
		{"slow-to-return", slowToReturn}, {"survivors-slow", survivorsSlow}, {"slow-member", slowMember},
	}
}

const (
	// beside is how close to a moment of a fault a load's last success or first success
	// must be to have begun or ended with it.
	beside = 2 * time.Second
	// longHeld is for how long a fault is held at least that says whether something takes
	// over: the default of what an outage may last.
	longHeld = 5 * time.Second
	// longAfter is how long after an undo it takes at least to be called slow.
	longAfter = 10 * time.Second
)

// struckOutage is the longest outage of the load within the fault's extent.
func (e *evidence) struckOutage() (o Outage, is bool) {
	if e.load == nil || e.fault == nil || e.fault.Effective == nil || e.fault.UndoFrom == nil || e.fault.Undone == nil || e.latency() {
		return o, false
	}
	return e.load.worstOutage(Span{e.fault.Extent.From, max(e.fault.Extent.To, *e.fault.Undone+beside)}.meets)
}

// begins tells whether an outage began with the fault's effect.
func (e *evidence) begins(o Outage) bool {
	return (o.From-*e.fault.Effective).Abs() <= beside+e.fault.Bound && o.To > *e.fault.Effective
}

func (e *evidence) moments(o Outage) []string {
	f := e.fault
	end := "first success after it at " + exactly(o.To)
	if o.Open {
		end = "no success followed"
	}
	return []string{
		fmt.Sprintf("last success of %s before it at %s, %s", e.load.Plan.Name, exactly(o.From), end),
		fmt.Sprintf("%s was effective at %s (± %s), its undo began at %s and was verified at %s", f.Name, exactly(*f.Effective),
			Quantity(seconds(f.Bound), "s"), exactly(*f.UndoFrom), exactly(*f.Undone)),
	}
}

// exactly is a moment of the run.
func exactly(at time.Duration) string { return Quantity(seconds(at), "s") }

func tookOverLate(e *evidence) (string, []string) {
	o, is := e.struckOutage()
	if !is || o.Open || !e.begins(o) || o.To >= *e.fault.UndoFrom {
		return "", nil
	}
	return fmt.Sprintf("something took over while the fault was held, or what was struck was back by itself, and it took %s until then: what notices the loss and leads around it (checks of a proxy, the move of an address, time-outs) is that slow",
		Quantity(seconds(o.To-*e.fault.Effective), "s")), e.moments(o)
}

func nothingTookOver(e *evidence) (string, []string) {
	o, is := e.struckOutage()
	if !is || !e.begins(o) || *e.fault.UndoFrom-*e.fault.Effective < longHeld || !o.Open && o.To < *e.fault.UndoFrom {
		return "", nil
	}
	return fmt.Sprintf("nothing took over for the %s that the fault was held: the load depends on what was struck, or on all of it, whatever the declared redundancy says, or what takes over needs longer than that",
		Quantity(seconds(*e.fault.UndoFrom-*e.fault.Effective), "s")), e.moments(o)
}

func undoHurt(e *evidence) (string, []string) {
	o, is := e.struckOutage()
	if !is || o.From < *e.fault.UndoFrom-beside || o.From > *e.fault.Undone+beside || *e.fault.UndoFrom-*e.fault.Effective < longHeld {
		return "", nil
	}
	const why = "what came back was given work before it could do it, or had the others wait for it"
	held := Span{*e.fault.Effective, *e.fault.UndoFrom - beside}
	if other, too := e.load.worstOutage(held.meets); too && other.From < held.To {
		return "the return hurt, and the loss did before it: " + why, append(e.moments(o), fmt.Sprintf("%s had no success from %s to %s, too", e.load.Plan.Name, exactly(other.From), exactly(other.To)))
	}
	return "the return hurt and not the loss: " + why, e.moments(o)
}

func slowToReturn(e *evidence) (string, []string) {
	switch e.what {
	case "time_to_recover", "time_to_recover_after_undo", "outage", "downtime", "redundancy":
	default:
		return "", nil
	}
	if e.fault == nil || e.fault.Undone == nil {
		return "", nil
	}
	after := e.fault.AfterUndo
	if after.Low == nil || *after.Low < seconds(longAfter) || after.State != Measured && after.State != Censored {
		return "", nil
	}
	// What was over before the undo has another cause, and so has what another load suffered.
	if e.span.To > 0 && e.span.To <= *e.fault.Undone || e.load != nil && !strings.HasPrefix(after.Detail, e.load.Plan.Name+", ") {
		return "", nil
	}
	took := Quantity(*after.Low, "s")
	return fmt.Sprintf("what was struck was there again and the service was not, for %s at least: members have to join and catch up, or clients to connect again, after waits of their own", took),
		[]string{fmt.Sprintf("time to recover after the undo of %s: %s at least (%s)", e.fault.Name, took, after.Detail)}
}

// tookLonger is by how much answers took longer than in the baseline while the fault was held,
// of a percentile that was missed; false where that is not surely more than a healthy load
// may.
func (e *evidence) tookLonger() (words []string, is bool) {
	if !e.latency() || e.fault == nil || e.fault.Ratio.Low == nil || *e.fault.Ratio.Low <= e.a.Settings.LatencyFactor {
		return nil, false
	}
	r := e.fault.Ratio
	factor := Quantity(*r.Value, "1") + "× the baseline's"
	if r.High != nil {
		factor += fmt.Sprintf(" (%s to %s)", Quantity(*r.Low, "1"), Quantity(*r.High, "1"))
	} else {
		factor += " at least"
	}
	return []string{fmt.Sprintf("%s while %s (%s) was held: %s", r.Detail, e.fault.Name, e.fault.Plan.Fault, factor)}, true
}

// survivorsSlow is the same load on fewer members.
func survivorsSlow(e *evidence) (string, []string) {
	words, is := e.tookLonger()
	if !is || !e.does(removing()) {
		return "", nil
	}
	return "what was left answered the same load, and slower than all members together: it has too little room, or some requests still waited for what was struck", words
}

// slowMember is a member that is slow and still asked.
func slowMember(e *evidence) (string, []string) {
	words, is := e.tookLonger()
	if !is || !e.does(slowing()) {
		return "", nil
	}
	return "requests were still led to what the fault made slow: whoever checks it asks whether it answers, and not how fast", words
}
