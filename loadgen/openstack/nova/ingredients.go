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

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// find looks up what a server is made of.
func (w *BootAndDeleteServer) find(ctx context.Context, s *booting) error {
	var err error
	if s.flavor, err = w.findFlavor(ctx, s.nova); err != nil {
		return err
	}
	if s.image, err = w.findImage(ctx, s.client); err != nil {
		return err
	}
	if w.Network == auto {
		return nil // Nova takes the only one that there is
	}
	network, err := w.findNetwork(ctx, s.client)
	if err != nil {
		return err
	}
	s.networks = []servers.Network{{UUID: network}}
	return nil
}

func (w *BootAndDeleteServer) findFlavor(ctx context.Context, nova *gophercloud.ServiceClient) (string, error) {
	all, err := every(ctx, flavors.ListDetail(nova, flavors.ListOpts{}), flavors.ExtractFlavors)
	if err != nil {
		return "", fmt.Errorf("list flavors: %w", err)
	}
	slices.SortFunc(all, func(a, b flavors.Flavor) int {
		return cmp.Or(a.RAM-b.RAM, a.Disk-b.Disk, cmp.Compare(a.Name, b.Name))
	})
	return choose("flavor", w.Flavor, all, func(f flavors.Flavor) (string, string) { return f.ID, f.Name })
}

func (w *BootAndDeleteServer) findImage(ctx context.Context, client *openstack.Client) (string, error) {
	glance, err := client.Find(ctx, "image", services.NewImageV2)
	if err != nil {
		return "", err
	}
	all, err := every(ctx, images.List(glance, images.ListOpts{Status: images.ImageStatusActive}), images.ExtractImages)
	if err != nil {
		return "", fmt.Errorf("list images: %w", err)
	}
	slices.SortFunc(all, func(a, b images.Image) int {
		return cmp.Or(cmp.Compare(a.SizeBytes, b.SizeBytes), cmp.Compare(a.Name, b.Name))
	})
	return choose("image", w.Image, all, func(i images.Image) (string, string) { return i.ID, i.Name })
}

// network is a network with the extension that says whether it leads outside.
type network struct {
	networks.Network
	external.NetworkExternalExt
}

func (w *BootAndDeleteServer) findNetwork(ctx context.Context, client *openstack.Client) (string, error) {
	neutron, err := client.Find(ctx, "network", services.NewNetworkV2)
	if err != nil {
		return "", err
	}
	all, err := every(ctx, networks.List(neutron, networks.ListOpts{}), func(p pagination.Page) ([]network, error) {
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
	return choose("network", w.Network, all, func(n network) (string, string) { return n.ID, n.Name })
}

// every lists all pages.
func every[T any](ctx context.Context, pager pagination.Pager, extract func(pagination.Page) ([]T, error)) ([]T, error) {
	pages, err := pager.AllPages(ctx)
	if err != nil {
		return nil, &loadgen.OpenError{Outcome: openstack.Outcome(err, nil)}
	}
	return extract(pages)
}

// choose returns the id of the thing that is wanted by name or id, or of the
// first when nothing is.
func choose[T any](kind, wanted string, all []T, names func(T) (id, name string)) (string, error) {
	for _, each := range all {
		if id, name := names(each); wanted == "" || wanted == id || wanted == name {
			return id, nil
		}
	}
	if wanted == "" {
		return "", fmt.Errorf("find %s: the cloud has none that would do", kind)
	}
	return "", fmt.Errorf("find %s: the cloud has none with the name or id %q", kind, wanted)
}
