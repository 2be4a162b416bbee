package nova

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// BootAndBounceServer boots a server, does things with it that leave it as it
// was, and deletes it, as Rally's NovaServers.boot_and_bounce_server does.
type BootAndBounceServer struct {
	Bouncing `yaml:",inline"`
	Actions  []string `yaml:"actions" help:"in this order, any number of times: hard_reboot, soft_reboot, stop_start, pause_unpause, suspend_resume, shelve_unshelve, lock_unlock"`
}

// NewBootAndBounceServer has the defaults.
func NewBootAndBounceServer() *BootAndBounceServer {
	return &BootAndBounceServer{Bouncing: Bouncing{Booting: newBooting()}, Actions: []string{"hard_reboot", "stop_start"}}
}

// Validate says what is wrong with the arguments.
func (w *BootAndBounceServer) Validate() error {
	errs := []error{w.Bouncing.Validate()}
	if len(w.Actions) == 0 || len(w.Actions) > 20 {
		errs = append(errs, errors.New("actions: from 1 to 20 are wanted"))
	}
	for _, name := range w.Actions {
		if bounces()[name] == nil {
			errs = append(errs, fmt.Errorf("actions: there is no %q; there are %s", name, strings.Join(slices.Sorted(maps.Keys(bounces())), ", ")))
		}
	}
	return errors.Join(errs...)
}

// Open gets a token and finds the flavor, the image and the network.
func (w *BootAndBounceServer) Open(ctx context.Context, env loadgen.Env) (loadgen.Session, error) {
	if err := w.Validate(); err != nil {
		return nil, fmt.Errorf("bounce server: %w", err)
	}
	return w.bounced(ctx, env, w.Actions)
}

// Bouncing boots a server, does one thing with it and takes it back, and deletes
// it, as Rally's NovaServers.pause_and_unpause_server and its like do.
type Bouncing struct {
	Booting `yaml:",inline"`
	action  string
}

// NewBouncing has the defaults, and an action that boot_and_bounce_server knows.
func NewBouncing(action string) *Bouncing { return &Bouncing{Booting: newBooting(), action: action} }

// Open gets a token and finds the flavor, the image and the network.
func (w *Bouncing) Open(ctx context.Context, env loadgen.Env) (loadgen.Session, error) {
	return w.bounced(ctx, env, []string{w.action})
}

func (w *Bouncing) bounced(ctx context.Context, env loadgen.Env, actions []string) (loadgen.Session, error) {
	known, begin := bounces(), w.begin
	if slices.Contains(actions, "shelve_unshelve") {
		begin = w.withImages
	}
	s, err := begin(ctx, env)
	if err != nil {
		return nil, err
	}
	return w.steps(ctx, env, s, func(ctx context.Context, s *booting, i *openstack.Iteration, server openstack.Made) {
		for _, name := range actions {
			for _, each := range known[name] {
				i.Do(each.operation, func() loadgen.Outcome { return s.bounce(ctx, i, server, each) })
			}
		}
	})
}

// shelve is the action by which Nova makes an image of a server.
const shelve = "shelve"

// bounce is one action: what Nova is asked for, and the statuses that end it;
// none where it changes none.
type bounce struct {
	operation, ask string
	args           any
	until          []string
}

func (s *booting) bounce(ctx context.Context, i *openstack.Iteration, server openstack.Made, b bounce) loadgen.Outcome {
	o := openstack.Ended(s.changes(ctx, i, server, b))
	if o.Class != record.OK || len(b.until) == 0 {
		return o
	}
	return i.Await(ctx, server, b.until...)
}

// changes asks Nova for an action. Of a server that it shelves it makes an image, also
// where its answer is lost.
func (s *booting) changes(ctx context.Context, i *openstack.Iteration, server openstack.Made, b bounce) gophercloud.Result {
	if b.ask == shelve {
		s.images.Asked()
	}
	answer := s.action(ctx, server, http.StatusAccepted, b.ask, b.args, nil)
	i.Doubt(openstack.Ended(answer))
	return answer
}

// bounces are the actions by Rally's names, and the operations that they are.
func bounces() map[string][]bounce {
	active := []string{"ACTIVE"}
	kind := func(kind string) any { return map[string]string{"type": kind} }
	return map[string][]bounce{
		"hard_reboot":     {{"nova.reboot_server", "reboot", kind("HARD"), active}},
		"soft_reboot":     {{"nova.soft_reboot_server", "reboot", kind("SOFT"), active}},
		"stop_start":      {{"nova.stop_server", "os-stop", nil, []string{"SHUTOFF"}}, {"nova.start_server", "os-start", nil, active}},
		"pause_unpause":   {{"nova.pause_server", "pause", nil, []string{"PAUSED"}}, {"nova.unpause_server", "unpause", nil, active}},
		"suspend_resume":  {{"nova.suspend_server", "suspend", nil, []string{"SUSPENDED"}}, {"nova.resume_server", "resume", nil, active}},
		"shelve_unshelve": {{"nova.shelve_server", shelve, nil, []string{"SHELVED", "SHELVED_OFFLOADED"}}, {"nova.unshelve_server", "unshelve", nil, active}},
		"lock_unlock":     {{"nova.lock_server", "lock", nil, nil}, {"nova.unlock_server", "unlock", nil, nil}},
	}
}
