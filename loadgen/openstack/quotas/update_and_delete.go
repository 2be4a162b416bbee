package quotas

import (
	"context"
	"fmt"

	services "github.com/gophercloud/gophercloud/v2/openstack"

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
	set      *openstack.QuotaSet
	resource string
}

// NewUpdateAndDelete is for the quotas that nova, neutron or cinder keeps.
func NewUpdateAndDelete(service string) *UpdateAndDelete {
	return &UpdateAndDelete{of: map[string]keeper{
		"nova":    {"compute", services.NewComputeV2, openstack.NovaQuotas(), "instances"},
		"cinder":  {"volume", services.NewBlockStorageV3, openstack.CinderQuotas(), "volumes"},
		"neutron": {"network", services.NewNetworkV2, openstack.NeutronQuotas(), "network"},
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
		i.Do("quotas.update_quotas", func() loadgen.Outcome {
			return w.of.set.Set(ctx, service, made.ID, map[string]int{w.of.resource: limit})
		})
		i.Do("quotas.delete_quotas", func() loadgen.Outcome {
			return w.of.set.Reset(ctx, service, made.ID)
		})
		i.Remove(ctx, "keystone_v3.delete_project", made)
	}
	return making.Start(ctx, env)
}
