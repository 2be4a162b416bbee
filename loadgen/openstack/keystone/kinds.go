package keystone

import (
	"context"

	"github.com/gophercloud/gophercloud/v2"
	services "github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/roles"
	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/users"
	"github.com/gophercloud/gophercloud/v2/pagination"

	"github.com/openstack-eris/eris/loadgen/openstack"
)

// kinds are the kinds of resources of Keystone.
type kinds struct{ user, project, role *openstack.Kind }

// order is that in which they can be deleted.
func (k kinds) order() []*openstack.Kind { return []*openstack.Kind{k.user, k.project, k.role} }

// Service is Keystone, for whoever looks for what loads left.
func Service() openstack.Service {
	return openstack.Service{
		Name: "identity", Find: services.NewIdentityV3, Loads: []string{"keystone", "quotas"}, Admin: true, Barring: true,
		Kinds: func(client *openstack.Client, keystone *gophercloud.ServiceClient) []*openstack.Kind {
			return newKinds(client, keystone).order()
		},
	}
}

func newKinds(client *openstack.Client, keystone *gophercloud.ServiceClient) kinds {
	domain, _ := client.Domain() // Keystone lists one domain's users where domains have drivers of their own
	return kinds{
		user: &openstack.Kind{
			One: "user", Many: "users", Owns: true,
			List: func(prefix string) pagination.Pager {
				return users.List(keystone, users.ListOpts{DomainID: domain, Filters: openstack.Begins(prefix)})
			},
			Delete: func(ctx context.Context, id string) gophercloud.Result { return users.Delete(ctx, keystone, id).Result },
			Show:   func(ctx context.Context, id string) gophercloud.Result { return users.Get(ctx, keystone, id).Result },
		},
		project: openstack.Projects(keystone),
		role: &openstack.Kind{
			One: "role", Many: "roles",
			List: func(prefix string) pagination.Pager {
				return roles.List(keystone, roles.ListOpts{Filters: openstack.Begins(prefix)})
			},
			Delete: func(ctx context.Context, id string) gophercloud.Result { return roles.Delete(ctx, keystone, id).Result },
			Show:   func(ctx context.Context, id string) gophercloud.Result { return roles.Get(ctx, keystone, id).Result },
		},
	}
}
