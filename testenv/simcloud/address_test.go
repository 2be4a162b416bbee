package simcloud_test

import (
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/simcloud"
)

// Each node says who it is for the virtual address, as a keepalived's notify
// script does: one that is frozen says nothing new.
func TestANodeSaysWhetherItHoldsTheAddress(t *testing.T) {
	cloud := start(t, simcloud.Options{Seed: 3, Balancer: quick()})
	says := func(node, want string) {
		t.Helper()
		require.Eventually(t, func() bool {
			data, err := cloud.Node(node).FS().ReadFile("/run/keepalived.state")
			return err == nil && string(data) == want+"\n"
		}, patience, time.Millisecond, "%s says %s", node, want)
	}
	says("ctl-1", "MASTER")
	says("ctl-2", "BACKUP")
	require.NoError(t, cloud.Node("ctl-1").Systemd().Kill("keepalived.service", syscall.SIGSTOP))
	says("ctl-2", "MASTER")
	says("ctl-1", "MASTER")
	require.NoError(t, cloud.Node("ctl-1").Systemd().Kill("keepalived.service", syscall.SIGCONT))
	says("ctl-1", "BACKUP")
	require.NoError(t, cloud.Node("ctl-2").Systemd().Stop(t.Context(), "keepalived.service", true))
	says("ctl-2", "STOP")
	require.Eventually(t, func() bool { return cloud.Holder() != "ctl-2" }, patience, time.Millisecond)
}
