//go:build lab

package labtest_test

import (
	"net"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/testenv/lab"
	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

func TestMain(m *testing.M) { os.Exit(labtest.Main(m)) }

// TestSharedLabIsReached dials plainly: the test program is in the lab's
// network, which has no way to anywhere else.
func TestSharedLabIsReached(t *testing.T) {
	shared := labtest.Shared(t)
	require.FileExists(t, shared.Netns)
	cloud, err := inventory.Load(shared.Inventory)
	require.NoError(t, err)
	require.Equal(t, inventory.Lab, cloud.Kind)
	for _, node := range cloud.Nodes {
		conn, err := (&net.Dialer{Timeout: 5 * time.Second}).DialContext(t.Context(), "tcp", node.Address.String())
		require.NoError(t, err)
		require.NoError(t, conn.Close())
	}
	status, err := lab.ReadStatus(t.Context(), shared.Options)
	require.NoError(t, err)
	require.True(t, status.Healthy, status.Wrong)
}
