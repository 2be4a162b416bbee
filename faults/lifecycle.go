package faults

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
)

// Journal is where events go; *record.Writer is one. It remembers its own
// failures, since a step that must undo goes on without it.
type Journal interface {
	Event(event record.Event) error
	// EventSync returns when the disk has the event and all before it.
	EventSync(event record.Event) error
}

// Deps is what a lifecycle works with.
type Deps struct {
	Runner  remote.Runner
	Journal Journal
	Clock   record.Clock
	Keeper  Keeper // of faults that take their node away; nil where there are none
}

// Run is whose faults these are.
type Run struct {
	ID    string
	Owner string         // user@host, shown to whom a claim refuses
	Kind  inventory.Kind // as declared; preflight proves it on each node
	Chaos bool           // the inventory's opt-in, needed where a node proves real
}

// Spec is one fault of a scenario with its targets chosen.
type Spec struct {
	Name    string // in the scenario
	Fault   Fault
	Targets []Target // IDs are filled in by the lifecycle
	Timing  Timing
}

// Lifecycle runs the faults of one run. Its methods may be called at once from
// many goroutines.
type Lifecycle struct {
	deps   Deps
	run    Run
	prefix string // of every id on a node

	mu      sync.Mutex
	made    int
	clocks  map[string]*nodeClock
	claimed []string
	lease   time.Duration // of the claim
	failed  error         // first event that could not be written
}

// New returns the lifecycle of a run.
func New(deps Deps, run Run) *Lifecycle {
	sum := sha256.Sum256([]byte(run.ID))
	return &Lifecycle{deps: deps, run: run, prefix: hex.EncodeToString(sum[:4]), clocks: map[string]*nodeClock{}}
}

// Injection makes the life of one fault, in state planned. A repeating fault
// has a new one each time.
func (l *Lifecycle) Injection(spec Spec) (*Injection, error) {
	if err := spec.Timing.check(); err != nil {
		return nil, fmt.Errorf("plan fault %s: %w", spec.Name, err)
	}
	if len(spec.Targets) == 0 {
		return nil, fmt.Errorf("plan fault %s: no target", spec.Name)
	}
	l.mu.Lock()
	l.made++
	id := fmt.Sprintf("%s-%s-%d", l.prefix, plain(spec.Name), l.made)
	l.mu.Unlock()
	i := &Injection{life: l, spec: spec, id: id, state: record.Planned}
	for n, target := range spec.Targets {
		target.ID = fmt.Sprintf("%s-%d", id, n+1)
		if err := Strikes(spec.Fault, target); err != nil {
			return nil, fmt.Errorf("plan fault %s: %w", spec.Name, err)
		}
		scripts, err := spec.Fault.Scripts(target)
		if err != nil {
			return nil, fmt.Errorf("plan fault %s on %s: %w", spec.Name, target.Ref(), err)
		}
		if err := scripts.check(); err != nil {
			return nil, fmt.Errorf("plan fault %s on %s: %w", spec.Name, target.Ref(), err)
		}
		m := &member{target: target, scripts: scripts, clock: l.clockOf(target.Node.Name), state: record.Planned}
		if scripts.Outside != "" {
			if l.deps.Keeper == nil {
				what := "give its power back"
				if scripts.Stays {
					what = "undo it"
				}
				return nil, fmt.Errorf("plan fault %s on %s: nobody would %s", spec.Name, target.Ref(), what)
			}
			if m.kept() {
				m.clock = l.clockOf(here)
			}
		}
		i.members = append(i.members, m)
	}
	return i, nil
}

// Err is the first event that the journal did not take, or nil.
func (l *Lifecycle) Err() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.failed
}

// here stands for this machine among the nodes' clocks.
const here = ""

func (l *Lifecycle) clockOf(node string) *nodeClock {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.clocks[node] == nil {
		l.clocks[node] = &nodeClock{clock: l.deps.Clock}
	}
	return l.clocks[node]
}

func (l *Lifecycle) emit(e record.Event) {
	if err := l.deps.Journal.Event(e); err != nil {
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.failed == nil {
			l.failed = fmt.Errorf("record fault: %w", err)
		}
	}
}

// plain keeps what may stand in a unit's name.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(letters+"_-", r) {
			return r
		}
		return '-'
	}, name)
}
