// Package sentence reads a fault that is said in one line, in the words that
// os-faults made usual (https://os-faults.readthedocs.io, Human API), and
// writes it as a scenario: "kill keystone service on one node for 30 seconds".
package sentence

import (
	"fmt"
	"maps"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/inventory"
)

// File is what the sentence is called where it is a place of a problem.
const File = "--fault"

// usualHold is how long a fault is held when the sentence does not say it.
const usualHold = 10 * time.Second

// said is what the words of a sentence came to.
type said struct {
	kind     string
	args     map[string]any // nil for none
	selector inventory.Selector
	count    string
	hold     time.Duration
	on       []string // nodes of the service that is on them; nil: of any
	held     bool     // its time has been said
	leader   string   // a service: where it leads
	follower string   // a service: where it does not
	runs     []string // its nodes
	most     string   // a signal: where it is greatest
	least    string   // a signal: where it is least
	all      bool     // all of a part of the cloud, if nothing else is said
	many     int      // the word after "nodes" without a name; 0: not said
	open     bool     // "as many" is said, and not yet as what
	places   places
}

// set gives the fault an argument.
func (s *said) set(key string, value any) {
	if s.args == nil {
		s.args = map[string]any{}
	}
	s.args[key] = value
}

// Scenario writes a sentence as a scenario for a cloud: its one fault, a load
// of tokens beside it where the inventory knows the cloud's credentials, and
// nothing that would judge it. The error is document.Problems with the place
// of the word that is wrong; [Written.Said] shows those of the scenario there too.
func Scenario(text string, kinds *document.Kinds[faults.Fault], cloud *inventory.Cloud) (*Written, error) {
	p := &parser{text: text, words: split(text), kinds: kinds, cloud: cloud}
	s, err := p.parse()
	if err != nil {
		return nil, err
	}
	source, err := s.scenario(text, cloud)
	if err != nil {
		return nil, err
	}
	return written(text, source, s.places)
}

func (s said) scenario(text string, cloud *inventory.Cloud) ([]byte, error) {
	what := strings.TrimPrefix(s.kind, "service.")
	name := strings.ReplaceAll(strings.Trim(what+"-"+s.selector.Service, "-"), ".", "-")
	target := map[string]any{"count": s.count}
	for _, part := range []struct{ key, value string }{
		{"service", s.selector.Service}, {"node", s.selector.Node}, {"role", s.selector.Role}, {"zone", s.selector.Zone},
		{"rack", s.selector.Rack}, {"switch", s.selector.Switch}, {"host", s.selector.Host}, {"group", s.selector.Group},
		{"leader", s.leader}, {"follower", s.follower}, {"most", s.most}, {"least", s.least},
	} {
		if part.value != "" {
			target[part.key] = part.value
		}
	}
	if len(s.selector.Nodes) > 0 {
		target["nodes"] = s.selector.Nodes
	}
	fault := map[string]any{"fault": s.kind, "target": target, "hold": s.hold.String()}
	if s.args != nil {
		fault["args"] = s.args
	}
	scenario := map[string]any{
		"version": "eris/v1", "name": name, "description": text,
		"phases":    map[string]any{"baseline": "5s", "chaos": s.hold.String(), "recovery": "15s"},
		"faults":    map[string]any{name: fault},
		"stop_when": map[string]any{"none": "one fault, said in one line"},
	}
	if signal := s.most + s.least; signal != "" {
		on := maps.Clone(target)
		for _, key := range []string{"count", "most", "least"} {
			delete(on, key)
		}
		kind, _, _ := strings.Cut(signal, ".") // a collector publishes signals of its own name
		scenario["collectors"] = map[string]any{"compared": map[string]any{"kind": kind, "every": "1s", "on": on}}
	}
	if cloud.OpenStack.Cloud != "" {
		scenario["loads"] = map[string]any{"tokens": map[string]any{"workload": "keystone.issue_token", "arrivals": map[string]any{"rate": "5/s"}}}
	}
	source, err := yaml.Marshal(scenario)
	if err != nil {
		return nil, fmt.Errorf("write scenario: %w", err)
	}
	return source, nil
}
