package scenarios

import (
	"time"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/loadgen"
)

// version is the grammar that this package reads.
const version = "eris/v1"

// The structs below are the grammar of a scenario file; `eris describe
// scenario` prints their help.

type grammar struct {
	Version       document.Value[string]               `yaml:"version" required:"true" help:"eris/v1"`
	Name          document.Value[string]               `yaml:"name" required:"true" help:"small letters, digits and hyphens"`
	Description   string                               `yaml:"description" help:"one sentence: what the cloud promises"`
	Expect        document.Value[string]               `yaml:"expect" help:"breach: the scenario goes beyond redundancy and expects an outage that heals"`
	Rehearse      bool                                 `yaml:"rehearse" help:"eris run makes each fault once first, on one target, for a second, and goes no further where one does not heal"`
	Phases        document.Value[phases]               `yaml:"phases" required:"true" help:"how long the phases last"`
	SteadyState   []*document.Node                     `yaml:"steady_state" help:"conditions, or check: {workload, args, within}; must hold before the first fault and again after recovery"`
	Tenants       document.Map[tenantsEntry]           `yaml:"tenants" help:"projects and users for whom loads act, by name"`
	Microversions document.Map[document.Value[string]] `yaml:"microversions" help:"which loads ask for, of compute and of volume; none unless given, which is the service's lowest"`
	Loads         document.Map[loadEntry]              `yaml:"loads" help:"streams of work, by name"`
	Collectors    document.Map[collectEntry]           `yaml:"collectors" help:"what to watch, by name"`
	Captures      document.Map[captureEntry]           `yaml:"captures" help:"what to keep around a moment, by name"`
	Faults        document.Map[faultEntry]             `yaml:"faults" help:"what to break, by name"`
	StopWhen      *document.Node                       `yaml:"stop_when" required:"true" help:"conditions that end the run early; none, or {none: REASON}"`
	Objectives    []objectiveEntry                     `yaml:"objectives" help:"comparisons of KPIs with limits, or {objective, severity, owner}"`
	Thresholds    document.Value[thresholds]           `yaml:"thresholds" help:"constants of the KPIs' definitions, where others than usual are wanted"`
	Small         *document.Node                       `yaml:"small" help:"what differs in the small form, which takes at most 10 s"`
}

type phases struct {
	Warmup   time.Duration                 `yaml:"warmup" help:"loads run, nothing counts"`
	Baseline time.Duration                 `yaml:"baseline" help:"loads run undisturbed, for comparison"`
	Chaos    document.Value[time.Duration] `yaml:"chaos" help:"faults happen"`
	Recovery time.Duration                 `yaml:"recovery" help:"loads run on after the last undo"`
	Until    document.Value[string]        `yaml:"until" help:"stopped: chaos lasts until the run is stopped, which is then its normal end; loads_ended: it is over before its time when every load has ended"`
}

type loadEntry struct {
	Workload document.Value[string] `yaml:"workload" required:"true" help:"a workload of eris list workloads"`
	Args     *document.Node         `yaml:"args" help:"the workload's arguments"`
	Tenants  document.Value[string] `yaml:"tenants" help:"over whom its iterations are spread: a name under tenants; the user of the inventory's entry of clouds.yaml unless given"`
	Session  document.Value[string] `yaml:"session" help:"reused: one token for all iterations of a user; fresh: a new one for each, which is an operation of it; reused unless given"`
	Spec     loadgen.Spec           `yaml:",inline"`
	Start    document.Value[moment] `yaml:"start" help:"what lets it begin; the start of the run unless given"`
	End      document.Value[moment] `yaml:"end" help:"what ends it; the end of the run unless given"`
	Changes  []document.Value[turn] `yaml:"changes" help:"other rates from some moment on"`
}

// moment is when something becomes of a load, a collector or a capture.
type moment struct {
	Phase   document.Value[string] `yaml:"phase" help:"the start of warmup, baseline, chaos or recovery, with delay so long after it"`
	Trigger triggerEntry           `yaml:",inline"`
}

type turn struct {
	Rate   document.Value[loadgen.Change] `yaml:"rate" required:"true" help:"with a unit, none, or hold: the rate that it has at that moment"`
	Moment moment                         `yaml:",inline"`
}

type collectEntry struct {
	Kind  document.Value[string]             `yaml:"kind" required:"true" help:"a collector of eris list collectors"`
	Every document.Value[time.Duration]      `yaml:"every" help:"interval of the readings; unless given 1s, and 5s of what is asked from where Eris runs"`
	On    document.Value[inventory.Selector] `yaml:"on" help:"nodes to watch; of a collector that is asked from where Eris runs there are none"`
	Args  *document.Node                     `yaml:"args" help:"the collector's arguments"`
	Start document.Value[moment]             `yaml:"start" help:"what lets it begin, as of a load; unless given it looks from before the loads on"`
	End   document.Value[moment]             `yaml:"end" help:"what ends it, as of a load; the end of the run unless given"`
}

type captureEntry struct {
	Kind   document.Value[string]             `yaml:"kind" required:"true" help:"a capture of eris list captures"`
	On     document.Value[inventory.Selector] `yaml:"on" required:"true" help:"nodes on which it is made, 16 at most; of those that a service is on, the services that it is about"`
	Args   *document.Node                     `yaml:"args" help:"the capture's arguments"`
	Start  document.Value[moment]             `yaml:"start" required:"true" help:"the moment, as of a load"`
	Before document.Value[time.Duration]      `yaml:"before" help:"how much from before the moment, up to 10m; of logs alone, which nodes keep anyhow"`
	For    document.Value[time.Duration]      `yaml:"for" help:"how long from the moment on, 1s to 1m; 10s unless given"`
	Most   document.Value[document.Bytes]     `yaml:"most" help:"bytes of a node's file, up to 64MiB; as eris describe says of the kind unless given"`
}

