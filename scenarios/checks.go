package scenarios

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/redundancy"
)

// netted is a fault kind that is held back by safety nets on some targets.
type netted interface {
	SafetyNets(target faults.Target) []string
}

// costing is a fault kind that costs members of the cloud beside its targets.
type costing interface {
	Costs(cloud *inventory.Cloud) ([]inventory.Ref, error)
}

// severing is a costing kind of which Severs tells that what it costs is cut off and
// runs on, so that nobody waits for it to boot.
type severing interface{ Severs() bool }

// costs books what a fault costs beside its targets, which every worst case has
// to admit together with them.
func (b *builder) costs(f *Fault, targets []inventory.Ref) {
	kind, ok := f.Fault.(costing)
	if !ok {
		return
	}
	costs, err := kind.Costs(b.cloud)
	if err != nil {
		b.refuse(f.Name, "", err, "")
		return
	}
	for _, ledger := range b.budget.ledgers(f.Name) {
		if err := ledger.Check(append(slices.Clone(targets), costs...)); err != nil {
			if !b.costly(f, costs, err) {
				return
			}
		}
	}
	b.budget.costs[f.Name] = costs
}

// costly refuses costs that the redundancy does not bear, unless the operator has
// said that it is to be broken.
func (b *builder) costly(f *Fault, costs []inventory.Ref, err error) bool {
	var refused *redundancy.Refusal
	said := fmt.Errorf("it costs %s too: %w", refs(costs), err)
	if !errors.As(err, &refused) {
		b.refuse(f.Name, "", said, "")
		return false
	}
	ok := b.net(f.Name, BeyondRedundancy, said)
	if ok && refused.Rule.Kind == inventory.Majority {
		ok = b.net(f.Name, LastQuorumMember, said)
	}
	return ok
}

// Targets are the planned targets as the fault lifecycle takes them. It works
// on a plan that was built, not on one that was read back. A target of a fault
// that is aimed when it fires knows of no others.
func (p *Plan) Targets(f *PlannedFault) []faults.Target {
	list := targets(p.Inventory, f.Targets)
	if f.Aim != "" {
		list = alone(list)
	}
	return list
}

// alone are targets that know of no others.
func alone(list []faults.Target) []faults.Target {
	list = slices.Clone(list)
	for i := range list {
		list[i].Others = nil
	}
	return list
}

func targets(cloud *inventory.Cloud, refs []inventory.Ref) []faults.Target {
	list := make([]faults.Target, len(refs))
	for i, ref := range refs {
		list[i].Node = cloud.NodeByName(ref.Node)
		if ref.Service != "" {
			list[i].Service = cloud.ServiceByName(ref.Service)
		}
		list[i].Cloud = cloud
	}
	single := slices.Clone(list)
	for i := range list {
		list[i].Others = slices.Concat(single[:i], single[i+1:])
	}
	return list
}

// scripts asks the fault whether it can strike its targets, and refuses what
// two faults would hold at the same time. Of one that is aimed when it fires,
// refs are all on whom it is armed, and strikes as many as it may strike.
func (b *builder) scripts(f *Fault, refs, strikes []inventory.Ref) {
	list := targets(b.cloud, refs)
	if f.Target.Aim.Given() {
		b.apart(f, list, len(strikes))
		list = alone(list)
	}
	for i, target := range list {
		target.ID = "plan"
		if err := faults.Strikes(f.Fault, target); err != nil {
			b.refuse(f.Name, "", fmt.Errorf("%s cannot strike %s: %w", f.Kind, refs[i], err), "")
			continue
		}
		scripts, err := f.Fault.Scripts(target)
		if err != nil {
			b.refuse(f.Name, "", fmt.Errorf("%s cannot strike %s: %w", f.Kind, refs[i], err), "")
			continue
		}
		if scripts.Outside != "" {
			b.outside[f.Name] = true
			if power := target.Node.Power; scripts.Keeper == "" && power != nil && power.Insecure {
				b.unverified[f.Name] = append(b.unverified[f.Name], target.Node.Name)
			}
		}
		b.reboots[f.Name] = b.reboots[f.Name] || scripts.Reboots
		if scripts.Irreversible != "" {
			b.irreversible[f.Name] = scripts.Irreversible
		}
		for _, key := range scripts.Resources {
			b.resources[f.Name] = append(b.resources[f.Name], refs[i].Node+" "+key)
		}
		if held, ok := f.Fault.(netted); ok {
			for _, net := range held.SafetyNets(target) {
				b.net(f.Name, net, fmt.Errorf("%s of %s is %s", f.Kind, refs[i], Nets()[net]))
			}
		}
	}
	for _, other := range b.budget.armed[f.Name] {
		for _, key := range b.resources[f.Name] {
			if slices.Contains(b.resources[other], key) {
				node, what, _ := strings.Cut(key, " ")
				b.refuse(f.Name, "", fmt.Errorf("it would be armed with %s on %s, with which %s can be armed at the same time", what, node, other),
					fmt.Sprintf("start it after %s.undone, or make a row with pause", other))
			}
		}
	}
}

