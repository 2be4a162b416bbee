package network_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults/faulttest"
)

// portless has the node connect to a service of a peer's, from no port of its own: it
// is refused at once, by its own kernel.
func portless(t testing.TB, bed faulttest.Bed) bool {
	t.Helper()
	said := bed.Shell(t, "timeout 15 nc -z %s %d >/dev/null 2>&1; echo $?", bed.Cloud.NodeByName(asker).Listen, queuedPort)
	require.Contains(t, []string{"0", "1"}, said)
	return said == "1"
}

// disturbedBy is what a kind's fingerprint sees, made by somebody else.
func disturbedBy(kind string) func(t testing.TB, bed faulttest.Bed) func() {
	switch kind {
	case "network.ports":
		return func(t testing.TB, bed faulttest.Bed) func() {
			t.Helper()
			bed.Shell(t, "echo 40000 >/proc/sys/net/ipv4/ip_local_reserved_ports")
			return func() { bed.Shell(t, "echo >/proc/sys/net/ipv4/ip_local_reserved_ports") }
		}
	case "network.conntrack":
		return func(t testing.TB, bed faulttest.Bed) func() {
			t.Helper()
			bed.Shell(t, "systemd-run --quiet --unit=eris-7f3c0a1e-other-1-1-conntrack sleep 600")
			return func() { bed.Shell(t, "systemctl stop eris-7f3c0a1e-other-1-1-conntrack") }
		}
	}
	return foreignTable
}
