package resource_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/testenv/familytest"
)

// struck is the node of the beds.
const struck = "ctl-3"

// bedOf is what a kind strikes on a node of the cloud in an inventory: a
// service, or the whole node.
func bedOf(t *testing.T, file, kind string) faulttest.Bed {
	t.Helper()
	cloud, err := inventory.Load(file)
	require.NoError(t, err)
	bed := faulttest.Bed{
		Changed: changedBy(kind),
		Runner:  faulttest.Pool(t, cloud), Kind: cloud.Kind, Cloud: cloud, Node: cloud.NodeByName(struck),
	}
	if name := serviceOf(kind); name != "" {
		bed.Service = cloud.ServiceByName(name)
		require.NotNil(t, bed.Service)
		bed.Disturb = familytest.DisturbUnit(bed.Service.Runtime.Name)
	}
	if strings.Contains(kind, "memory.leak") {
		limitMemory(t, bed)
	}
	return bed
}

// serviceOf is the service that a kind strikes, "" for a whole node.
func serviceOf(kind string) string {
	if strings.Contains(kind, "throttle") || strings.Contains(kind, "process.fd_exhaust") || strings.Contains(kind, "process.syscall") ||
		strings.Contains(kind, "memory.leak") {
		return "memcached" // the one that is there soonest after a reboot
	}
	return ""
}

// changedBy looks at the kernel's own files, never at what the fault says.
func changedBy(kind string) func(t testing.TB, bed faulttest.Bed) bool {
	switch {
	case strings.Contains(kind, "cpu.load"), strings.Contains(kind, "cpu.noisy_neighbour"), strings.Contains(kind, "process.fork_storm"):
		return computing
	case strings.Contains(kind, "memory.load"):
		return func(t testing.TB, bed faulttest.Bed) bool {
			t.Helper()
			return usedBy(t, bed, "memory.current memory.usage_in_bytes") > 200<<20
		}
	case strings.Contains(kind, "io.load"):
		return moving
	}
	for _, known := range append(familytest.GroupKinds(), "io.throttle") {
		if strings.Contains(kind, known) {
			return familytest.GroupChanged("", known)
		}
	}
	return nil // of what is never injected
}

// limitMemory gives the bed's service a limit, as its operator would have set it: it
// stays over a reboot.
func limitMemory(t testing.TB, bed faulttest.Bed) {
	t.Helper()
	bed.Shell(t, `mkdir -p /etc/systemd/system/%[1]s.d; printf '[Service]\nMemoryMax=%[2]d\n' >/etc/systemd/system/%[1]s.d/50-memory.conf; systemctl daemon-reload`,
		bed.Service.Runtime.Name, familytest.LeakedTo)
}

// leaking tells whether the bed's service has more than half of its limit in use, and
// traced whether somebody traces its main process.
func leaking(t testing.TB, bed faulttest.Bed) bool {
	t.Helper()
	return familytest.GroupChanged("", "memory.leak")(t, bed)
}

func traced(t testing.TB, bed faulttest.Bed) bool {
	t.Helper()
	return familytest.GroupChanged("", "process.syscall")(t, bed)
}

// groups are where a node has its cgroups, in either version.
const groups = "/sys/fs/cgroup /sys/fs/cgroup/*"

// soonOther tells whether what look prints, if anything, is soon another: a load that
// gets no turn on a busy machine is one all the same.
const soonOther = `
one=$(look) two=$one
for try in 1 2 3 4 5 6 7 8 9 10; do
	if [ -z "$one" ] || [ "$one" != "$two" ]; then break; fi
	sleep %s
	two=$(look)
done
if [ "$one" = "$two" ]; then echo same; else echo other; fi`

// computing counts what the processes of a load have computed: looks differ.
func computing(t testing.TB, bed faulttest.Bed) bool {
	t.Helper()
	return differs(t, bed, "cpu.stat")
}

// moving is computing for what was read and written.
func moving(t testing.TB, bed faulttest.Bed) bool {
	t.Helper()
	said := bed.Shell(t, `look() {
	for root in %s; do
		for procs in "$root"/system.slice/eris-*-load-io.service/cgroup.procs; do
			if [ -r "$procs" ]; then for pid in $(cat "$procs"); do grep bytes: "/proc/$pid/io" 2>/dev/null; done; fi
		done
	done
}
`+soonOther, groups, "0.7")
	return said == "other"
}

func differs(t testing.TB, bed faulttest.Bed, file string) bool {
	t.Helper()
	said := bed.Shell(t, `look() { for root in %s; do cat "$root"/system.slice/eris-*-load-*.service/%s 2>/dev/null; done; }
`+soonOther, groups, file, "0.3")
	return said == "other"
}

// usedBy is the largest number in those files of a load's cgroup. It asks once:
// nobody renews the lease meanwhile.
func usedBy(t testing.TB, bed faulttest.Bed, names string) int {
	t.Helper()
	most := 0
	for word := range strings.FieldsSeq(bed.Shell(t, `for root in %s; do for name in %s; do cat "$root"/system.slice/eris-*-load-*.service/$name 2>/dev/null; done; done; true`, groups, names)) {
		n, err := strconv.Atoi(word)
		require.NoError(t, err)
		most = max(most, n)
	}
	return most
}