// apart refuses a fault whose scripts on one target name the others, when there
// may be others and they are known only when it fires.
func (b *builder) apart(f *Fault, list []faults.Target, strikes int) {
	for i, target := range list {
		together, err := f.Fault.Scripts(target)
		single, wrong := f.Fault.Scripts(alone(list)[i])
		if strikes > 1 && err == nil && wrong == nil && !reflect.DeepEqual(together, single) {
			b.refuse(f.Name, "", fmt.Errorf("%s makes all of its targets known to one another, and who they are, %s, is known only when it fires", f.Kind, f.Target.Aim), "count: 1")
			return
		}
	}
}

// many refuses whole nodes, more than half of the cloud's.
func (b *builder) many(f *Fault, refs []inventory.Ref) {
	nodes := 0
	for _, ref := range refs {
		if ref.Service == "" && !b.cloud.NodeByName(ref.Node).Beside {
			nodes++
		}
	}
	if nodes > 1 && 2*nodes > len(b.cloud.Nodes) {
		b.net(f.Name, TooManyTargets, errors.New(fmt.Sprint(nodes, " whole nodes of ", len(b.cloud.Nodes))))
	}
}

// planned describes a fault for the plan.
// argsMost is how much of a fault's arguments a plan and a record show, in bytes: the scenario,
// which is beside them, has them all.
const argsMost = 300

func (b *builder) planned(f *Fault) *PlannedFault {
	s := b.spans[f.Name]
	wait := f.Start.At
	switch {
	case f.Start.After != "":
		wait = f.Start.Delay + f.Start.Within
	case f.Start.When != nil:
		wait = f.Start.Within
	}
	timing := faults.NewTiming(wait, f.Hold, b.Lease)
	strikes := 0
	if f.Target.Aim.Given() {
		strikes = len(b.budget.chosen[f.Name])
	}
	return &PlannedFault{
		Name: f.Name, Fault: f.Kind, Args: record.OneLine(f.args.Flow(), argsMost), Asked: faults.Asked(f.Fault), Start: f.Start.String(), Earliest: s.earliest, Latest: s.latest,
		Count: f.Target.Count.V.String(), Candidates: b.candidates[f.Name], Targets: b.budget.holds(f.Name), Costs: b.budget.costs[f.Name],
		Aim: f.Target.Aim.String(), Strikes: strikes,
		Wait: wait, Hold: f.Hold, Heals: f.heals(), Passes: f.passes(), Lease: timing.Lease, TTL: timing.TTL, Settle: b.Settle, Outside: b.outside[f.Name], Reboots: b.reboots[f.Name], Unverified: b.unverified[f.Name],
		Irreversible: b.irreversible[f.Name], Files: f.files(),
		Budget: b.budget.draws(f.Name), Beside: b.budget.beside[f.Name], Lifted: b.lifted[f.Name], Spec: f,
	}
}

// head is all of a plan but its faults.
func (b *builder) head() *Plan {
	p := &Plan{
		Schema: PlanSchema, Scenario: b.spec.Name, SpecSHA: b.spec.Digest, Small: b.spec.Small,
		Cloud: b.cloud.Name, Kind: b.cloud.Kind, CloudSHA: b.cloud.Digest, Seed: b.Seed,
		Phases: b.spec.Phases, NoStop: b.spec.NoStop, Overrides: b.Overrides, Down: b.Down,
		SteadyState: []string{}, Loads: []PlannedLoad{}, Collectors: []PlannedCollector{},
		Faults: []*PlannedFault{}, StopWhen: []string{}, Objectives: []string{},
		Microversions: b.spec.Microversions, Thresholds: b.spec.Thresholds, Judged: b.spec.Judged, Spec: b.spec, Inventory: b.cloud,
	}
	p.Rehearse = b.spec.Rehearse
	if b.spec.Breach {
		p.Expect = "breach"
	}
	for _, c := range b.spec.SteadyState {
		p.SteadyState = append(p.SteadyState, c.Expression)
	}
	for _, t := range b.spec.Tenants {
		p.Tenants = append(p.Tenants, planned(t))
		b.sameImages(planned(t))
	}
	for _, l := range b.spec.Loads {
		p.Loads = append(p.Loads, b.load(l))
	}
	if shares := slices.DeleteFunc(slices.Clone(b.spec.Loads), func(l *Load) bool { return !l.OfMax() }); len(shares) > 1 {
		p.Warnings = append(p.Warnings, fmt.Sprintf("the maxima of %d loads are searched one by one, each alone: what they ask of one service adds up", len(shares)))
	}
	for _, c := range b.spec.Collectors {
		planned := PlannedCollector{Name: c.Name, Kind: c.Kind, Every: c.Every, Nodes: []string{}, When: c.words()}
		if !c.Direct() {
			refs, err := b.cloud.Select(c.On)
			if err != nil {
				b.refuse("", "", fmt.Errorf("the collector %s: %w", c.Name, err), "")
			}
			planned.Nodes = nodes(refs)
		}
		p.Collectors = append(p.Collectors, planned)
	}
	b.captures(p)
	for _, s := range b.spec.Stop {
		p.StopWhen = append(p.StopWhen, s.Source)
	}
	for _, o := range b.spec.Objectives {
		p.Objectives = append(p.Objectives, o.Source)
	}
	for _, w := range b.spec.Warnings {
		p.Warnings = append(p.Warnings, fmt.Sprintf("%s:%d: %s", w.File, w.Line, w.Message))
	}
	return p
}

func nodes(refs []inventory.Ref) []string {
	var names []string
	for _, ref := range refs {
		names = append(names, ref.Node)
	}
	slices.Sort(names)
	return slices.Compact(names)
}
