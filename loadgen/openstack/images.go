package openstack

import (
	"context"
	"net/http"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/openstack-eris/eris/loadgen"
)

// ImageRoom tells whether a project's limits of Glance have room for what is needed of
// image_count_total and image_size_total (MiB). Glance has them from Keystone, where it is told
// to (use_keystone_limits), and tells them with their use since Xena.
//
// Source: https://docs.openstack.org/api-ref/image/v2/index.html (Quota usage)
func ImageRoom(ctx context.Context, env loadgen.Env, glance *gophercloud.ServiceClient, takes Takes) error {
	var said struct {
		Usage map[string]struct {
			Limit int `json:"limit"`
			Usage int `json:"usage"`
		} `json:"usage"`
	}
	told, err := ReadQuotas(Call(ctx, glance, http.MethodGet, glance.ServiceURL("info", "usage"), nil, new(any), http.StatusOK), &said)
	if err != nil {
		return err
	}
	quotas := map[string]Quota{}
	for name, one := range said.Usage {
		quotas[name] = Quota{Limit: one.Limit, Used: one.Usage}
	}
	if !told {
		return takes.Fits(env, nil, "Glance does not tell it to this user, or is older than Xena")
	}
	return takes.Fits(env, quotas, "Glance has no such limit from Keystone")
}

const mib = 1 << 20

// OfImages is what so many images of so many bytes take.
func OfImages(n int, size int64) map[string]int {
	return map[string]int{"image_count_total": n, "image_size_total": n * int((size+mib-1)/mib)}
}
