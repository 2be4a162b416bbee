package openstack

import (
	"context"
	"net/http"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/flavors"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"
	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/projects"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/images"
	"github.com/gophercloud/gophercloud/v2/pagination"
)

// Servers are the project's, of Nova.
func Servers(nova *gophercloud.ServiceClient) *Kind {
	return &Kind{
		One: "server", Many: "servers", Ready: "ACTIVE", Gone: []string{"DELETED"}, Lingers: softly(nova),
		List: func(prefix string) pagination.Pager {
			return servers.List(nova, servers.ListOpts{Name: "^" + prefix}) // with their metadata
		},
		Delete: func(ctx context.Context, id string) gophercloud.Result { return servers.Delete(ctx, nova, id).Result },
		Free: func(ctx context.Context, id string) gophercloud.Result { // of a lock
			return Call(ctx, nova, http.MethodPost, nova.ServiceURL("servers", id, "action"), map[string]any{"unlock": nil}, nil, http.StatusAccepted)
		},
		Show: func(ctx context.Context, id string) gophercloud.Result { return servers.Get(ctx, nova, id).Result },
	}
}

// softly is how Nova keeps a deleted server where its operator wants that: for a while, in
// a list only of those that changed since some time.
//
// Source: reclaim_instance_interval in nova/conf/compute.py,
// nova/db/main/api.py (instance_get_all_by_filters)
func softly(nova *gophercloud.ServiceClient) *Lingering {
	const status = "SOFT_DELETED"
	return &Lingering{
		Status: status,
		List: func(prefix string) pagination.Pager {
			return servers.List(nova, servers.ListOpts{Name: "^" + prefix, Status: status, ChangesSince: time.Unix(0, 0).UTC().Format(time.RFC3339)})
		},
		End: func(ctx context.Context, id string) gophercloud.Result {
			return servers.ForceDelete(ctx, nova, id).Result
		},
	}
}

// Flavors are the cloud's, of Nova, to an administrator also those that are not public. Nova
// deletes one that servers have: each of them knows its own.
func Flavors(nova *gophercloud.ServiceClient) *Kind {
	return &Kind{
		One: "flavor", Many: "flavors",
		List: func(string) pagination.Pager {
			return flavors.ListDetail(nova, flavors.ListOpts{AccessType: flavors.AllAccess})
		},
		Delete: func(ctx context.Context, id string) gophercloud.Result { return flavors.Delete(ctx, nova, id).Result },
		Show:   func(ctx context.Context, id string) gophercloud.Result { return flavors.Get(ctx, nova, id).Result },
	}
}

// Volumes are the project's, of Cinder.
func Volumes(cinder *gophercloud.ServiceClient) *Kind {
	return &Kind{
		One: "volume", Many: "volumes", Ready: "available", Gone: []string{},
		List: func(string) pagination.Pager { return volumes.List(cinder, volumes.ListOpts{}) },
		Delete: func(ctx context.Context, id string) gophercloud.Result {
			return volumes.Delete(ctx, cinder, id, nil).Result
		},
		Show: func(ctx context.Context, id string) gophercloud.Result { return volumes.Get(ctx, cinder, id).Result },
	}
}

// Images are the project's with those tags, of Glance.
func Images(client *Client, glance *gophercloud.ServiceClient, tags ...string) *Kind {
	return &Kind{
		One: "image", Many: "images", Bare: true,
		List: func(string) pagination.Pager {
			return images.List(glance, images.ListOpts{Tags: tags, Owner: client.Project()})
		},
		Delete: func(ctx context.Context, id string) gophercloud.Result { return images.Delete(ctx, glance, id).Result },
		Show:   func(ctx context.Context, id string) gophercloud.Result { return images.Get(ctx, glance, id).Result },
	}
}

// Begins is how Keystone is asked for what has a name with that prefix.
func Begins(prefix string) map[string]string { return map[string]string{"name__startswith": prefix} }

// Projects are those that the user may see, of Keystone.
func Projects(keystone *gophercloud.ServiceClient) *Kind {
	return &Kind{
		One: "project", Many: "projects", Holds: true,
		List: func(prefix string) pagination.Pager {
			return projects.List(keystone, projects.ListOpts{Filters: Begins(prefix)})
		},
		Delete: func(ctx context.Context, id string) gophercloud.Result {
			return projects.Delete(ctx, keystone, id).Result
		},
		Show: func(ctx context.Context, id string) gophercloud.Result { return projects.Get(ctx, keystone, id).Result },
	}
}

// MakeProject is the step that makes a project. It is disabled and lets nobody
// in.
func (i *Iteration) MakeProject(ctx context.Context, keystone *gophercloud.ServiceClient, kind *Kind) Made {
	domain, _ := i.session.Client.Domain()
	return i.Make(ctx, "keystone_v3.create_project", kind, func(name string) gophercloud.Result {
		disabled := false
		return projects.Create(ctx, keystone, projects.CreateOpts{
			Name: name, Enabled: &disabled, Description: "made by eris " + i.Run, Tags: []string{Tag(i.Run)}, DomainID: domain,
		}).Result
	})
}
