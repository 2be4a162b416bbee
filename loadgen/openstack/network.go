package openstack

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/gophercloud/gophercloud/v2"
	services "github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/external"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/quotas"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/networks"
	"github.com/gophercloud/gophercloud/v2/pagination"

	"github.com/openstack-eris/eris/loadgen"
)

// network is a network with the extension that says whether it leads outside.
type network struct {
	networks.Network
	external.NetworkExternalExt
}

// owner is the project whose it is, which Neutron called a tenant before Newton.
func (n *network) owner() string { return cmp.Or(n.ProjectID, n.TenantID) }

// InnerNetwork finds the network of that name or id, or, where none is wanted, the first of
// the project's own, and then of those shared with it, that has a subnet and does not lead outside.
// An administrator is shown all others, too: those of other projects, and those that Neutron
// has for itself, such as the one in which its HA routers watch one another.
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
	project := c.Project()
	if wanted == "" {
		all = slices.DeleteFunc(all, func(n network) bool {
			return n.External || len(n.Subnets) == 0 || !n.Shared && n.owner() != project
		})
	}
	slices.SortFunc(all, func(a, b network) int {
		return cmp.Or(theirs(a.owner() != project)-theirs(b.owner() != project), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	return Choose("network", wanted, all, func(n network) (string, string) { return n.ID, n.Name })
}

// theirs is 1 for what is another project's, which comes after one's own.
func theirs(is bool) int {
	if is {
		return 1
	}
	return 0
}

// OuterNetwork finds the network of that name or id that leads outside, the first of
// them where none is wanted.
func OuterNetwork(ctx context.Context, neutron *gophercloud.ServiceClient, wanted string) (string, error) {
	yes := true
	all, err := Every(ctx, networks.List(neutron, external.ListOptsExt{ListOptsBuilder: networks.ListOpts{}, External: &yes}), networks.ExtractNetworks)
	if err != nil {
		return "", fmt.Errorf("list external networks: %w", err)
	}
	slices.SortFunc(all, func(a, b networks.Network) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return Choose("external network", wanted, all, func(n networks.Network) (string, string) { return n.ID, n.Name })
}

// NetworkRoom tells whether a project's quotas of Neutron have room for what is needed,
// by the names of the resources.
func NetworkRoom(ctx context.Context, env loadgen.Env, neutron *gophercloud.ServiceClient, project string, takes Takes) error {
	if project == "" {
		return takes.Fits(env, nil, "the token is of no project")
	}
	var said struct {
		Quota map[string]struct {
			Limit json.Number `json:"limit"`
			Used  json.Number `json:"used"`
		} `json:"quota"`
	}
	told, err := ReadQuotas(quotas.GetDetail(ctx, neutron, project).Result, &said)
	if err != nil {
		return err
	}
	if !told {
		return takes.Fits(env, nil, "Neutron does not tell it to this user")
	}
	now := map[string]Quota{}
	for name, quota := range said.Quota {
		limit, wrong := quota.Limit.Int64()
		used, bad := quota.Used.Int64()
		if wrong == nil && bad == nil {
			now[name] = Quota{Limit: int(limit), Used: int(used)}
		}
	}
	return takes.Fits(env, now, "")
}
