package neutron

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/ports"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// RaceUpdatesOfPort makes a network with a port and changes the port several times
// at the same moment, each time to another description. Updates may be refused with a
// conflict; afterwards the port has to say what one has asked for that was not.
type RaceUpdatesOfPort struct {
	member  `yaml:",inline"`
	Updates int `yaml:"updates" help:"changes that are asked for at once, from 2 to 50"`
}

// NewRaceUpdatesOfPort has the defaults.
func NewRaceUpdatesOfPort() *RaceUpdatesOfPort { return &RaceUpdatesOfPort{Updates: 4} }

// Validate says what is wrong with the arguments.
func (w *RaceUpdatesOfPort) Validate() error {
	return errors.Join(limited("updates", w.Updates, 2, 50), w.member.Validate())
}

// Open gets a token and finds Neutron in the catalogue.
func (w *RaceUpdatesOfPort) Open(ctx context.Context, env loadgen.Env) (loadgen.Session, error) {
	if err := w.Validate(); err != nil {
		return nil, fmt.Errorf("race updates of port: %w", err)
	}
	return w.begin(ctx, env, map[string]int{"network": 1, "port": 1}, func(ctx context.Context, s *service, i *openstack.Iteration) {
		network := s.makeNetwork(ctx, i)
		port := s.makePort(ctx, i, network)
		var says []string
		i.Do("neutron.race_updates", func() (o loadgen.Outcome) {
			says, o = s.raceUpdates(ctx, port, w.Updates)
			return o
		})
		i.Do("neutron.show_port", func() loadgen.Outcome { return s.saysOne(ctx, port, says) })
		i.Remove(ctx, "neutron.delete_port", port)
		i.Remove(ctx, "neutron.delete_network", network)
	})
}

// raceUpdates returns the descriptions that Neutron has taken.
func (s *service) raceUpdates(ctx context.Context, port openstack.Made, n int) ([]string, loadgen.Outcome) {
	description := func(n int) string { return fmt.Sprint("update ", n+1) }
	answers := openstack.AtOnce(n, func(n int) gophercloud.Result {
		text := description(n)
		return ports.Update(ctx, s.neutron, port.ID, ports.UpdateOpts{Description: &text}).Result
	})
	taken, o := openstack.Agreed(answers)
	if o.Class != record.OK {
		return nil, o
	}
	var says []string
	for _, n := range taken {
		if said := port.Said(answers[n]); said.Class != record.OK {
			return nil, said
		}
		says = append(says, description(n))
	}
	return says, o
}

// saysOne sees that a port has one of those descriptions.
func (s *service) saysOne(ctx context.Context, port openstack.Made, says []string) loadgen.Outcome {
	answer := ports.Get(ctx, s.neutron, port.ID).Result
	if o := port.Said(answer); o.Class != record.OK {
		return o
	}
	var told struct {
		Port struct {
			Description string `json:"description"`
		} `json:"port"`
	}
	if text, err := json.Marshal(answer.Body); err != nil || json.Unmarshal(text, &told) != nil {
		return openstack.Wrong(errors.New("show port: its description is no text"), answer.Header)
	}
	if !slices.Contains(says, told.Port.Description) {
		return openstack.Wrong(errors.New("show port: it says nothing that it was told"), answer.Header)
	}
	return openstack.Ended(answer)
}
