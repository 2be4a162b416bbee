package heat

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	services "github.com/gophercloud/gophercloud/v2/openstack"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// CreateUpdateDeleteStack makes a stack, updates it to have one resource more, and
// deletes it, as Rally's HeatStacks.create_update_delete_stack does. Its resources
// are strings that Heat draws, so that no other service makes anything; but for the trust in
// Keystone by which Heat acts for the stack, where it is set up so.
type CreateUpdateDeleteStack struct {
	Resources         int `yaml:"resources" help:"of the stack before it is updated, 1 to 100"`
	openstack.Keeping `yaml:",inline"`
	openstack.Asking  `yaml:",inline"`
	openstack.Polling `yaml:",inline"`
}

// NewCreateUpdateDeleteStack has the defaults.
func NewCreateUpdateDeleteStack() *CreateUpdateDeleteStack {
	return &CreateUpdateDeleteStack{Resources: 1, Polling: openstack.Each(500 * time.Millisecond)}
}

// Validate says what is wrong with the arguments.
func (w *CreateUpdateDeleteStack) Validate() error {
	var errs []error
	if w.Resources < 1 || w.Resources > 100 {
		errs = append(errs, errors.New("resources: must be from 1 to 100"))
	}
	return errors.Join(append(errs, w.TooOften(), w.Wrong(), w.Unasked())...)
}

// Role is member: it makes stacks.
func (*CreateUpdateDeleteStack) Role() string { return "member" }

// Open gets a token and finds Heat in the catalogue. How many stacks there may be
// Heat tells nobody.
func (w *CreateUpdateDeleteStack) Open(ctx context.Context, env loadgen.Env) (loadgen.Session, error) {
	if err := w.Validate(); err != nil {
		return nil, fmt.Errorf("create, update and delete stack: %w", err)
	}
	client, heat, err := openstack.Connect(ctx, env, "orchestration", services.NewOrchestrationV1)
	if err != nil {
		return nil, err
	}
	if err := w.Takes("orchestration", map[string]int{"stacks": 1}, nil).Fits(env, nil, "Heat tells nobody how many a project may have (max_stacks_per_tenant)"); err != nil {
		client.Close()
		return nil, err
	}
	stack := stacksOf(heat)
	making := openstack.Making{Client: client, Kinds: []*openstack.Kind{stack}, Poll: w.Poll, Keep: w.Keep, Ask: w.Ask}
	making.Steps = func(ctx context.Context, i *openstack.Iteration) {
		it := i.Make(ctx, "heat.create_stack", stack, func(name string) gophercloud.Result {
			ask := map[string]any{"stack_name": name, "template": template(w.Resources), "tags": openstack.Tag(i.Run)}
			return made(openstack.Call(ctx, heat, http.MethodPost, heat.ServiceURL("stacks"), ask, new(any), http.StatusCreated), name)
		})
		i.Do("heat.update_stack", func() loadgen.Outcome {
			ask := map[string]any{"template": template(w.Resources + 1), "tags": openstack.Tag(i.Run)}
			o := openstack.Ended(openstack.Call(ctx, heat, http.MethodPut, heat.ServiceURL("stacks", it.ID), ask, nil, http.StatusAccepted))
			if o.Class != record.OK {
				return o
			}
			return i.Await(ctx, it, "UPDATE_COMPLETE")
		})
		i.Look(it, func(ctx context.Context) loadgen.Outcome { return it.Is(ctx, "UPDATE_COMPLETE") })
		i.Remove(ctx, "heat.delete_stack", it)
	}
	return making.Start(ctx, env)
}

// template is one with so many resources.
func template(n int) map[string]any {
	resources := map[string]any{}
	for i := range n {
		resources[fmt.Sprint("string-", i)] = map[string]any{"type": "OS::Heat::RandomString", "properties": map[string]any{"length": 16}}
	}
	return map[string]any{"heat_template_version": "2016-10-14", "resources": resources}
}
