package openstack

import (
	"context"
	"fmt"

	"github.com/gophercloud/gophercloud/v2/pagination"

	"github.com/openstack-eris/eris/loadgen"
)

// Every lists all pages of something that a workload needs before it starts.
func Every[T any](ctx context.Context, pager pagination.Pager, extract func(pagination.Page) ([]T, error)) ([]T, error) {
	pages, err := pager.AllPages(ctx)
	if err != nil {
		return nil, &loadgen.OpenError{Outcome: Outcome(err, nil)}
	}
	return extract(pages)
}

// Choose returns the id of the thing that is wanted by name or id, or of the
// first when nothing is; kind is what messages call it.
func Choose[T any](kind, wanted string, all []T, names func(T) (id, name string)) (string, error) {
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
