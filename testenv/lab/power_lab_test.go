//go:build lab

package lab

import (
	"context"
	"net/netip"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote/power"
)

// bmcOf opens the BMC of a node as an operator's Eris does: from the inventory.
func bmcOf(t *testing.T, o Options, node string) power.Driver {
	t.Helper()
	file, err := Inventory(o)
	require.NoError(t, err)
	cloud, err := inventory.Load(file)
	require.NoError(t, err)
	driver, err := power.Open(cloud.NodeByName(node).Power, dialer{netns: NetworkFile(o), timeout: 2 * time.Second}.dial)
	require.NoError(t, err)
	return driver
}

func powered(t *testing.T, driver power.Driver, want power.State) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	require.NoError(t, poll(ctx, "the BMC to say "+string(want), 50*time.Millisecond, func() error {
		state, err := driver.Status(ctx)
		require.NoError(t, err)
		if state != want {
			return context.DeadlineExceeded
		}
		return nil
	}))
}

// testBMC switches the holder of the VIP off and on through its BMC alone: an
// API answers again within 10 s, and the node finds back into its cluster
// without hands.
func testBMC(t *testing.T, o Options) {
	t.Helper()
	s, err := ReadStatus(t.Context(), o)
	require.NoError(t, err)
	holder := s.Holders[0]
	bmc := bmcOf(t, o, holder)
	powered(t, bmc, power.On)

	require.NoError(t, bmc.Do(t.Context(), power.TurnOff))
	off := time.Now()
	powered(t, bmc, power.Off)
	p, err := o.withDefaults()
	require.NoError(t, err)
	pid, err := leader(p.paths(), holder)
	require.NoError(t, err)
	require.Zero(t, pid, "what the BMC says is so")
	eventually(t, o, "a token through the VIP", func(s Status) bool { return s.Token.Issued && len(s.Holders) == 1 && s.Holders[0] != holder })
	require.Less(t, time.Since(off), 10*time.Second)

	require.NoError(t, bmc.Do(t.Context(), power.TurnOn))
	powered(t, bmc, power.On)
	eventually(t, o, "health", func(s Status) bool { return s.Healthy })
}

// testCycle also sees to it that the node which a BMC boots outlives that BMC,
// and that `up` starts a BMC that died.
func testCycle(t *testing.T, o Options) {
	t.Helper()
	require.Empty(t, on(t, o, "ctl-3", "touch /var/lib/stays /run/goes"))
	before := firstPID(t, o, "ctl-3")
	require.NoError(t, PowerCycle(t.Context(), o, "ctl-3"))
	require.NotEqual(t, before, firstPID(t, o, "ctl-3"))
	require.Equal(t, "kept", on(t, o, "ctl-3", "[ -e /var/lib/stays ] && [ ! -e /run/goes ] && echo kept"))

	d, err := o.withDefaults()
	require.NoError(t, err)
	pids, err := cgroupProcesses(d.paths().group + "/ctl-3.bmc")
	require.NoError(t, err)
	require.Len(t, pids, 1, "only the BMC itself is in its cgroup")
	require.NoError(t, syscall.Kill(pids[0], syscall.SIGKILL))
	after := firstPID(t, o, "ctl-3")
	_, err = bmcOf(t, o, "ctl-3").Status(t.Context())
	require.Error(t, err, "nobody answers")
	require.NoError(t, Up(t.Context(), o))
	require.Equal(t, after, firstPID(t, o, "ctl-3"), "the node runs on")
	powered(t, bmcOf(t, o, "ctl-3"), power.On)

	pids, err = cgroupProcesses(d.paths().group + "/ctl-3.bmc")
	require.NoError(t, err)
	require.Len(t, pids, 1)
	require.NoError(t, syscall.Kill(pids[0], syscall.SIGSTOP))
	require.NoError(t, Up(t.Context(), o), "one that hangs is started anew")
	require.Equal(t, after, firstPID(t, o, "ctl-3"), "the node runs on")
	powered(t, bmcOf(t, o, "ctl-3"), power.On)
}

func firstPID(t *testing.T, o Options, node string) int {
	t.Helper()
	d, err := o.withDefaults()
	require.NoError(t, err)
	pid, err := leader(d.paths(), node)
	require.NoError(t, err)
	require.NotZero(t, pid)
	return pid
}

// testWrongPassword: silence and refusal are never taken for an answer.
func testWrongPassword(t *testing.T, o Options) {
	t.Helper()
	file := t.TempDir() + "/password"
	require.NoError(t, os.WriteFile(file, []byte("0123456789abcdef\n"), 0o600))
	d := dialer{netns: NetworkFile(o), timeout: 2 * time.Second}
	for _, address := range []string{"198.18.1.11:623", "198.18.1.99:623"} { // a BMC, and nobody
		driver, err := power.Open(&inventory.Power{
			Kind: inventory.IPMI, Address: netip.MustParseAddrPort(address), User: bmcUser, PasswordFile: file,
		}, d.dial)
		require.NoError(t, err)
		state, err := driver.Status(t.Context())
		require.ErrorContains(t, err, address)
		require.Equal(t, power.Unknown, state)
		require.Error(t, driver.Do(t.Context(), power.TurnOff))
	}
	powered(t, bmcOf(t, o, "ctl-1"), power.On)
}
