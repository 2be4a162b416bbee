package scenarios

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/loadgen"
)

// Print writes the plan for people: what would be done to which node, when,
// and why the budget admits it.
func (p *Plan) Print(w io.Writer) error {
	var b strings.Builder
	form := ""
	if p.Small {
		form = ", its small form"
	}
	fmt.Fprintf(&b, "scenario %s%s, on the %s cloud %s, seed %d\n", p.Scenario, form, p.Kind, p.Cloud, p.Seed)
	if p.Expect != "" {
		fmt.Fprintf(&b, "expects a %s: the outage is looked for, and has to heal\n", p.Expect)
	}
	if p.Rehearse {
		b.WriteString("rehearsed first: each fault once, on one target, for a second\n")
	}
	for _, o := range p.Overrides {
		fmt.Fprintf(&b, "safety net %s is overridden: %s\n", o.Net, o.Reason)
	}
	if len(p.Down) > 0 {
		fmt.Fprintf(&b, "down already, and not struck: %s\n", refs(p.Down))
	}
	fmt.Fprintf(&b, "\nphases        %s\n", p.Phases)
	list(&b, "steady state", p.SteadyState)
	if len(p.Microversions) > 0 {
		fmt.Fprintf(&b, "%-13s %s\n", "microversions", asked(p.Microversions))
	}
	for i, t := range p.Tenants {
		fmt.Fprintf(&b, "%-13s %s: %v\n", heading("tenants", i), t.Name, t)
	}
	for i, l := range p.Loads {
		fmt.Fprintf(&b, "%-13s %s: %s, %s model, %s\n", heading("loads", i), l.Name, l.Workload, l.Model, l.Amount)
		if l.Tenants != "" {
			fmt.Fprintf(&b, "%-13s   spread over the tenants %s\n", "", l.Tenants)
		}
		if l.Session != "" {
			fmt.Fprintf(&b, "%-13s   a %s token for each iteration\n", "", l.Session)
		}
		if len(l.Program) > 0 {
			fmt.Fprintf(&b, "%-13s starts on this machine: %q\n", "", l.Program)
		}
		for _, line := range l.When {
			fmt.Fprintf(&b, "%-13s   %s\n", "", line)
		}
		for _, name := range slices.Sorted(maps.Keys(l.Files)) {
			fmt.Fprintf(&b, "%-13s   %s, sha256 %s\n", "", name, l.Files[name])
		}
	}
	for i, c := range p.Collectors {
		c.print(&b, heading("collectors", i))
	}
	for i, c := range p.Captures {
		c.print(&b, heading("captures", i))
	}
	list(&b, "stop when", p.StopWhen)
	if p.NoStop != "" {
		fmt.Fprintf(&b, "%-13s never: %s\n", "stop when", p.NoStop)
	}
	list(&b, "objectives", p.objectiveWords())
	if words := thresholdWords(p.Thresholds); words != "" {
		fmt.Fprintf(&b, "%-13s %s\n", "thresholds", words)
	}
	for _, f := range p.Faults {
		f.print(&b)
	}
	for i, text := range p.Warnings {
		if i == 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "warning: %s\n", text)
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("write plan: %w", err)
	}
	return nil
}

// heading is said once for a list.
func heading(text string, i int) string {
	if i > 0 {
		return ""
	}
	return text
}

func list(b *strings.Builder, what string, lines []string) {
	for i, line := range lines {
		fmt.Fprintf(b, "%-13s %s\n", heading(what, i), line)
	}
}

// String is the phases in order, with the planned length of the run.
func (p Phases) String() string {
	chaos := p.Chaos.String()
	if p.UntilStopped {
		chaos = "until stopped"
	}
	if p.UntilLoadsEnded {
		chaos = fmt.Sprintf("until all loads have ended, at most %v", p.Chaos)
	}
	text := fmt.Sprintf("warmup %v, baseline %v, chaos %s, recovery %v", p.Warmup, p.Baseline, chaos, p.Recovery)
	if p.UntilStopped {
		return text
	}
	if p.UntilLoadsEnded {
		return text + fmt.Sprintf(": at most %v in all", p.Total())
	}
	return text + fmt.Sprintf(": %v in all", p.Total())
}

func amount(s loadgen.Spec) string {
	if s.Arrivals != nil {
		return s.Arrivals.String()
	}
	text := number(s.Concurrency, "worker")
	if s.Think > 0 {
		text += fmt.Sprintf(", %v of thinking", s.Think)
	}
	if s.Iterations > 0 {
		text += fmt.Sprintf(", %d iterations", s.Iterations)
	}
	return text
}

