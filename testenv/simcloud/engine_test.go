package simcloud_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/simcloud"
)

// Heat's API asks its engines: with one of three it answers, without any it waits, and
// goes on when one is back.
func TestHeatAnswersForAsLongAsItHasAnEngine(t *testing.T) {
	cloud := start(t, simcloud.Options{Seed: 1})
	provider, endpoint := login(t, cloud)
	heat, err := openstack.NewOrchestrationV1(provider, endpoint)
	require.NoError(t, err)
	list := func(within time.Duration) error {
		ctx, cancel := context.WithTimeout(t.Context(), within)
		defer cancel()
		answer, err := heat.Get(ctx, heat.ServiceURL("stacks"), nil, nil)
		if err == nil {
			err = answer.Body.Close()
			require.Equal(t, http.StatusOK, answer.StatusCode)
		}
		return err
	}
	require.NoError(t, list(patience))
	hold(t, cloud.Node("ctl-1"), "heat-engine.service")
	hold(t, cloud.Node("ctl-2"), "heat-engine.service")
	require.NoError(t, list(patience))
	hold(t, cloud.Node("ctl-3"), "heat-engine.service")
	require.ErrorIs(t, list(time.Second), context.DeadlineExceeded)
	release(t, cloud.Node("ctl-2"), "heat-engine.service")
	require.NoError(t, list(patience))
}
