package scenarios

import (
	"cmp"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/redundancy"
)

// PlanOptions are what a plan depends on beside scenario and cloud.
type PlanOptions struct {
	Seed      int64
	Overrides []Override
	Lease     time.Duration // 0 means faults.DefaultLease
	Settle    time.Duration // 0 means faults.DefaultSettle, in the small form SmallSettle
	// Replay is an earlier plan whose choices are made again. They are checked
	// as any others.
	Replay *Plan
	// Down are members that are down for real, as far as is known: they are lost
	// redundancy, and nobody to be struck.
	Down []inventory.Ref
}

// SmallSettle is how long health must last in a scenario's small form, which
// would not end within its 10 s otherwise.
const SmallSettle = time.Second

// BuildPlan resolves every choice of a scenario and touches nothing. The error
// is a *Refusal with all its reasons. What is down in the cloud for real is
// what the options say: the budget is checked again when a fault fires.
//
// Faults that ask for a number choose before those that ask for max, which
// take what is left, and before those that are aimed only when they fire. Each
// has its own random stream, named after it.
func BuildPlan(spec *Spec, cloud *inventory.Cloud, options PlanOptions) (*Plan, error) {
	spec, err := spec.drawn(options.Seed, options.Replay)
	b := newBuilder(spec, cloud, options)
	if err != nil {
		b.refuse("", "", err, "")
	}
	b.optIn()
	b.overrides()
	plan := b.head()
	order := slices.Clone(spec.Faults)
	slices.SortStableFunc(order, func(x, y *Fault) int { return rank(x) - rank(y) })
	for _, f := range order {
		b.fault(f)
	}
	for _, f := range spec.Faults {
		plan.Faults = append(plan.Faults, b.planned(f))
	}
	b.unused()
	if len(b.refusal.Reasons) > 0 {
		return nil, b.refusal
	}
	plan.Warnings = append(plan.Warnings, b.warnings...)
	return plan, nil
}

func rank(f *Fault) int {
	switch {
	case f.Target.Aim.Given():
		return 2
	case f.Target.Count.V.Max():
		return 1
	}
	return 0
}

type builder struct {
	PlanOptions
	spec       *Spec
	cloud      *inventory.Cloud
	budget     *budget
	spans      map[string]span
	candidates map[string][]inventory.Ref
	lifted     map[string][]string // nets by fault
	resources  map[string][]string // keys by fault, as "node key"
	outside    map[string]bool     // by fault
	unverified map[string][]string // nodes, by fault
	reboots    map[string]bool     // by fault

	irreversible map[string]string // why, by fault
	refusal      *Refusal
	warnings     []string
}

func newBuilder(spec *Spec, cloud *inventory.Cloud, options PlanOptions) *builder {
	options.Lease = cmp.Or(options.Lease, faults.DefaultLease)
	if spec.Small {
		options.Settle = cmp.Or(options.Settle, SmallSettle)
	}
	options.Settle = cmp.Or(options.Settle, faults.DefaultSettle)
	return &builder{
		PlanOptions: options, spec: spec, cloud: cloud,
		budget: &budget{
			cloud: cloud, beside: spec.beside(options.Lease, options.Settle), armed: spec.armedBeside(),
			chosen: map[string][]inventory.Ref{}, laid: map[string][]inventory.Ref{}, costs: map[string][]inventory.Ref{},
			down: options.Down,
		},
		spans:      spec.spans(options.Lease, options.Settle),
		candidates: map[string][]inventory.Ref{}, lifted: map[string][]string{}, resources: map[string][]string{}, outside: map[string]bool{}, unverified: map[string][]string{}, reboots: map[string]bool{}, irreversible: map[string]string{},
		refusal: &Refusal{Scenario: spec.Name},
	}
}

func (b *builder) refuse(fault, net string, err error, hint string) {
	b.refusal.Reasons = append(b.refusal.Reasons, Reason{Fault: fault, Net: net, Err: err, Hint: hint})
}

// optIn wants the operator's word that this cloud may be harmed.
func (b *builder) optIn() {
	if b.cloud.Kind == inventory.Simulated || b.cloud.Chaos || len(b.spec.Faults) == 0 {
		return
	}
	b.refuse("", "", fmt.Errorf("%s does not say that the cloud %s may be a target", b.cloud.File, b.cloud.Name),
		fmt.Sprintf("if it may, write there: cloud: {name: %s, kind: %s, chaos: allowed}", b.cloud.Name, b.cloud.Kind))
}

