package keystone

import (
	"context"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// CreateAndDeleteUser makes a user, with a password that Keystone has to hash,
// and deletes it, as Rally's KeystoneBasic.create_delete_user does. The user is
// disabled and lets nobody in.
type CreateAndDeleteUser struct {
	administrator `yaml:",inline"`
}

// Open gets a token and finds Keystone in the catalogue.
func (w *CreateAndDeleteUser) Open(ctx context.Context, env loadgen.Env) (loadgen.Session, error) {
	d, err := w.open(ctx, env)
	if err != nil {
		return nil, err
	}
	d.making.Steps = func(ctx context.Context, i *openstack.Iteration) {
		user := d.makeUser(ctx, i)
		i.Remove(ctx, "keystone_v3.delete_user", user)
	}
	return d.making.Start(ctx, env)
}
