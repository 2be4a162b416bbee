package glance

import (
	"context"
	"fmt"

	image "github.com/gophercloud/gophercloud/v2/openstack"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// ListImages lists the images that the project can see, one page.
type ListImages struct {
	openstack.Page `yaml:",inline"`
}

// Role is reader.
func (*ListImages) Role() string { return "reader" }

// Open gets a token and finds Glance in the catalogue.
func (w *ListImages) Open(ctx context.Context, env loadgen.Env) (loadgen.Session, error) {
	if err := w.Validate(); err != nil {
		return nil, fmt.Errorf("list images: %w", err)
	}
	list := openstack.Collection{Service: "image", Find: image.NewImageV2, Key: "images", Query: w.Query()}
	return list.Open(ctx, env)
}