func (b *builder) overrides() {
	for i, o := range b.Overrides {
		if o.Reason == "" {
			b.refuse("", o.Net, fmt.Errorf("the override of %s has no reason", o.Net), "")
		}
		if slices.ContainsFunc(b.Overrides[:i], func(p Override) bool { return p.Net == o.Net }) {
			b.refuse("", o.Net, fmt.Errorf("%s is overridden twice", o.Net), "")
		}
	}
}

func (b *builder) overridden(net string) bool {
	return slices.ContainsFunc(b.Overrides, func(o Override) bool { return o.Net == net })
}

// unused warns of nets that were lifted for nothing.
func (b *builder) unused() {
	for _, o := range b.Overrides {
		used := o.Net == RealOutage // whether it is needed is seen when the plan is run
		for _, nets := range b.lifted {
			used = used || slices.Contains(nets, o.Net)
		}
		if !used {
			b.warnings = append(b.warnings, fmt.Sprintf("the override of %s is not needed", o.Net))
		}
	}
}

// net lifts a safety net for a fault if it was overridden, and refuses if not.
func (b *builder) net(fault, net string, err error) bool {
	if !b.overridden(net) {
		hint := fmt.Sprintf("this is the safety net %s: --override %s=REASON lifts it", net, net)
		if net == BeyondRedundancy {
			hint = fmt.Sprintf("to do it nevertheless: expect: breach in the scenario, and --override %s=REASON", net)
		}
		b.refuse(fault, net, err, hint)
		return false
	}
	if net == BeyondRedundancy && !b.spec.Breach {
		b.refuse(fault, net, err, "the override needs expect: breach in the scenario too")
		return false
	}
	if !slices.Contains(b.lifted[fault], net) {
		b.lifted[fault] = append(b.lifted[fault], net)
	}
	return true
}

// fault chooses a fault's targets and books them.
func (b *builder) fault(f *Fault) {
	all, err := b.cloud.Select(f.Target.Selector)
	if err != nil {
		b.refuse(f.Name, "", err, "")
		return
	}
	candidates := b.allowed(f, all)
	if len(candidates) == 0 {
		return
	}
	b.candidates[f.Name] = candidates
	if err := b.sameFiles(f); err != nil {
		b.refuse(f.Name, "", err, "")
		return
	}
	if f.Target.Aim.Given() {
		b.aimed(f, candidates)
		return
	}
	if f.Same {
		if candidates = b.budget.chosen[f.First]; len(candidates) == 0 {
			return // the first has been refused
		}
	}
	if f.Rolls {
		candidates = b.left(f, candidates)
	}
	targets, err := b.choose(f, candidates)
	if err != nil {
		if targets = b.beyond(f, candidates, wanted(f, candidates), err); targets == nil {
			return
		}
	}
	b.budget.chosen[f.Name] = targets
	b.budget.order = append(b.budget.order, f.Name)
	b.costs(f, targets)
	b.scripts(f, targets, targets)
	b.many(f, append(slices.Clone(targets), b.budget.costs[f.Name]...))
}

// aimed books a fault whose targets are known when it fires: on somebody, so
// that others leave room for it. The budget decides on those that it strikes
// when they are known.
func (b *builder) aimed(f *Fault, candidates []inventory.Ref) {
	if candidates = b.budget.well(candidates); len(candidates) == 0 {
		b.refuse(f.Name, "", errDown, "")
		return
	}
	for _, ref := range candidates {
		if b.budget.taken(f.Name, ref) {
			b.refuse(f.Name, "", fmt.Errorf("it may strike %s, and %w", ref, errTaken), "")
			return
		}
	}
	n := f.Target.Aim.strikes(f.Target.Count.V, len(candidates))
	targets, err := b.budget.choose(f.Name, n, candidates, b.random(f))
	if err != nil {
		if targets = b.beyond(f, candidates, n, err); targets == nil {
			return
		}
	}
	b.budget.chosen[f.Name], b.budget.laid[f.Name] = targets, candidates
	b.budget.order = append(b.budget.order, f.Name)
	b.costs(f, targets)
	b.scripts(f, candidates, targets)
	b.many(f, append(slices.Clone(targets), b.budget.costs[f.Name]...))
	for _, ref := range candidates {
		for _, ledger := range b.budget.ledgers(f.Name) {
			if err := ledger.Check([]inventory.Ref{ref}); err != nil && !b.overridden(BeyondRedundancy) {
				b.warnings = append(b.warnings, fmt.Sprintf("%s: when it would strike %s it does not fire: %v", f.Name, ref, err))
				break
			}
		}
	}
}

