package clock_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/inventory"
)

// struck is the node of the beds.
const struck = "ctl-3"

// bedOf is a whole node of the cloud in an inventory.
func bedOf(t *testing.T, file string) faulttest.Bed {
	t.Helper()
	cloud, err := inventory.Load(file)
	require.NoError(t, err)
	return faulttest.Bed{
		Changed: wrong, Disturb: foreignKeeper,
		Runner: faulttest.Pool(t, cloud), Kind: cloud.Kind, Cloud: cloud, Node: cloud.NodeByName(struck),
	}
}

// wrong compares the node's clock with that of this machine, which the node's
// host has too, and looks whether it is kept right where it was.
func wrong(t testing.TB, bed faulttest.Bed) bool {
	t.Helper()
	seconds, err := strconv.ParseInt(bed.Shell(t, "date +%%s"), 10, 64)
	require.NoError(t, err)
	stopped := bed.Shell(t, "[ ! -e /etc/systemd/system/chrony.service ] || systemctl is-active --quiet chrony || echo stopped")
	return stopped != "" || time.Since(time.Unix(seconds, 0)).Abs() > 5*time.Second
}

// lay makes a unit that runs, and does after a reboot.
const lay = `printf '%%s\n' '[Unit]' '[Service]' 'ExecStart=/bin/sleep infinity' '[Install]' 'WantedBy=multi-user.target' >/etc/systemd/system/%[1]s.service
mkdir -p /etc/systemd/system/multi-user.target.wants
ln -sf ../%[1]s.service /etc/systemd/system/multi-user.target.wants/%[1]s.service
systemctl daemon-reload && systemctl start %[1]s && systemctl is-active %[1]s`

// foreignKeeper is one more that keeps the clock right.
func foreignKeeper(t testing.TB, bed faulttest.Bed) func() {
	t.Helper()
	require.Equal(t, "active", bed.Shell(t, lay, "openntpd"))
	return func() {
		bed.Shell(t, "systemctl stop openntpd; rm /etc/systemd/system/openntpd.service /etc/systemd/system/multi-user.target.wants/openntpd.service; systemctl daemon-reload")
	}
}
