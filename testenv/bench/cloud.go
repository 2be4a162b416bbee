package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	services "github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/flavors"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/images"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
	"github.com/openstack-eris/eris/testenv/simcloud"
)

// cloudArgs: a simulated cloud with so many servers.
type cloudArgs struct{ Servers int }

// cloudSaid is how its API is come to.
type cloudSaid struct{ Clouds, Cloud string }

// cloudChild is a simulated cloud until its parent ends it.
func cloudChild(ctx context.Context, args []byte, out io.Writer) (err error) {
	var a cloudArgs
	if err := json.Unmarshal(args, &a); err != nil {
		return err
	}
	cloud, err := simcloud.Start(ctx, simcloud.Options{Seed: 1})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, cloud.Close()) }()
	if err := furnish(ctx, cloud, a.Servers); err != nil {
		return err
	}
	if err := say(out, cloudSaid{cloud.Clouds(), cloud.Name()}); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}

// furnish boots servers, one after the other.
func furnish(ctx context.Context, cloud *simcloud.Cloud, count int) error {
	client, err := openstack.NewClient(loadgen.Env{Run: "bench", Clouds: cloud.Clouds(), Cloud: cloud.Name()})
	if err != nil {
		return err
	}
	defer client.Close()
	if err := client.Authenticate(ctx); err != nil {
		return err
	}
	compute, err := client.Find(ctx, "compute", services.NewComputeV2)
	if err != nil {
		return err
	}
	glance, err := client.Find(ctx, "image", services.NewImageV2)
	if err != nil {
		return err
	}
	sizes, err := openstack.Every(ctx, flavors.ListDetail(compute, flavors.ListOpts{}), flavors.ExtractFlavors)
	if err != nil {
		return err
	}
	pictures, err := openstack.Every(ctx, images.List(glance, images.ListOpts{}), images.ExtractImages)
	if err != nil {
		return err
	}
	network, err := client.InnerNetwork(ctx, "")
	if err != nil {
		return err
	}
	for n := range count {
		o := servers.CreateOpts{Name: fmt.Sprintf("bench-%d", n), FlavorRef: sizes[0].ID, ImageRef: pictures[0].ID, Networks: []servers.Network{{UUID: network}}}
		if _, err := servers.Create(ctx, compute, o, nil).Extract(); err != nil {
			return fmt.Errorf("boot server %d: %w", n, err)
		}
	}
	return nil
}
