package nova

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/gophercloud/gophercloud/v2"
	services "github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/flavors"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/images"
	"github.com/gophercloud/gophercloud/v2/openstack/utils"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// find looks up what a server is made of, and returns its flavor.
func (w *Booting) find(ctx context.Context, env loadgen.Env, client *openstack.Client, s *booting) (flavor flavors.Flavor, err error) {
	if s.sizes, err = findSizes(ctx, env, s.nova); err != nil {
		return flavor, err
	}
	if s.flavor, err = s.sizes.choose(w.Flavor); err != nil {
		return flavor, err
	}
	flavor = s.sizes.of(s.flavor)
	if s.image, err = w.findImage(ctx, env, client); err != nil {
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

// sizes are the flavors that a load may ask for, those with the least memory first.
type sizes struct {
	own    []flavors.Flavor // that were made for it, called as in the scenario
	others []flavors.Flavor // of the cloud
}

func findSizes(ctx context.Context, env loadgen.Env, nova *gophercloud.ServiceClient) (all sizes, err error) {
	for _, made := range madeFor(env).Flavors {
		all.own = append(all.own, flavors.Flavor{ID: made.ID, Name: made.Name, RAM: made.RAM, VCPUs: made.VCPUs, Disk: made.Disk})
	}
	if all.others, err = openstack.Every(ctx, flavors.ListDetail(nova, flavors.ListOpts{}), flavors.ExtractFlavors); err != nil {
		return all, fmt.Errorf("list flavors: %w", err)
	}
	all.others = slices.DeleteFunc(all.others, func(f flavors.Flavor) bool {
		return slices.ContainsFunc(all.own, func(own flavors.Flavor) bool { return own.ID == f.ID })
	})
	slices.SortFunc(all.own, smaller)
	slices.SortFunc(all.others, smaller)
	return all, nil
}

// madeFor is who acts, with what was made for it.
func madeFor(env loadgen.Env) loadgen.Account {
	if env.Account == nil {
		return loadgen.Account{}
	}
	return *env.Account
}

func smaller(a, b flavors.Flavor) int {
	return cmp.Or(a.RAM-b.RAM, a.Disk-b.Disk, cmp.Compare(a.Name, b.Name))
}

// choose is the id of the one that is wanted.
func (s sizes) choose(wanted string) (string, error) {
	return openstack.ChooseOwn("flavor", wanted, s.own, s.others, func(f flavors.Flavor) (string, string) { return f.ID, f.Name })
}

// all are the own ones and the others.
func (s sizes) all() []flavors.Flavor {
	return slices.SortedFunc(slices.Values(slices.Concat(s.own, s.others)), smaller)
}

func (s sizes) of(id string) flavors.Flavor {
	all := s.all()
	return all[slices.IndexFunc(all, func(f flavors.Flavor) bool { return f.ID == id })]
}

// larger is the one with the next more memory, among the own ones where one of them has.
func (s sizes) larger(than string) (string, error) {
	for _, list := range [][]flavors.Flavor{s.own, s.all()} {
		at := slices.IndexFunc(list, func(f flavors.Flavor) bool { return f.ID == than })
		if at >= 0 && at+1 < len(list) {
			return list[at+1].ID, nil
		}
	}
	return "", errors.New("find flavor: the cloud has none with more memory to resize to")
}

func (w *Booting) findImage(ctx context.Context, env loadgen.Env, client *openstack.Client) (string, error) {
	glance, err := client.Find(ctx, "image", services.NewImageV2)
	if err != nil {
		return "", err
	}
	var own []images.Image
	for _, made := range madeFor(env).Images {
		own = append(own, images.Image{ID: made.ID, Name: made.Name, SizeBytes: made.Size})
	}
	others, err := openstack.Every(ctx, images.List(glance, images.ListOpts{Status: images.ImageStatusActive}), images.ExtractImages)
	if err != nil {
		return "", fmt.Errorf("list images: %w", err)
	}
	others = slices.DeleteFunc(others, func(i images.Image) bool {
		return slices.ContainsFunc(own, func(made images.Image) bool { return made.ID == i.ID })
	})
	for _, list := range [][]images.Image{own, others} {
		slices.SortFunc(list, func(a, b images.Image) int {
			return cmp.Or(cmp.Compare(a.SizeBytes, b.SizeBytes), cmp.Compare(a.Name, b.Name))
		})
	}
	return openstack.ChooseOwn("image", w.Image, own, others, func(i images.Image) (string, string) { return i.ID, i.Name })
}
