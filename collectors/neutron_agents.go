package collectors

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
)

// NeutronAgents asks Neutron which of its agents report, on which hosts.
//
// The answer: https://docs.openstack.org/api-ref/network/v2/#list-all-agents
type NeutronAgents struct {
	Patience `yaml:",inline"`
}

// NewNeutronAgents returns the defaults.
func NewNeutronAgents() *NeutronAgents { return &NeutronAgents{usualPatience()} }

// Signals names what NeutronAgents publishes.
func (*NeutronAgents) Signals() []SignalInfo {
	labels := []string{"host", "type"}
	return []SignalInfo{
		{Name: "neutron_agents.up", Unit: "1", Help: "1 when Neutron's API told of its agents, 0 when it did not answer, or with a failure of its own (5xx)"},
		{Name: "neutron_agents.alive", Unit: "1", Labels: labels, Help: "1 while the agent reports, by Neutron's word, else 0; it takes a dead one for alive for a while, 75 s unless configured otherwise; its type as Neutron has it (L3 agent)"},
		{Name: "neutron_agents.enabled", Unit: "1", Labels: labels, Help: "1 while the agent's administrative state is up, 0 where it was taken down"},
	}
}

// Expected is the word on the API itself.
func (*NeutronAgents) Expected(signal string, _ []*inventory.Service) []map[string]string {
	return expectedUp("neutron_agents", signal)
}

// Role is what the list is for by default.
func (*NeutronAgents) Role() string { return "admin" }

// agentFields are what is asked of an agent: all of it is a page of configuration each.
const agentFields = "agents?fields=id&fields=agent_type&fields=host&fields=alive&fields=admin_state_up"

// mostPages bounds a list that never comes to its end.
const mostPages = 100

// Open implements Direct.
func (n *NeutronAgents) Open(cloud func() (OpenStack, error)) (Asker, error) {
	return question(cloud, n.Timeout, n.Timeout, func(ctx context.Context, cloud OpenStack) ([]record.Reading, error) {
		var all []record.Reading
		path, next := agentFields, ""
		for range mostPages {
			page, err := inquiry{kind: "neutron_agents", service: "network", path: path, read: func(document []byte) (readings []record.Reading, err error) {
				readings, next, err = agentsIn(document)
				return readings, err
			}}.ask(ctx, cloud)
			if err != nil || page[0].Value == 0 {
				return page, err // half a list would be agents that are missing
			}
			all = append(all, page[min(len(all), 1):]...) // that it answers is said once
			if next == "" {
				return all, nil
			}
			path = "agents?" + next
		}
		return nil, fmt.Errorf("read neutron_agents: the list has more than %d pages", mostPages)
	})
}

// agentsIn reads a page, and the query that asks for the next one; empty after the last.
func agentsIn(document []byte) (readings []record.Reading, next string, err error) {
	rows, err := rowsOf[struct {
		Type    string `json:"agent_type"`
		Host    string `json:"host"`
		Alive   *bool  `json:"alive"`
		Enabled *bool  `json:"admin_state_up"`
	}](document, "agents")
	if err != nil {
		return nil, "", err
	}
	var all []daemon
	for _, row := range rows {
		if row.Type == "" || row.Host == "" || row.Alive == nil || row.Enabled == nil {
			return nil, "", fmt.Errorf("%q on %q is no agent that is alive or not, enabled or not", row.Type, row.Host)
		}
		all = append(all, daemon{map[string]string{"host": row.Host, "type": row.Type}, *row.Alive, *row.Enabled})
	}
	var links struct {
		Links []struct{ Rel, Href string } `json:"agents_links"`
	}
	if err := json.Unmarshal(document, &links); err != nil {
		return nil, "", err
	}
	for _, link := range links.Links {
		if link.Rel != "next" {
			continue
		}
		at, err := url.Parse(link.Href)
		if err != nil || at.RawQuery == "" {
			return nil, "", errors.Join(fmt.Errorf("the next page is at %q", link.Href), err)
		}
		next = at.RawQuery // of the same service, whatever it takes its own address for
	}
	return daemons("neutron_agents", all), next, nil
}
