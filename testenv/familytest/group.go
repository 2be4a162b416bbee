package familytest

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults/faulttest"
)

// GroupKinds are those that strike the processes of a service where they are, in a
// control group, whether a unit or a container has it.
func GroupKinds() []string {
	return []string{"cpu.throttle", "memory.leak", "process.fd_exhaust", "process.syscall"}
}

// LeakedTo is what a service is to be limited to, in bytes, where its memory is to leak.
const LeakedTo = 200 << 20

// GroupChanged asks the kernel what one of GroupKinds, or io.throttle, has done to a
// service: a container of that engine, or with none a unit.
func GroupChanged(engine, kind string) func(t testing.TB, bed faulttest.Bed) bool {
	pid := "pid=$(systemctl show %s -p MainPID --value)"
	if engine != "" {
		pid = "pid=$(" + engine + " inspect -f '{{.State.Pid}}' %s)"
	}
	look := map[string]func(t testing.TB, said func(what string) string) bool{
		"cpu.throttle":       limited,
		"io.throttle":        limited,
		"memory.leak":        leaking,
		"process.fd_exhaust": short,
		"process.syscall":    traced,
	}[kind]
	return func(t testing.TB, bed faulttest.Bed) bool {
		t.Helper()
		return look(t, func(what string) string {
			return bed.Shell(t, pid+`
group=$(sed -n -e 's/^[0-9]*:name=systemd://p' -e 's/^0:://p' "/proc/$pid/cgroup" 2>/dev/null | grep -v -x / | head -n 1)
if [ -z "$group" ]; then exit 0; fi # it is down
%s
true`, bed.Service.Runtime.Name, what)
		})
	}
}

// files are those of a service's control group and of the scope that it may be a part
// of, in either version of cgroups.
func files(names string) string {
	return `for root in /sys/fs/cgroup /sys/fs/cgroup/*; do for at in "$group" "${group%/container}"; do
	for file in ` + names + `; do cat "$root$at/$file" 2>/dev/null; done
done; done`
}

func limited(t testing.TB, said func(what string) string) bool {
	t.Helper()
	limits := said(files("cpu.max cpu.cfs_quota_us io.max blkio.throttle.read_bps_device"))
	return strings.TrimSpace(strings.NewReplacer("max 100000", "", "-1", "").Replace(limits)) != ""
}

func leaking(t testing.TB, said func(what string) string) bool {
	t.Helper()
	words := strings.Fields(said(files("memory.current memory.usage_in_bytes")))
	if len(words) == 0 {
		return false // it is down
	}
	used, err := strconv.Atoi(words[0])
	require.NoError(t, err)
	return used > LeakedTo/2
}

func short(t testing.TB, said func(what string) string) bool {
	t.Helper()
	words := strings.Fields(said(`grep '^Max open files' "/proc/$pid/limits" 2>/dev/null`))
	if len(words) == 0 {
		return false
	}
	may, err := strconv.Atoi(words[3])
	require.NoError(t, err)
	return may < 100
}

func traced(t testing.TB, said func(what string) string) bool {
	t.Helper()
	by := said(`sed -n 's/^TracerPid:[^0-9]*//p' "/proc/$pid/status" 2>/dev/null`)
	return by != "" && by != "0"
}