type faultEntry struct {
	Fault  document.Value[string]        `yaml:"fault" required:"true" help:"a fault of eris list faults"`
	Args   *document.Node                `yaml:"args" help:"the fault's arguments"`
	Target document.Value[Target]        `yaml:"target" required:"true" help:"whom it strikes"`
	Start  document.Value[startEntry]    `yaml:"start" help:"what lets it begin; the start of the chaos phase unless given"`
	Hold   document.Value[time.Duration] `yaml:"hold" help:"how long the effect is kept"`
	End    document.Value[endEntry]      `yaml:"end" help:"in place of hold: it ends when the cloud has healed itself"`
	Repeat document.Value[repeatEntry]   `yaml:"repeat" help:"makes it a row of faults, NAME-1, NAME-2 and so on"`
	Roll   document.Value[rollEntry]     `yaml:"rolling" help:"makes it a row that goes over all that fit, count of them at a time"`
}

// args are the arguments of the k-th fault of a row, from 0, or of the only one. Where
// those of the entry are no mapping, that is what there is to report.
func (e *faultEntry) args(k int) *document.Node {
	steps := e.Repeat.V.Steps.V
	if k >= len(steps) || steps[k].Shape != document.Mapping || e.Args != nil && e.Args.Shape != document.Mapping {
		return e.Args
	}
	return e.Args.With(steps[k])
}

type rollEntry struct {
	Settle document.Value[time.Duration] `yaml:"settle" help:"time from one's recovery to the next one's start; with health, how long that must have held"`
	Health document.Value[string]        `yaml:"health" help:"a condition that must hold before the next one starts"`
	Within document.Value[time.Duration] `yaml:"within" help:"how long to wait for health from one's recovery; the rest is skipped when it did not come; 2m unless given"`
}

type endEntry struct {
	SelfHealed document.Value[time.Duration] `yaml:"self_healed" required:"true" help:"how long the cloud has for it; then it is undone as any other"`
	When       document.Value[string]        `yaml:"when" help:"a condition that says what healed is; the targets' own health unless given"`
}

// length is how long the fault is kept at most.
func (e *faultEntry) length() document.Value[time.Duration] {
	if e.End.Given() {
		return e.End.V.SelfHealed
	}
	return e.Hold
}

type repeatEntry struct {
	Times document.Value[int]              `yaml:"times" help:"how many there are, 2 to 100; with steps, as many as they are"`
	Steps document.Value[[]*document.Node] `yaml:"steps" help:"for each of the row the arguments in which it differs from args, as [{share: 1%}, {share: 5%}]"`
	Every document.Value[time.Duration]    `yaml:"every" help:"time from one's start to the next one's"`
	Pause document.Value[time.Duration]    `yaml:"pause" help:"time from one's recovery to the next one's start"`
	Same  bool                             `yaml:"same" help:"all strike the targets of the first, which are otherwise drawn anew for each"`
}

// count is how many faults the row has; 0 where it says nothing of it.
func (v repeatEntry) count() int {
	if v.Steps.Given() {
		return len(v.Steps.V)
	}
	return v.Times.V
}

type startEntry struct {
	Trigger triggerEntry                `yaml:",inline"`
	Random  document.Value[randomStart] `yaml:"random" help:"a moment drawn from the run's seed"`
}

// triggerEntry is what faults, loads, collectors and captures can wait for.
type triggerEntry struct {
	At        document.Value[time.Duration]  `yaml:"at" help:"time from the start of the chaos phase"`
	After     document.Value[string]         `yaml:"after" help:"FAULT.injected, FAULT.undone or FAULT.recovered"`
	Delay     document.Value[time.Duration]  `yaml:"delay" help:"time from that event"`
	When      document.Value[string]         `yaml:"when" help:"a condition over signals; with after, from that event on"`
	For       document.Value[time.Duration]  `yaml:"for" help:"how long the condition must hold"`
	Iteration document.Value[iterationStart] `yaml:"iteration" help:"the n-th iteration of a load"`
	Within    document.Value[time.Duration]  `yaml:"within" help:"how long to wait for a condition or iteration, from the start of the chaos phase, or with after from that event"`
	Otherwise document.Value[string]         `yaml:"otherwise" help:"skip, fail or fire when it did not come; skip unless given"`
}

type iterationStart struct {
	Load document.Value[string] `yaml:"load" required:"true" help:"whose iterations are counted, those of the warm-up too"`
	N    document.Value[int]    `yaml:"n" required:"true" help:"it is when so many have begun"`
}

type randomStart struct {
	Within document.Value[time.Duration] `yaml:"within" required:"true" help:"from the start of the chaos phase; every moment in it is as likely as any other"`
}

type checkEntry struct {
	Workload document.Value[string]        `yaml:"workload" required:"true" help:"a workload, run once"`
	Args     *document.Node                `yaml:"args" help:"the workload's arguments"`
	Within   document.Value[time.Duration] `yaml:"within" required:"true" help:"how long it may take"`
}
