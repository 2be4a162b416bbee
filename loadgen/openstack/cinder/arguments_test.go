package cinder_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/loadgen/openstack/cinder"
	"github.com/openstack-eris/eris/loadgen/openstack/openstacktest"
)

func TestArgumentsHaveLimits(t *testing.T) {
	w := cinder.NewCreateAndDeleteVolume()
	require.NoError(t, w.Validate())
	for _, size := range []int64{0, 1 << 20, 1<<30 + 1, 1025 << 30} {
		w.Size, w.Poll = document.Bytes(size), 0
		require.ErrorContains(t, w.Validate(), "size: must be whole GiB from 1 to 1024", size)
		require.ErrorContains(t, w.Validate(), "poll: must be 10ms or more")
	}
	_, err := w.Open(t.Context(), openstacktest.New(t).Env)
	require.ErrorContains(t, err, "create and delete volume: size")
}
