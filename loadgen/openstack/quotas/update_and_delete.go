package quotas

import (
	"context"
	"fmt"
	"net/http"
	"strconv"

	"github.com/gophercloud/gophercloud/v2"
	services "github.com/gophercloud/gophercloud/v2/openstack"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// UpdateAndDelete makes a project, sets a quota of it, takes that back, and
// deletes the project, as Rally's Quotas.nova_update_and_delete and its like do.
// The quotas of no other project are touched. An answer that does not say the
// quota that was asked for is a wrong result.
type UpdateAndDelete struct {
	openstack.Keeping `yaml:",inline"`
	of                keeper
}

// keeper is a service that keeps quotas.
type keeper struct {
	name     string
	find     openstack.Finder
	path     string // below the endpoint
	key      string // of the document
	resource string
	deleted  int // the status of the answer to a deletion
}

// NewUpdateAndDelete is for the quotas that nova, neutron or cinder keeps.
func NewUpdateAndDelete(service string) *UpdateAndDelete {
	return &UpdateAndDelete{of: map[string]keeper{
		"nova":    {"compute", services.NewComputeV2, "os-quota-sets", "quota_set", "instances", http.StatusAccepted},
		"cinder":  {"volume", services.NewBlockStorageV3, "os-quota-sets", "quota_set", "volumes", http.StatusOK},
		"neutron": {"network", services.NewNetworkV2, "quotas", "quota", "network", http.StatusNoContent},
	}[service]}
}

// Validate says what is wrong with the arguments.
func (w *UpdateAndDelete) Validate() error { return w.Wrong() }

// Role is admin: it makes projects and sets quotas.
func (*UpdateAndDelete) Role() string { return "admin" }

// Open gets a token and finds Keystone and the service in the catalogue.
func (w *UpdateAndDelete) Open(ctx context.Context, env loadgen.Env) (loadgen.Session, error) {
	if err := w.Validate(); err != nil {
		return nil, fmt.Errorf("update and delete quotas: %w", err)
	}
	client, keystone, err := openstack.Connect(ctx, env, "identity", services.NewIdentityV3)
	if err != nil {
		return nil, err
	}
	service, err := client.Find(ctx, w.of.name, w.of.find)
	if err != nil {
		client.Close()
		return nil, err
	}
	project := openstack.Projects(keystone)
	making := openstack.Making{Client: client, Kinds: []*openstack.Kind{project}, Keep: w.Keep}
	making.Steps = func(ctx context.Context, i *openstack.Iteration) {
		made := i.MakeProject(ctx, keystone, project)
		limit := int(i.Number%1000) + 1
		i.Do("quotas.update_quotas", func() loadgen.Outcome { return w.of.update(ctx, service, made.ID, limit) })
		i.Do("quotas.delete_quotas", func() loadgen.Outcome {
			return openstack.Ended(openstack.Call(ctx, service, http.MethodDelete, service.ServiceURL(w.of.path, made.ID), nil, nil, w.of.deleted))
		})
		i.Remove(ctx, "keystone_v3.delete_project", made)
	}
	return making.Start(ctx, env)
}

// update sets a quota of a project.
func (k keeper) update(ctx context.Context, service *gophercloud.ServiceClient, project string, limit int) loadgen.Outcome {
	ask := map[string]any{k.key: map[string]int{k.resource: limit}}
	var said map[string]map[string]any
	answer := openstack.Call(ctx, service, http.MethodPut, service.ServiceURL(k.path, project), ask, &said, http.StatusOK)
	o := openstack.Ended(answer)
	if o.Class != record.OK {
		return o
	}
	if now := said[k.key][k.resource]; fmt.Sprint(now) != strconv.Itoa(limit) {
		return openstack.Wrong(fmt.Errorf("update quotas: %s is said to be %v, and asked for was %d", k.resource, now, limit), answer.Header)
	}
	return o
}
