package heat_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/loadgen/openstack/heat"
)

func TestArgumentsHaveLimits(t *testing.T) {
	w := heat.NewCreateUpdateDeleteStack()
	require.NoError(t, w.Validate())
	w.Resources = 100
	require.NoError(t, w.Validate())
	w.Resources, w.Poll, w.Keep = 101, 0, 101
	require.ErrorContains(t, w.Validate(), "resources: must be from 1 to 100")
	require.ErrorContains(t, w.Validate(), "poll: must be 10ms or more")
	require.ErrorContains(t, w.Validate(), "keep: must be from 0 to 100")
	w.Resources = 0
	require.ErrorContains(t, w.Validate(), "resources: must be from 1 to 100")
}
