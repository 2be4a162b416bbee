package nova_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/loadgen/openstack/nova"
)

func TestArgumentsAreChecked(t *testing.T) {
	bounce := nova.NewBootAndBounceServer()
	require.NoError(t, bounce.Validate())
	bounce.Actions = []string{"hard_reboot", "dance"}
	require.ErrorContains(t, bounce.Validate(), `actions: there is no "dance"; there are hard_reboot, lock_unlock, `)
	bounce.Actions = nil
	require.ErrorContains(t, bounce.Validate(), "actions: from 1 to 20")
	bounce.Keep = -1
	require.ErrorContains(t, bounce.Validate(), "keep: ")
	console := nova.NewBootAndGetConsoleOutput()
	require.NoError(t, console.Validate())
	console.Length = -1
	require.ErrorContains(t, console.Validate(), "length: ")
	for _, size := range []document.Bytes{0, 1 << 20, 1<<30 + 1, 1025 << 30} {
		volume := nova.NewCreateAndAttachVolume()
		require.NoError(t, volume.Validate())
		volume.Size = size
		require.ErrorContains(t, volume.Validate(), "volume_size: ", size)
	}
}
