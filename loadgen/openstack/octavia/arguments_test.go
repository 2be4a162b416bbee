package octavia_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/loadgen/openstack/octavia"
)

func TestArgumentsHaveLimits(t *testing.T) {
	w := octavia.NewCreateAndDeleteLoadbalancers()
	require.NoError(t, w.Validate())
	w.Members = 50
	require.NoError(t, w.Validate())
	w.Members, w.Poll, w.Keep = 51, 0, 101
	require.ErrorContains(t, w.Validate(), "members: must be from 0 to 50")
	require.ErrorContains(t, w.Validate(), "poll: must be 10ms or more")
	require.ErrorContains(t, w.Validate(), "keep: must be from 0 to 100")
	w.Members = -1
	require.ErrorContains(t, w.Validate(), "members: must be from 0 to 50")
}
