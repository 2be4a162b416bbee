package scenarios

import (
	"time"

	"github.com/openstack-eris/eris/collectors"
	"github.com/openstack-eris/eris/collectors/captures"
	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/conditions"
	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/loadgen"
)

// Spec is a loaded and checked scenario. All slices are in the file's order.
type Spec struct {
	File          string
	Source        []byte // the file as it was read
	Digest        string // hex sha256 of Source
	Name          string
	Description   string
	Small         bool // it is the scenario's small form
	Rehearse      bool // `rehearse: true`: its rehearsal comes first
	Breach        bool // `expect: breach`: the outage is what is looked for
	Phases        Phases
	SteadyState   []Check
	Tenants       []loadgen.Tenants // those of some load
	Microversions map[string]string // that loads ask for, by service
	Loads         []*Load
	Collectors    []*Collector
	Captures      []*Capture
	Faults        []*Fault
	Windows       map[string]time.Duration // how much of the past conditions ask for, by signal
	Stop          []*conditions.Program    // stop conditions; For says how long each must hold
	NoStop        string                   // why there is no stop condition
	Objectives    []*conditions.Comparison
	Judged        map[string]record.Judged // what is said of some objectives, by expression
	Thresholds    *record.Thresholds       // those that are given; nil: none
	Warnings      document.Problems        // what was accepted, but should be known
}

// Phases are the lengths of the run's phases. With UntilStopped the chaos
// phase has no length: it lasts until the operator stops the run, which is
// then its normal end. With UntilLoadsEnded its length is the longest: it is over
// as soon as every load has ended.
type Phases struct {
	Warmup          time.Duration `json:"warmup_ns"`
	Baseline        time.Duration `json:"baseline_ns"`
	Chaos           time.Duration `json:"chaos_ns"`
	Recovery        time.Duration `json:"recovery_ns"`
	UntilStopped    bool          `json:"until_stopped,omitempty"`
	UntilLoadsEnded bool          `json:"until_loads_ended,omitempty"`
}

// Total is the planned length of the run; of one until stopped, its shortest.
func (p Phases) Total() time.Duration { return p.Warmup + p.Baseline + p.Chaos + p.Recovery }

// Check is a part of the steady state: a condition over live signals, or one
// iteration of a workload that must succeed in time. It holds before the first
// fault and again after recovery.
type Check struct {
	Expression string              // as reports show it
	Condition  *conditions.Program // nil when it is a workload's iteration
	Kind       string              // e.g. keystone.issue_token
	Workload   loadgen.Workload
	Within     time.Duration
}

// Load is a stream of work.
type Load struct {
	Name     string
	Kind     string // e.g. keystone.issue_token
	Workload loadgen.Workload
	Spec     loadgen.Spec     // how much of it
	Tenants  *loadgen.Tenants // over whom its iterations are spread; nil: the inventory's own user
	Fresh    bool             // each iteration gets a token of its own
	Start    *Start           // what lets it begin; nil: the start of the run
	End      *Start           // what ends it; nil: the end of the run
	Changes  []Turn
}

// Turn is another rate of a load from some moment on.
type Turn struct {
	loadgen.Change
	Start
}

// Collector is a reader of nodes, or of an endpoint.
type Collector struct {
	Name      string
	Kind      string // e.g. sockets
	Collector collectors.Collector
	Every     time.Duration
	On        inventory.Selector
	Start     *Start // what lets it begin; nil: it looks from before the loads on
	End       *Start // what ends it; nil: the end of the run

	on *document.Node
}

// Direct tells whether it is asked from where Eris runs, and is on no node.
func (c *Collector) Direct() bool {
	_, direct := c.Collector.(collectors.Direct)
	return direct
}

// Waits tells whether it looks at a part of the run only.
func (c *Collector) Waits() bool { return c.Start != nil || c.End != nil }

// Capture is what is kept around a moment.
type Capture struct {
	Name    string
	Kind    string // e.g. packets
	Capture captures.Capture
	On      inventory.Selector
	Start   *Start
	Before  time.Duration // whole seconds
	For     time.Duration // whole seconds
	Most    document.Bytes
}

// Fault is one entry under faults.
type Fault struct {
	Name   string
	Kind   string // e.g. service.kill
	Fault  faults.Fault
	Target Target
	Start  Start
	Hold   time.Duration // with Heals, at most
	// Heals tells that it ends as soon as the cloud has healed itself: when
	// Healed holds, or where that is nil when its targets are healthy.
	Heals  bool
	Healed *conditions.Program
	// Row is the name of the entry that repeats, and First of its first fault;
	// both are empty for a fault that does not. Same tells that it strikes
	// whom the first one struck, and Rolls whom none before it in the row did.
	Row, First  string
	Same, Rolls bool

	entry *document.Named[faultEntry]
	args  *document.Node // those that are given; nil: none
}

// Target says whom a fault strikes: of those of Selector, and to whom Aim
// applies when it fires, Count.
type Target struct {
	inventory.Selector `yaml:",inline"`
	Aim                Aim                   `yaml:",inline"`
	Count              document.Value[Count] `yaml:"count" help:"how many of them: a number, max, 50%, minority, majority or all; 1 unless given"`
}

// FaultByName returns the fault, or nil.
func (s *Spec) FaultByName(name string) *Fault {
	for _, f := range s.Faults {
		if f.Name == name {
			return f
		}
	}
	return nil
}
