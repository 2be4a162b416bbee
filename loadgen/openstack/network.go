package openstack

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	services "github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/external"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/networks"
	"github.com/gophercloud/gophercloud/v2/pagination"
)

// network is a network with the extension that says whether it leads outside.
type network struct {
	networks.Network
	external.NetworkExternalExt
}

// InnerNetwork finds the network of that name or id, or the first that has a subnet
// and does not lead outside where none is wanted.
func (c *Client) InnerNetwork(ctx context.Context, wanted string) (string, error) {
	neutron, err := c.Find(ctx, "network", services.NewNetworkV2)
	if err != nil {
		return "", err
	}
	all, err := Every(ctx, networks.List(neutron, networks.ListOpts{}), func(p pagination.Page) ([]network, error) {
		var found []network
		err := networks.ExtractNetworksInto(p, &found)
		return found, err
	})
	if err != nil {
		return "", fmt.Errorf("list networks: %w", err)
	}
	if wanted == "" {
		all = slices.DeleteFunc(all, func(n network) bool { return n.External || len(n.Subnets) == 0 })
	}
	slices.SortFunc(all, func(a, b network) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return Choose("network", wanted, all, func(n network) (string, string) { return n.ID, n.Name })
}
