package keystone

import (
	"context"
	"crypto/rand"
	"errors"

	"github.com/gophercloud/gophercloud/v2"
	services "github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/users"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// directory is Keystone as one session of a workload that makes users and
// projects reaches it.
type directory struct {
	kinds
	making   *openstack.Making
	keystone *gophercloud.ServiceClient
}

// administrator is what users and projects are made by.
type administrator struct {
	openstack.Keeping `yaml:",inline"`
	openstack.Asking  `yaml:",inline"`
}

// Validate says what is wrong with the arguments.
func (a administrator) Validate() error { return errors.Join(a.Wrong(), a.Unasked()) }

// Role is admin: it makes users.
func (administrator) Role() string { return "admin" }

// open gets a token and finds Keystone in the catalogue.
func (a administrator) open(ctx context.Context, env loadgen.Env) (*directory, error) {
	if err := a.Validate(); err != nil {
		return nil, err
	}
	client, keystone, err := openstack.Connect(ctx, env, "identity", services.NewIdentityV3)
	if err != nil {
		return nil, err
	}
	d := &directory{keystone: keystone, kinds: newKinds(client, keystone)}
	d.making = &openstack.Making{Client: client, Kinds: d.order(), Keep: a.Keep, Ask: a.Ask}
	return d, nil
}

// makeUser is the step that makes a user. It is disabled and has a password
// that nobody knows: whatever becomes of it, it lets nobody in.
func (d *directory) makeUser(ctx context.Context, i *openstack.Iteration) openstack.Made {
	domain, _ := d.making.Client.Domain()
	return i.Make(ctx, "keystone_v3.create_user", d.user, func(name string) gophercloud.Result {
		disabled := false
		return users.Create(ctx, d.keystone, users.CreateOpts{
			Name: name, Enabled: &disabled, Password: rand.Text(), Description: "made by eris " + i.Run, DomainID: domain,
		}).Result
	})
}
