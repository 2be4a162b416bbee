package openstack

import (
	"context"

	"github.com/gophercloud/gophercloud/v2"
)

// Call is one request for which gophercloud has no function, or none that lets
// the answer be seen. ask and into are documents, nil for none; a status that is
// none of codes is an error.
func Call(ctx context.Context, service *gophercloud.ServiceClient, method, url string, ask, into any, codes ...int) (r gophercloud.Result) {
	options := &gophercloud.RequestOpts{JSONBody: ask, JSONResponse: into, OkCodes: codes}
	answer, err := service.Request(ctx, method, url, options) //nolint:bodyclose // gophercloud has read it, and closed it
	_, r.Header, r.Err = gophercloud.ParseResponse(answer, err)
	r.Body = into
	return r
}
