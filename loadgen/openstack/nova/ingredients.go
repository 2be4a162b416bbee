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
	"github.com/gophercloud/gophercloud/v2/openstack/utils"

	"github.com/openstack-eris/eris/loadgen/openstack"
)

// find looks up what a server is made of, and returns its flavor.
func (w *Booting) find(ctx context.Context, client *openstack.Client, s *booting) (flavor flavors.Flavor, err error) {
	if flavor, err = w.findFlavor(ctx, s.nova); err != nil {
		return flavor, err
	}
	s.flavor = flavor.ID
	if s.image, err = w.findImage(ctx, client); err != nil {
		return flavor, err
	}
	if w.Network == auto {
		return flavor, leftToNova(s.nova.Microversion)
	}
	network, err := client.InnerNetwork(ctx, w.Network)
	if err != nil {
		return flavor, err
	}
	s.networks = []servers.Network{{UUID: network}}
	return flavor, nil
}

// leftToNova tells whether Nova takes the only network that there is, when it is told
// none. From 2.37 on it would make one, a router and a subnet of its own where there
// is none, which nobody would remove.
//
// Source: https://docs.openstack.org/nova/latest/reference/api-microversion-history.html
func leftToNova(microversion string) error {
	if asksFor(microversion, 37) {
		return fmt.Errorf("network: %s would have Nova make networks of its own from microversion 2.37 on, and %s is asked for: name one", auto, microversion)
	}
	return nil
}

// asksFor tells whether a microversion is 2.minor or later; none is the lowest.
func asksFor(microversion string, minor int) bool {
	major, own, err := utils.ParseMicroversion(microversion)
	return err == nil && (major > 2 || major == 2 && own >= minor)
}

func (w *Booting) findFlavor(ctx context.Context, nova *gophercloud.ServiceClient) (flavors.Flavor, error) {
	all, err := sortedFlavors(ctx, nova)
	if err != nil {
		return flavors.Flavor{}, err
	}
	id, err := chooseFlavor(w.Flavor, all)
	if err != nil {
		return flavors.Flavor{}, err
	}
	return all[slices.IndexFunc(all, func(f flavors.Flavor) bool { return f.ID == id })], nil
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
