package glance

import (
	"context"

	"github.com/gophercloud/gophercloud/v2"
	services "github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/images"
	"github.com/gophercloud/gophercloud/v2/pagination"

	"github.com/openstack-eris/eris/loadgen/openstack"
)

// Service is Glance, for whoever looks for what loads left.
func Service() openstack.Service {
	return openstack.Service{
		Name: "image", Find: services.NewImageV2, Loads: "glance",
		Kinds: func(client *openstack.Client, glance *gophercloud.ServiceClient) []*openstack.Kind {
			return []*openstack.Kind{newImage(client, glance)}
		},
	}
}

// newImage is the project's images with those tags.
func newImage(client *openstack.Client, glance *gophercloud.ServiceClient, tags ...string) *openstack.Kind {
	return &openstack.Kind{
		One: "image", Many: "images", Bare: true,
		List: func(string) pagination.Pager {
			return images.List(glance, images.ListOpts{Tags: tags, Owner: client.Project()})
		},
		Delete: func(ctx context.Context, id string) gophercloud.Result { return images.Delete(ctx, glance, id).Result },
		Show:   func(ctx context.Context, id string) gophercloud.Result { return images.Get(ctx, glance, id).Result },
	}
}
