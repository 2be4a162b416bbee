package acceptance

import (
	"os"
	"os/user"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/simcloud"
)

// TestSecondErisIsRefusedWithTheOwnersName also sees that a claim does not
// outlive its owner.
func TestSecondErisIsRefusedWithTheOwnersName(t *testing.T) {
	t.Parallel()
	me, err := user.Current()
	require.NoError(t, err)
	host, err := os.Hostname()
	require.NoError(t, err)
	owner := me.Username + "@" + host

	cloud := simulated(t, simcloud.Options{Seed: 7})
	first := start(t, "run", scenario(t, held), "-i", cloud.Inventory(), "--plain", "--lease", lease.String())
	first.says(t, "fault lose-keystone held")
	second := scenario(t, held, "chaos: 60s", "chaos: 2s", "hold: 60s", "hold: 1s")
	again := func() *program {
		return eris(t, "run", second, "-i", cloud.Inventory(), "--plain", "--lease", lease.String(), "--settle", "100ms")
	}
	refused := again()
	require.Equal(t, 2, refused.exit(t), "%s", refused.stderr())
	require.Contains(t, refused.stderr(), "in use by "+owner)
	require.Contains(t, refused.stderr(), first.record(t)[strings.LastIndexByte(first.record(t), '/')+1:])
	t.Log(refused.stderr())

	killed := time.Now()
	first.signal(t, syscall.SIGKILL)
	first.exit(t)
	var free *program
	eventually(t, patience, "the nodes are free", func() bool {
		free = again()
		if strings.Contains(free.stderr(), "in use by") {
			return false
		}
		t.Logf("free %v after the kill, lease %v", time.Since(killed).Round(100*time.Millisecond), lease)
		return true
	})
	for free.exit(t) == 2 && time.Since(killed) < patience { // the first one's keystones may still be starting
		require.NotContains(t, free.stderr(), "in use by")
		free = again()
	}
	require.Zero(t, free.exit(t), "%s", free.stderr())
	nothingLeft(t, cloud.Inventory(), lease)
}