// allowed leaves out what is marked `chaos: never`, and refuses when that
// leaves nothing.
func (b *builder) allowed(f *Fault, all []inventory.Ref) []inventory.Ref {
	var kept []inventory.Ref
	var forbidden []error
	var unfit error
	for _, ref := range all {
		if err := redundancy.Forbid(b.cloud, []inventory.Ref{ref}); err != nil {
			forbidden = append(forbidden, err)
			continue
		}
		if err := b.unfit(f, ref); err != nil {
			unfit = err
			continue
		}
		kept = append(kept, ref)
	}
	if len(kept) == 0 && len(forbidden) == 0 && unfit != nil {
		b.refuse(f.Name, "", fmt.Errorf("%s cannot strike any of them: %w", f.Kind, unfit), "")
		return nil
	}
	if len(kept) == 0 || (len(forbidden) > 0 && f.Target.Count.V.String() == "all") {
		b.refuse(f.Name, "", errors.Join(forbidden...), "")
		return nil
	}
	for _, err := range forbidden {
		b.warnings = append(b.warnings, fmt.Sprintf("%s: left out: %v", f.Name, err))
	}
	return kept
}

// unfit says why a service cannot be struck by a kind of fault, where the target is any
// service for which it is: what is named and cannot be struck is refused.
func (b *builder) unfit(f *Fault, ref inventory.Ref) error {
	if !b.cloud.AnyService(f.Target.Selector) {
		return nil
	}
	target := targets(b.cloud, []inventory.Ref{ref})[0]
	target.ID = "plan"
	if err := faults.Strikes(f.Fault, target); err != nil {
		return err
	}
	_, err := f.Fault.Scripts(target)
	return err
}

// wanted is how many of the candidates a fault asks for.
func wanted(f *Fault, candidates []inventory.Ref) int {
	if f.Same { // they are those of the first, all of them
		return len(candidates)
	}
	return f.Target.Count.V.Of(len(candidates))
}

func (b *builder) random(f *Fault) *rand.Rand { return Stream(b.Seed, "fault/"+f.Name) }

func (b *builder) choose(f *Fault, candidates []inventory.Ref) ([]inventory.Ref, error) {
	n := wanted(f, candidates)
	if f.Rolls {
		n = min(n, len(candidates)) // the last may be fewer
	}
	switch {
	case b.Replay != nil:
		return b.again(f, candidates)
	case f.Target.Count.V.Max() && !f.Same:
		return b.budget.choose(f.Name, redundancy.Most, candidates, b.random(f))
	case n == 0:
		return nil, fmt.Errorf("a %s of %d is none", f.Target.Count.V, len(candidates))
	}
	return b.budget.choose(f.Name, n, candidates, b.random(f))
}

// again makes the choice of an earlier plan, if it still can be made.
func (b *builder) again(f *Fault, candidates []inventory.Ref) ([]inventory.Ref, error) {
	earlier := b.Replay.FaultByName(f.Name)
	if earlier == nil {
		return nil, errors.New("the plan that is to be repeated has no such fault")
	}
	for _, ref := range earlier.Targets {
		if !slices.Contains(candidates, ref) {
			return nil, fmt.Errorf("the plan that is to be repeated struck %s, which does not fit {%s}", ref, f.Target.Selector)
		}
	}
	return b.budget.choose(f.Name, len(earlier.Targets), earlier.Targets, b.random(f))
}

// beyond chooses n without the budget where the operator has said so twice.
func (b *builder) beyond(f *Fault, candidates []inventory.Ref, n int, err error) []inventory.Ref {
	var refused *redundancy.Refusal
	candidates = b.budget.well(candidates)
	if !errors.As(err, &refused) || n > len(candidates) || f.Target.Count.V.Max() { // max never goes beyond
		b.refuse(f.Name, "", err, "")
		return nil
	}
	ok := b.net(f.Name, BeyondRedundancy, err)
	if refused.Rule.Kind == inventory.Majority && ok {
		ok = b.net(f.Name, LastQuorumMember, err)
	}
	if !ok {
		return nil
	}
	if b.Replay != nil && !f.Target.Aim.Given() {
		return b.Replay.FaultByName(f.Name).Targets
	}
	targets := slices.Clone(candidates)
	b.random(f).Shuffle(len(targets), func(i, j int) { targets[i], targets[j] = targets[j], targets[i] })
	targets = targets[:n]
	slices.SortFunc(targets, inventory.Ref.Compare)
	return targets
}
