package keystone

import (
	"context"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/roles"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// CreateAndDeleteRole makes a role that nobody has, asks for it, and deletes it, as
// Rally's KeystoneBasic.create_and_get_role and create_and_delete_role do.
type CreateAndDeleteRole struct {
	administrator `yaml:",inline"`
}

// Open gets a token and finds Keystone in the catalogue.
func (w *CreateAndDeleteRole) Open(ctx context.Context, env loadgen.Env) (loadgen.Session, error) {
	d, err := w.open(ctx, env)
	if err != nil {
		return nil, err
	}
	d.making.Steps = func(ctx context.Context, i *openstack.Iteration) {
		role := i.Make(ctx, "keystone_v3.create_role", d.role, func(name string) gophercloud.Result {
			return roles.Create(ctx, d.keystone, roles.CreateOpts{Name: name}).Result
		})
		i.Do("keystone_v3.get_role", func() loadgen.Outcome { return role.Said(d.role.Show(ctx, role.ID)) })
		i.Remove(ctx, "keystone_v3.delete_role", role)
	}
	return d.making.Start(ctx, env)
}
