package tenants

import (
	"context"
	"fmt"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	services "github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/imagedata"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/images"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// imageLook is what lies between two looks whether an image is active.
const imageLook = 500 * time.Millisecond

// upload uploads the tenants' images to a project, as the first of its users, whose they are. They
// are named by their numbers, as what else a run makes, and are in the order of the scenario.
func (m *maker) upload(ctx context.Context, as loadgen.Account) (all []loadgen.MadeImage, err error) {
	if len(m.tenants.Images) == 0 {
		return nil, nil
	}
	env := m.env
	env.Account = &as
	client, glance, err := openstack.Connect(ctx, env, "image", services.NewImageV2)
	if err != nil {
		return nil, fmt.Errorf("images: %w", err)
	}
	defer client.Close()
	for n, image := range m.tenants.Images {
		source := m.sources.of(image)
		id, err := m.uploadOne(ctx, glance, openstack.Name(m.run, m.tenants.Name, n), image, source)
		if err != nil {
			return nil, fmt.Errorf("upload image %s: %w", image.Name, err)
		}
		all = append(all, loadgen.MadeImage{ID: id, Name: image.Name, Size: source.size})
	}
	return all, nil
}

func (m *maker) uploadOne(ctx context.Context, glance *gophercloud.ServiceClient, name string, image loadgen.TenantImage, from *source) (string, error) {
	hidden := images.ImageVisibilityPrivate
	made, err := called(ctx, func(ctx context.Context) (*images.Image, error) {
		return images.Create(ctx, glance, images.CreateOpts{
			Name: name, Tags: []string{openstack.Tag(m.run)}, Visibility: &hidden, DiskFormat: image.DiskFormat, ContainerFormat: image.ContainerFormat,
			MinRAM: image.MinRAM, MinDisk: image.MinDisk,
		}).Extract()
	})
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, loadgen.ImageSendMost)
	defer cancel()
	if err := imagedata.Upload(ctx, glance, made.ID, from.reader()).ExtractErr(); err != nil {
		return "", err
	}
	for {
		now, err := called(ctx, func(ctx context.Context) (*images.Image, error) { return images.Get(ctx, glance, made.ID).Extract() })
		switch {
		case err != nil:
			return "", err
		case now.Status == images.ImageStatusActive:
			return made.ID, nil
		case now.Status != images.ImageStatusSaving && now.Status != images.ImageStatusImporting:
			return "", fmt.Errorf("it is %s once all of it was sent", now.Status)
		}
		select {
		case <-ctx.Done():
			return "", fmt.Errorf("it is still %s: %w", now.Status, ctx.Err())
		case <-time.After(imageLook):
		}
	}
}
