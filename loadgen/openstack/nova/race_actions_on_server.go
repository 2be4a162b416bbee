package nova

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// RaceActionsOnServer boots a server, asks for several things to be done with it at
// the same moment, waits until it is at rest, and deletes it. Those that come too
// late are to be refused with a conflict; a server that ends in an error, or in a
// status that nobody who was let do something has asked for, is a wrong result.
type RaceActionsOnServer struct {
	Booting `yaml:",inline"`
	Actions []string `yaml:"actions" help:"what is asked for at once, from 2 to 10: shelve, migrate (wants an administrator), suspend, pause, stop, soft_reboot, hard_reboot; the same may be there more than once"`
}

// NewRaceActionsOnServer has the defaults.
func NewRaceActionsOnServer() *RaceActionsOnServer {
	return &RaceActionsOnServer{Booting: newBooting(), Actions: []string{"shelve", "suspend", "hard_reboot"}}
}

// Validate says what is wrong with the arguments.
func (w *RaceActionsOnServer) Validate() error {
	errs := []error{w.Booting.Validate()}
	if len(w.Actions) < 2 || len(w.Actions) > 10 {
		errs = append(errs, errors.New("actions: from 2 to 10 are wanted"))
	}
	for _, name := range w.Actions {
		if _, known := racers()[name]; !known {
			errs = append(errs, fmt.Errorf("actions: there is no %q; there are %s", name, strings.Join(slices.Sorted(maps.Keys(racers())), ", ")))
		}
	}
	return errors.Join(errs...)
}

// Role is member, and admin where servers are migrated.
func (w *RaceActionsOnServer) Role() string {
	if slices.Contains(w.Actions, "migrate") {
		return "admin"
	}
	return w.Booting.Role()
}

// Open gets a token and finds the flavor, the image and the network.
func (w *RaceActionsOnServer) Open(ctx context.Context, env loadgen.Env) (loadgen.Session, error) {
	if err := w.Validate(); err != nil {
		return nil, fmt.Errorf("race actions on server: %w", err)
	}
	begin := w.begin
	if slices.Contains(w.Actions, shelve) {
		begin = w.withImages
	}
	s, err := begin(ctx, env)
	if err != nil {
		return nil, err
	}
	return w.steps(ctx, env, s, func(ctx context.Context, s *booting, i *openstack.Iteration, server openstack.Made) {
		i.Do("nova.race_actions", func() loadgen.Outcome { return s.race(ctx, i, server, w.Actions) })
	})
}

func (s *booting) race(ctx context.Context, i *openstack.Iteration, server openstack.Made, actions []string) loadgen.Outcome {
	known := racers()
	taken, o := openstack.Agreed(openstack.AtOnce(len(actions), func(n int) gophercloud.Result {
		return s.changes(ctx, i, server, known[actions[n]])
	}))
	if o.Class != record.OK {
		return o
	}
	var until []string
	for _, n := range taken {
		until = append(until, known[actions[n]].until...)
	}
	i.Look(server, func(ctx context.Context) loadgen.Outcome { return server.Is(ctx, until...) }) // it is kept as the race has left it
	return i.Await(ctx, server, until...)
}

// racers are the actions that can be asked for at once, and the statuses that end
// them.
func racers() map[string]bounce {
	all := map[string]bounce{"migrate": {ask: "migrate", until: []string{"VERIFY_RESIZE"}}}
	for name, of := range map[string]string{
		"shelve": "shelve_unshelve", "suspend": "suspend_resume", "pause": "pause_unpause", "stop": "stop_start",
		"soft_reboot": "soft_reboot", "hard_reboot": "hard_reboot",
	} {
		all[name] = bounces()[of][0]
	}
	return all
}
