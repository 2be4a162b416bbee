package scenarios

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/inventory"
)

// PlanSchema is the version of the plan.json document.
const PlanSchema = "eris.plan/v1"

// Plan is a scenario with every choice made: what would be done to which node,
// when, and why the budget admits it. The same scenario, cloud and seed give
// the same plan, byte for byte. Durations are nanoseconds.
type Plan struct {
	Schema        string                   `json:"schema"`
	Scenario      string                   `json:"scenario"`
	SpecSHA       string                   `json:"spec_sha256"`
	Small         bool                     `json:"small,omitempty"`
	Cloud         string                   `json:"cloud"`
	Kind          inventory.Kind           `json:"kind"`
	CloudSHA      string                   `json:"cloud_sha256"`
	Seed          int64                    `json:"seed"`
	Expect        string                   `json:"expect,omitempty"`
	Rehearse      bool                     `json:"rehearse,omitempty"`
	Phases        Phases                   `json:"phases"`
	SteadyState   []string                 `json:"steady_state"`
	Tenants       []PlannedTenants         `json:"tenants,omitempty"`
	Microversions map[string]string        `json:"microversions,omitempty"` // that loads ask for, by service
	Loads         []PlannedLoad            `json:"loads"`
	Collectors    []PlannedCollector       `json:"collectors"`
	Captures      []PlannedCapture         `json:"captures,omitempty"`
	Faults        []*PlannedFault          `json:"faults"`
	StopWhen      []string                 `json:"stop_when"`
	NoStop        string                   `json:"no_stop_because,omitempty"`
	Objectives    []string                 `json:"objectives"`
	Judged        map[string]record.Judged `json:"judged,omitempty"`     // what is said of some of them
	Thresholds    *record.Thresholds       `json:"thresholds,omitempty"` // those that the scenario sets
	Overrides     []Override               `json:"overrides,omitempty"`
	Warnings      []string                 `json:"warnings,omitempty"`
	// Down are members that were down already when it was made.
	Down []inventory.Ref `json:"down,omitempty"`

	// Spec and Inventory are what it was made from. A plan that was read back
	// from a file has neither.
	Spec      *Spec            `json:"-"`
	Inventory *inventory.Cloud `json:"-"`
}

// PlannedLoad is what a load is to send.
type PlannedLoad struct {
	Name     string `json:"name"`
	Workload string `json:"workload"`
	Model    string `json:"model"` // open or closed
	Amount   string `json:"amount"`
	Tenants  string `json:"tenants,omitempty"` // over whom its iterations are spread
	Session  string `json:"session,omitempty"` // fresh: each iteration gets a token of its own
	// Program is what it starts on the machine of Eris, with its arguments.
	Program []string `json:"program,omitempty"`
	// When says what becomes of it and when, in words; empty: it is sent from the
	// start of the run to its end.
	When []string `json:"when,omitempty"`
	// Files are the sha256 sums, in hex, of the files that it was made of.
	Files map[string]string `json:"files,omitempty"`
}

// PlannedCollector is what is watched, and where.
type PlannedCollector struct {
	Name  string        `json:"name"`
	Kind  string        `json:"kind"`
	Every time.Duration `json:"every_ns"`
	Nodes []string      `json:"nodes"`
	// When says when it begins and ends, in words; empty: it looks at all of the run.
	When []string `json:"when,omitempty"`
}

