//go:build healing

package healing

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/config/clouds"
	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/lab"
)

// cloud is the lab as its administrator reaches it. The APIs of Aodh, Masakari
// and Heat are spoken to as they are: gophercloud has no types for them.
type cloud struct {
	provider *gophercloud.ProviderClient
	region   string
}

func connect(t *testing.T) cloud {
	t.Helper()
	inventory, err := lab.Inventory(options())
	require.NoError(t, err)
	auth, endpoint, _, err := clouds.Parse(clouds.WithCloudName(options().Name), clouds.WithLocations(filepath.Join(filepath.Dir(inventory), "clouds.yaml")))
	require.NoError(t, err)
	auth.AllowReauth = true
	provider, err := openstack.AuthenticatedClient(t.Context(), auth)
	require.NoError(t, err)
	return cloud{provider: provider, region: endpoint.Region}
}

// endpoint is the address of a service by its type, with a slash at the end.
func (c cloud) endpoint(service string) (string, error) {
	eo := gophercloud.EndpointOpts{Region: c.region, Availability: gophercloud.AvailabilityPublic}
	eo.ApplyDefaults(service)
	return c.provider.EndpointLocator(eo)
}

// ask sends a request to a service and decodes its answer; a status of 300 and
// above is an error.
func ask[T any](ctx context.Context, c cloud, method, service, path string, body any) (T, error) {
	var answer T
	url, err := c.endpoint(service)
	if err != nil {
		return answer, err
	}
	o := &gophercloud.RequestOpts{
		OkCodes:     []int{http.StatusOK, http.StatusCreated, http.StatusAccepted, http.StatusNoContent},
		MoreHeaders: map[string]string{"OpenStack-API-Version": "compute 2.53"},
	}
	if service == "workflowv2" {
		o.MoreHeaders["Accept"] = "*/*" // of some requests Mistral calls its JSON plain text
	}
	if body != nil {
		o.JSONBody = body
	}
	if method == http.MethodGet || method == http.MethodPost {
		o.JSONResponse = &answer
	}
	response, err := c.provider.Request(ctx, method, url+path, o)
	if err != nil {
		return answer, fmt.Errorf("%s %s %s: %w", method, service, path, err)
	}
	if o.JSONResponse == nil {
		err = response.Body.Close()
	}
	return answer, err
}

// do is ask in a test that ends when it fails.
func do[T any](t *testing.T, c cloud, method, service, path string, body any) T {
	t.Helper()
	answer, err := ask[T](t.Context(), c, method, service, path, body)
	require.NoError(t, err)
	return answer
}

// tidy sends a request once the test is over, whatever became of it. What is
// gone already needs no tidying. Masakari refuses to change a host or segment
// (409) while it works on a notification of it, such as that the host is back.
func tidy(t *testing.T, c cloud, method, service, path string, body any) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), time.Minute)
	defer cancel()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		_, err := ask[any](ctx, c, method, service, path, body)
		switch {
		case err == nil, gophercloud.ResponseCodeIs(err, http.StatusNotFound):
			return
		case !gophercloud.ResponseCodeIs(err, http.StatusConflict):
			t.Errorf("tidy up: %v", err)
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Errorf("tidy up, a minute long: %v", err)
			return
		}
	}
}

// eventually asks every second until nothing is wrong any more; also when the
// test is over and tidies up.
func eventually(t *testing.T, within time.Duration, wrong func(ctx context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), within)
	defer cancel()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	err := wrong(ctx)
	for err != nil {
		select {
		case <-tick.C:
		case <-ctx.Done():
			require.NoError(t, err, "after %s", within)
		}
		if next := wrong(ctx); ctx.Err() == nil {
			err = next
		}
	}
}
