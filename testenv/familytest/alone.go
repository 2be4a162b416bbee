package familytest

import (
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
)

// aloneEnv tells a test program that it runs where Alone has put it.
const aloneEnv = "ERIS_TEST_ALONE"

// Marker is the file by which a node of a lab proves what it is.
const Marker = "/etc/eris-lab"

// Alone runs a test once more in a program of its own, in namespaces of its own for
// the network, processes and mounts, with nothing under /run and /var/lib and so
// without systemd, and with the marker of a lab (Marker), and tells there that it may
// go on. Here it waits for that. It wants root and Linux.
func Alone(t *testing.T) bool {
	t.Helper()
	if os.Getenv(aloneEnv) == t.Name() {
		return true
	}
	self, err := os.Executable()
	require.NoError(t, err)
	const lay = `set -e
for place in /run /var/lib; do mount -t tmpfs -o mode=0755 tmpfs "$place"; done
mkdir -p /var/lib/etc/upper /var/lib/etc/work
mount -t overlay -o lowerdir=/etc,upperdir=/var/lib/etc/upper,workdir=/var/lib/etc/work overlay /etc
echo racks >` + Marker + `
ip link set lo up
exec "$@"`
	c := exec.CommandContext(t.Context(), "unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--propagation=private",
		"--", "sh", "-c", lay, "alone", self, "-test.run=^"+t.Name()+"$", "-test.v", "-test.timeout=9m")
	c.Env = append(os.Environ(), aloneEnv+"="+t.Name())
	c.Stdout, c.Stderr = os.Stdout, os.Stderr
	require.NoError(t, c.Run(), "in namespaces of its own")
	return false
}
