package nova

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/gophercloud/gophercloud/v2"
	services "github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/flavors"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/images"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/external"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/networks"
	"github.com/gophercloud/gophercloud/v2/pagination"

	"github.com/openstack-eris/eris/loadgen/openstack"
)

// find looks up what a server is made of.
func (w *Booting) find(ctx context.Context, client *openstack.Client, s *booting) error {
	var err error
	if s.flavor, err = w.findFlavor(ctx, s.nova); err != nil {
		return err
	}
	if s.image, err = w.findImage(ctx, client); err != nil {
		return err
	}
	if w.Network == auto {
		return nil // Nova takes the only one that there is
	}
	network, err := w.findNetwork(ctx, client)
	if err != nil {
		return err
	}
	s.networks = []servers.Network{{UUID: network}}
	return nil
}

func (w *Booting) findFlavor(ctx context.Context, nova *gophercloud.ServiceClient) (string, error) {
	all, err := sortedFlavors(ctx, nova)
	if err != nil {
		return "", err
	}
	return chooseFlavor(w.Flavor, all)
}

// sortedFlavors are all, the ones with the least memory first.
func sortedFlavors(ctx context.Context, nova *gophercloud.ServiceClient) ([]flavors.Flavor, error) {
	all, err := openstack.Every(ctx, flavors.ListDetail(nova, flavors.ListOpts{}), flavors.ExtractFlavors)
	if err != nil {
		return nil, fmt.Errorf("list flavors: %w", err)
	}
	slices.SortFunc(all, func(a, b flavors.Flavor) int {
		return cmp.Or(a.RAM-b.RAM, a.Disk-b.Disk, cmp.Compare(a.Name, b.Name))
	})
	return all, nil
}

func chooseFlavor(wanted string, all []flavors.Flavor) (string, error) {
	return openstack.Choose("flavor", wanted, all, func(f flavors.Flavor) (string, string) { return f.ID, f.Name })
}

func (w *Booting) findImage(ctx context.Context, client *openstack.Client) (string, error) {
	glance, err := client.Find(ctx, "image", services.NewImageV2)
	if err != nil {
		return "", err
	}
	all, err := openstack.Every(ctx, images.List(glance, images.ListOpts{Status: images.ImageStatusActive}), images.ExtractImages)
	if err != nil {
		return "", fmt.Errorf("list images: %w", err)
	}
	slices.SortFunc(all, func(a, b images.Image) int {
		return cmp.Or(cmp.Compare(a.SizeBytes, b.SizeBytes), cmp.Compare(a.Name, b.Name))
	})
	return openstack.Choose("image", w.Image, all, func(i images.Image) (string, string) { return i.ID, i.Name })
}

// network is a network with the extension that says whether it leads outside.
type network struct {
	networks.Network
	external.NetworkExternalExt
}

func (w *Booting) findNetwork(ctx context.Context, client *openstack.Client) (string, error) {
	neutron, err := client.Find(ctx, "network", services.NewNetworkV2)
	if err != nil {
		return "", err
	}
	all, err := openstack.Every(ctx, networks.List(neutron, networks.ListOpts{}), func(p pagination.Page) ([]network, error) {
		var found []network
		err := networks.ExtractNetworksInto(p, &found)
		return found, err
	})
	if err != nil {
		return "", fmt.Errorf("list networks: %w", err)
	}
	if w.Network == "" {
		all = slices.DeleteFunc(all, func(n network) bool { return n.External || len(n.Subnets) == 0 })
	}
	slices.SortFunc(all, func(a, b network) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return openstack.Choose("network", w.Network, all, func(n network) (string, string) { return n.ID, n.Name })
}
