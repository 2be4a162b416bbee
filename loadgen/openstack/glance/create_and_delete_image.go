package glance

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	services "github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/imagedata"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/images"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
	"github.com/openstack-eris/eris/loadgen/openstack/content"
)

// CreateAndDeleteImage makes an image, uploads its bytes, waits until it is
// active, downloads it and deletes it, as Rally's GlanceImages
// create_and_delete_image and create_and_download_image do. Bytes that are not
// those of the upload are a wrong result. No more than a buffer of them is in
// memory at a time.
type CreateAndDeleteImage struct {
	Size              document.Bytes `yaml:"size" help:"of the image, 1B to 16GiB"`
	openstack.Keeping `yaml:",inline"`
	openstack.Asking  `yaml:",inline"`
	openstack.Polling `yaml:",inline"`
}

// NewCreateAndDeleteImage has the defaults.
func NewCreateAndDeleteImage() *CreateAndDeleteImage {
	return &CreateAndDeleteImage{Size: 1 << 20, Polling: openstack.Each(100 * time.Millisecond)}
}

// Validate says what is wrong with the arguments.
func (w *CreateAndDeleteImage) Validate() error {
	var errs []error
	if w.Size < 1 || w.Size > 16<<30 {
		errs = append(errs, errors.New("size: must be from 1B to 16GiB"))
	}
	return errors.Join(append(errs, w.TooOften(), w.Wrong(), w.Unasked())...)
}

// Role is member: it makes images.
func (*CreateAndDeleteImage) Role() string { return "member" }

// Open gets a token and finds Glance in the catalogue.
func (w *CreateAndDeleteImage) Open(ctx context.Context, env loadgen.Env) (loadgen.Session, error) {
	if err := w.Validate(); err != nil {
		return nil, fmt.Errorf("create and delete image: %w", err)
	}
	client, glance, err := openstack.Connect(ctx, env, "image", services.NewImageV2)
	if err != nil {
		return nil, err
	}
	if err := openstack.ImageRoom(ctx, env, glance, w.Takes("image", openstack.OfImages(1, int64(w.Size)), nil)); err != nil {
		client.Close()
		return nil, err
	}
	tag := openstack.Tag(env.Run)
	image := openstack.Images(client, glance, tag)
	making := openstack.Making{Client: client, Kinds: []*openstack.Kind{image}, Poll: w.Poll, Keep: w.Keep, Ask: w.Ask}
	making.Steps = func(ctx context.Context, i *openstack.Iteration) {
		made := i.Make(ctx, "glance_v2.create_image", image, func(name string) gophercloud.Result {
			return images.Create(ctx, glance, images.CreateOpts{Name: name, Tags: []string{tag}, ContainerFormat: "bare", DiskFormat: "raw"}).Result
		})
		data := content.New(int64(w.Size), env.Seed, i.Number, 0, sha256.New)
		i.Do("glance_v2.upload_data", func() loadgen.Outcome {
			o := openstack.Ended(imagedata.Upload(ctx, glance, made.ID, data).Result)
			if o.Class != record.OK {
				return o
			}
			return i.Await(ctx, made, "active")
		})
		i.Do("glance_v2.download_image", func() loadgen.Outcome { return download(ctx, glance, made.ID, data) })
		i.Look(made, func(ctx context.Context) loadgen.Outcome { return download(ctx, glance, made.ID, data) })
		i.Remove(ctx, "glance_v2.delete_image", made)
	}
	return making.Start(ctx, env)
}

// download reads an image, which has to be what was uploaded.
func download(ctx context.Context, glance *gophercloud.ServiceClient, id string, sent *content.Content) loadgen.Outcome {
	answer := imagedata.Download(loadgen.Streamed(ctx), glance, id)
	if answer.Err != nil {
		return openstack.Outcome(answer.Err, answer.Header)
	}
	defer func() { _ = answer.Body.Close() }() // it has been read
	switch wrong, err := sent.Compare(answer.Body); {
	case err != nil:
		return openstack.Outcome(fmt.Errorf("download image: %w", err), answer.Header)
	case wrong != nil:
		return openstack.Wrong(fmt.Errorf("download image: %w", wrong), answer.Header)
	}
	return openstack.Outcome(nil, answer.Header)
}