func (f *PlannedFault) print(b *strings.Builder) {
	fmt.Fprintf(b, "\nfault %s: %s\n", f.Name, f.Fault)
	if f.Args != "" {
		fmt.Fprintf(b, "  args        %s\n", f.Args)
	}
	switch {
	case f.Aim != "":
		fmt.Fprintf(b, "  targets     %s of %s: %s, asked when it fires\n", f.Count, refs(f.Targets), f.Aim)
	default:
		fmt.Fprintf(b, "  targets     %s (%s of %s)\n", refs(f.Targets), f.Count, number(len(f.Candidates), "candidate"))
	}
	if len(f.Costs) > 0 {
		fmt.Fprintf(b, "  costs       %s too\n", refs(f.Costs))
	}
	fmt.Fprintf(b, "  start       %s", f.Start)
	if f.Latest > f.Earliest {
		fmt.Fprintf(b, "; between %v and %v", f.Earliest, f.Latest)
	}
	hold := f.Hold.String()
	if f.Heals != "" {
		hold = fmt.Sprintf("until the cloud has healed itself (%s), at most %v", f.Heals, f.Hold)
	}
	fmt.Fprintf(b, "\n  hold        %s, then undone and verified; its budget is free again after %v of health\n", hold, f.Settle)
	for i, d := range f.Budget {
		loses := fmt.Sprintf("%d", d.lost())
		if d.Most > 0 {
			loses += " at most"
		}
		fmt.Fprintf(b, "  %-11s group %s (%s, %s) tolerates the loss of %d, and loses %s: %s\n",
			heading("budget", i), d.Group, d.Rule, number(d.Members, "member"), d.Tolerates, loses, refs(d.Lost))
		for _, o := range d.Others {
			fmt.Fprintf(b, "  %-11s   beside it %s, by %s\n", "", o.Ref, o.words())
		}
		fmt.Fprintf(b, "  %-11s   %s\n", "", d.Why)
	}
	if len(f.Beside) > 0 {
		fmt.Fprintf(b, "  beside      can be active together with %s\n", strings.Join(f.Beside, ", "))
	}
	if len(f.Lifted) > 0 {
		fmt.Fprintf(b, "  LIFTED      safety nets: %s\n", strings.Join(f.Lifted, ", "))
	}
	for i, name := range slices.Sorted(maps.Keys(f.Files)) {
		fmt.Fprintf(b, "  %-11s %s, sha256 %s\n", heading("files", i), name, f.Files[name])
	}
	if f.Irreversible != "" {
		fmt.Fprintf(b, "  FOR GOOD    %s\n", f.Irreversible)
	}
	if len(f.Unverified) > 0 {
		fmt.Fprintf(b, "  INSECURE    the certificate of the management controller is not verified: %s\n", strings.Join(f.Unverified, ", "))
	}
	if f.Reboots && f.Outside {
		b.WriteString("  wake        a process beside eris switches it on, as long as this machine lives\n")
	}
	if f.Reboots {
		fmt.Fprintf(b, "  dead-man    the boot that follows undoes it; before that the node would, %v after it last heard from eris; a boot may take %v\n", f.Lease, faults.BootMost)
		return
	}
	who := "the node undoes it by itself"
	if f.Outside {
		who = "a process beside eris undoes it, as long as this machine lives,"
	}
	fmt.Fprintf(b, "  dead-man    %s %v after it last heard from eris, and at the latest %v after arming\n", who, f.Lease, f.TTL.Round(time.Millisecond))
}

// words are who causes a loss.
func (o Loss) words() string {
	if o.Perhaps {
		return o.Fault + " or another one: it is aimed when it fires"
	}
	return o.Fault
}

// lost counts each member once; of those of which not all are lost, as many as
// can be.
func (d Draw) lost() int {
	lost := map[inventory.Ref]bool{}
	for _, o := range d.Others {
		lost[o.Ref] = true
	}
	if d.Most > 0 {
		return len(lost) + d.Most
	}
	for _, ref := range d.Lost {
		lost[ref] = true
	}
	return len(lost)
}

func refs(list []inventory.Ref) string {
	words := make([]string, len(list))
	for i, ref := range list {
		words[i] = ref.String()
	}
	return strings.Join(words, ", ")
}

// print says what it looks at, where, how often and when.
func (c *PlannedCollector) print(b *strings.Builder, heading string) {
	where := "from here"
	if len(c.Nodes) > 0 {
		where = "on " + strings.Join(c.Nodes, ", ")
	}
	fmt.Fprintf(b, "%-13s %s: %s every %v %s\n", heading, c.Name, c.Kind, c.Every, where)
	for _, line := range c.When {
		fmt.Fprintf(b, "%-13s   %s\n", "", line)
	}
}