// PlannedFault is a fault with its targets chosen. Earliest and Latest bound
// its start, from the start of the chaos phase.
type PlannedFault struct {
	Name       string          `json:"name"`
	Fault      string          `json:"fault"`
	Args       string          `json:"args,omitempty"`  // that are given, on one line
	Asked      []record.Size   `json:"asked,omitempty"` // how large an effect, as far as Args say it in numbers
	Start      string          `json:"start"`           // in words
	Earliest   time.Duration   `json:"earliest_ns"`
	Latest     time.Duration   `json:"latest_ns"`
	Count      string          `json:"count"`
	Candidates []inventory.Ref `json:"candidates"`
	Targets    []inventory.Ref `json:"targets"`
	// Costs are members of the cloud that it costs beside its targets.
	Costs []inventory.Ref `json:"costs,omitempty"`
	// Aim says whom of Targets it strikes, of whom no more than Strikes: that
	// is known when it fires. Until then it is armed on all. Empty: it strikes
	// them all.
	Aim     string `json:"aim,omitempty"`
	Strikes int    `json:"strikes,omitempty"`
	// Wait is how long it can be armed before its trigger: until its time or
	// its condition, or for its delay from the event that it waits for.
	Wait time.Duration `json:"wait_ns"`
	Hold time.Duration `json:"hold_ns"`
	// Heals says what healing by the cloud itself is, which ends the fault
	// before its hold has passed; empty where nothing does.
	Heals string `json:"heals,omitempty"`
	// Passes tells that its effect passes by itself, as it must: hold is for how
	// long that is watched.
	Passes bool          `json:"passes,omitempty"`
	Lease  time.Duration `json:"lease_ns"`
	TTL    time.Duration `json:"ttl_ns"`
	Settle time.Duration `json:"settle_ns"`
	// Outside tells that the dead-man is a process beside Eris and not on the
	// node, which the fault takes away.
	Outside bool `json:"outside,omitempty"`
	// Unverified are the nodes whose power is switched by a service whose
	// certificate nobody verifies.
	Unverified []string `json:"unverified_power,omitempty"`
	// Reboots tells that the node boots anew by it, and that this boot undoes it.
	Reboots bool   `json:"reboots,omitempty"`
	Budget  []Draw `json:"budget"`
	// Irreversible says why nothing takes it back, or nothing proves that it
	// was; empty where the undo is verified.
	Irreversible string `json:"irreversible,omitempty"`
	// Files are the sha256 sums, in hex, of the files that it was made of.
	Files map[string]string `json:"files,omitempty"`
	// Beside are the faults that can be active at the same time.
	Beside []string `json:"beside,omitempty"`
	// Lifted are the safety nets that had to be overridden for it.
	Lifted []string `json:"lifted,omitempty"`

	Spec *Fault `json:"-"`
}

// Draw is what a fault takes of one redundancy group's budget.
type Draw struct {
	Group     string          `json:"group"`
	Rule      string          `json:"rule"`
	Why       string          `json:"why"`
	Members   int             `json:"members"`
	Tolerates int             `json:"tolerates"`
	Lost      []inventory.Ref `json:"lost"`
	Most      int             `json:"most,omitempty"`   // how many of Lost are lost at most; 0: all
	Others    []Loss          `json:"others,omitempty"` // lost at the same time, by other faults
}

// Loss is a member that another fault takes.
type Loss struct {
	Ref   inventory.Ref `json:"ref"`
	Fault string        `json:"fault"`
	// Perhaps tells that it stands for another: whom the other fault strikes is
	// known when it fires.
	Perhaps bool `json:"perhaps,omitempty"`
}

// JSON writes the plan.json document.
func (p *Plan) JSON(w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(p); err != nil {
		return fmt.Errorf("write plan: %w", err)
	}
	return nil
}

// ReadPlan reads a plan.json document, for its choices.
func ReadPlan(r io.Reader) (*Plan, error) {
	var p Plan
	if err := json.NewDecoder(r).Decode(&p); err != nil {
		return nil, fmt.Errorf("read plan: %w", err)
	}
	if p.Schema != PlanSchema {
		return nil, fmt.Errorf("read plan: its schema is %q, and only %s is known", p.Schema, PlanSchema)
	}
	return &p, nil
}

// FaultByName returns the planned fault, or nil.
func (p *Plan) FaultByName(name string) *PlannedFault {
	for _, f := range p.Faults {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// Timing bounds the fault's life, as the fault lifecycle takes it.
func (f *PlannedFault) Timing() faults.Timing {
	return faults.Timing{Hold: f.Hold, Lease: f.Lease, TTL: f.TTL, Settle: f.Settle}
}

// Beyond tells that the fault goes beyond redundancy, as its operator said it
// may: the ledger would not admit it.
func (f *PlannedFault) Beyond() bool { return slices.Contains(f.Lifted, BeyondRedundancy) }

// Lifted tells that the operator has lifted a safety net for the whole run.
func (p *Plan) Lifted(net string) bool {
	return slices.ContainsFunc(p.Overrides, func(o Override) bool { return o.Net == net })
}

// Record is the fault as the record of a run announces it.
func (f *PlannedFault) Record() record.FaultPlan {
	r := record.FaultPlan{Name: f.Name, Fault: f.Fault, Args: f.Args, Asked: f.Asked, Aim: f.Aim, Passes: f.Passes, Hold: f.Hold, Lease: f.Lease, TTL: f.TTL}
	for _, ref := range f.Targets {
		r.Targets = append(r.Targets, record.Target(ref))
	}
	for _, ref := range f.Costs {
		r.Costs = append(r.Costs, record.Target(ref))
	}
	if kind, ok := f.Spec.Fault.(severing); ok {
		r.Severs = kind.Severs()
	}
	for _, d := range f.Budget {
		r.Groups = append(r.Groups, d.Group)
	}
	return r
}
