package node_test

import (
	"context"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/simcloud/node"
)

func TestAProgramThatComputesIsSeenInTheNodesFigures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNode(t)
		mustSh(t, n, `systemd-run --quiet --unit=load --property=CPUQuota=200% sh -c 'sha256sum /dev/zero & sha256sum /dev/zero & sha256sum /dev/zero & wait'`)
		time.Sleep(10 * time.Second)
		require.Equal(t, "usage_usec 20000000\n", mustSh(t, n, "head -n 1 /sys/fs/cgroup/system.slice/load.service/cpu.stat"))
		require.Contains(t, mustSh(t, n, "cat /proc/stat"), "cpu  1500 0 500 2000 ")
		require.Contains(t, mustSh(t, n, "cat /proc/loadavg"), "3.50 ")
		mustSh(t, n, "systemctl stop load")
		require.Contains(t, mustSh(t, n, "cat /proc/loadavg"), "0.50 ")
		n.Close()
	})
}

func TestDdTakesItsTimeAndIsCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNode(t)
		began := time.Now()
		mustSh(t, n, "dd if=/dev/zero of=/srv-file bs=1048576 count=100 seek=100 oflag=dsync conv=notrunc")
		require.Equal(t, 500*time.Millisecond, time.Since(began))
		require.Equal(t, "209715200\n", mustSh(t, n, "stat -c %s /srv-file"))
		mustSh(t, n, "dd if=/srv-file of=/dev/null bs=1048576 count=10 skip=195 iflag=direct")
		require.Equal(t, 525*time.Millisecond, time.Since(began), "five are left there")
		mustSh(t, n, `systemd-run --quiet --unit=load sh -c 'dd if=/dev/zero of=/srv-file bs=1048576 count=2; sleep 60'; sleep 1`)
		require.Contains(t, mustSh(t, n, `cat /proc/$(systemctl show load -p MainPID --value)/io`), "write_bytes: 2097152\n")
		for _, wrong := range []string{"dd if=/etc/hostname of=/x count=1", "dd if=/dev/zero of=/x", "dd if=/dev/zero of=/x bs=0 count=1", "dd if=/no of=/dev/null count=1", "dd if=/dev/zero of=/x count=1 cbs=3"} {
			_, code := sh(t, n, wrong)
			require.NotZero(t, code, wrong)
		}
		n.Close()
	})
}

func TestADiskOfItsOwnFillsUpAndOutlivesTheNodesPower(t *testing.T) {
	n, err := node.New(context.Background(), node.Options{
		Name: "ctl-1", Cloud: "test", Address: "127.1.0.11", Units: []node.Unit{keystoneUnit()}, Network: fixed{},
		Disks: []node.Disk{{Source: "/dev/vdb", Number: "254:16", Point: "/var/lib/data", Size: 64 << 20, Files: 16, Base: 1 << 20, Unit: "keystone.service"}},
	})
	require.NoError(t, err)
	t.Cleanup(n.Close)
	require.Equal(t, "/dev/vda1 41943040 26% /\n", mustSh(t, n, "df -Pk /etc | tail -n 1 | cut -d ' ' -f 1,2,5,6"))
	require.Equal(t, "/dev/vdb 65536 1024 64512 2% /var/lib/data\n", mustSh(t, n, "df -Pk /var/lib/data | tail -n 1"))
	mustSh(t, n, "fallocate -l 60MiB /var/lib/data/big")
	out, code := sh(t, n, "fallocate -l 4MiB /var/lib/data/more")
	require.NotZero(t, code)
	require.Equal(t, "fallocate: fallocate failed: No space left on device\n", out)
	require.Equal(t, "/dev/vdb 16 3 13 19% /var/lib/data\n", mustSh(t, n, "df -Pi /var/lib/data | tail -n 1"))
	require.Equal(t, "65040\n", mustSh(t, n, "stat -c %d /var/lib/data"))
	require.Contains(t, mustSh(t, n, "cat /proc/mounts"), "/dev/vdb /var/lib/data ext4 rw,relatime 0 0\n")
	require.Contains(t, mustSh(t, n, "cat /proc/self/mountinfo"), "254:16 / /var/lib/data rw,relatime shared:")

	out, code = sh(t, n, "mount -o remount,ro /var/lib/data")
	require.Equal(t, 32, code)
	require.Equal(t, "mount: /var/lib/data: mount point is busy.\n", out)
	mustSh(t, n, "systemctl stop keystone; mount -o remount,ro /var/lib/data")
	out, _ = sh(t, n, "echo x >/var/lib/data/x")
	require.Contains(t, out, "read-only file system")
	require.Contains(t, mustSh(t, n, "cat /proc/mounts"), "/dev/vdb /var/lib/data ext4 ro,relatime 0 0\n")
	require.NoError(t, n.Reboot())
	require.Contains(t, mustSh(t, n, "cat /proc/mounts"), "/dev/vdb /var/lib/data ext4 rw,relatime 0 0\n")
	require.Equal(t, "62914560\n", mustSh(t, n, "stat -c %s /var/lib/data/big"))
	mustSh(t, n, "mkdir /mnt; mount -t tmpfs -o size=1m,nr_inodes=10 tmpfs /mnt; echo x >/mnt/x; umount /mnt; test ! -e /mnt/x")
}

func TestProgramsThatWakeOneAnotherUpOrStartOthersAreCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNode(t)
		switches := func() string {
			return mustSh(t, n, `grep ^voluntary /proc/$(systemctl show noise -p MainPID --value)/status`)
		}
		mustSh(t, n, `mkfifo /run/a /run/b; systemd-run --quiet --unit=noise --property=CPUQuota=100% sh -c 'dd bs=1 if=/run/a of=/run/b status=none & dd bs=1 if=/run/b of=/run/a status=none & wait'`)
		time.Sleep(2 * time.Second)
		require.Equal(t, "voluntary_ctxt_switches:\t100000\n", switches())
		for _, wrong := range []string{"mkfifo", "mkfifo /run/a", "dd bs=1 if=/run/a of=/run/no status=none"} {
			_, code := sh(t, n, wrong)
			require.NotZero(t, code, wrong)
		}
		mustSh(t, n, "systemctl stop noise")
		last := func() int {
			number, err := strconv.Atoi(strings.TrimSpace(mustSh(t, n, "cut -d ' ' -f 5 /proc/loadavg")))
			require.NoError(t, err)
			return number
		}
		mustSh(t, n, `systemd-run --quiet --unit=forks --property=CPUQuota=50% sh -c 'xargs -0 -n 1 -a /dev/zero true'`)
		before := last()
		time.Sleep(2 * time.Second)
		require.InDelta(t, before+1000, last(), 10, "half of what a whole processor starts in two seconds")
		require.Equal(t, "a b\n", mustSh(t, n, "echo a b | xargs echo"))
		n.Close()
	})
}
