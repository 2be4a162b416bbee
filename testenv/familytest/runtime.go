package familytest

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/service"
)

// ServiceFault is a fault of a kind; what crashes does so often enough to be seen.
func ServiceFault(kind string) (faults.Fault, bool) {
	fault, ok := faulttest.New(kind)
	if loop, is := fault.(*service.CrashLoop); is {
		loop.Every = 500 * time.Millisecond
	}
	return fault, ok
}

// Killed is a kill after which what runs the service may start it again.
func Killed() faults.Fault {
	kill := service.NewKill()
	kill.KeepDown = false
	return kill
}

// ContainerKinds are those that strike a container: it has nothing that reads a
// configuration again.
func ContainerKinds() []string {
	return []string{"service.stop", "service.kill", "service.freeze", "service.restart", "service.crash_loop"}
}

// ProcessKinds are those that strike a process that nobody runs.
func ProcessKinds() []string { return []string{"service.kill", "service.freeze"} }

// EveryKind runs faulttest.Kind for each of these kinds. The name of a test has
// that of its kind in it.
func EveryKind(t *testing.T, on faulttest.On, kinds []string, faultOf func(kind string) (faults.Fault, bool)) {
	t.Helper()
	for _, kind := range kinds {
		t.Run(kind, func(t *testing.T) {
			faulttest.Kind(t, on, func() faults.Fault {
				fault, ok := faultOf(kind)
				require.True(t, ok)
				return fault
			})
		})
	}
}

// ContainerChanged asks the engine and, where a unit starts the container,
// systemd: it does not run, its policy is taken from it, or it crashes again and again.
func ContainerChanged(engine, policy, keeper string) func(t testing.TB, bed faulttest.Bed) bool {
	return func(t testing.TB, bed faulttest.Bed) bool {
		t.Helper()
		name := bed.Service.Runtime.Name
		found := strings.Fields(bed.Shell(t, `%s inspect -f '{{.State.Status}} {{.HostConfig.RestartPolicy.Name}}.' %s
			systemctl show %s -p ActiveState --value`, engine, name, keeper))
		require.GreaterOrEqual(t, len(found), 2, "%q", found)
		if found[0] != "running" || found[1] == "no." && policy != "no" && policy != "" || keeper != "" && found[len(found)-1] != "active" {
			return true
		}
		return strings.Contains(t.Name(), "crash_loop") && Crashes(t, bed, engine+" inspect -f '{{.State.Pid}}' "+name)
	}
}

// Crashes tells that what a node runs crashes again and again: another process takes the
// place of one that has not lived for 6 s. pid is a command that says which it is.
func Crashes(t testing.TB, bed faulttest.Bed, pid string) bool {
	t.Helper()
	return bed.Shell(t, `first=$(%[1]s)
while [ "$(%[1]s)" = "$first" ]; do
	read -r up idle </proc/uptime
	line=$(cat "/proc/$first/stat" 2>/dev/null)
	set -- ${line##*) }
	if [ $# -ge 20 ] && shift 10 && shift 9 && [ $((${up%%.*} - $1 / 100)) -ge 6 ]; then
		echo lives
		exit
	fi
	sleep 0.3
done
echo crashes`, pid) == "crashes"
}

// ContainerTrace tells whether the container was started anew since.
func ContainerTrace(engine string) func(t testing.TB, bed faulttest.Bed) string {
	return func(t testing.TB, bed faulttest.Bed) string {
		t.Helper()
		return bed.Shell(t, "%s inspect -f '{{.State.StartedAt}} {{.State.Pid}}' %s", engine, bed.Service.Runtime.Name)
	}
}

// DisturbPolicy has somebody change the restart policy of a container of Docker.
func DisturbPolicy(policy string) func(t testing.TB, bed faulttest.Bed) (settle func()) {
	return func(t testing.TB, bed faulttest.Bed) func() {
		t.Helper()
		set := func(to string) { bed.Shell(t, "docker update --restart=%s %s", to, bed.Service.Runtime.Name) }
		set("on-failure:7")
		return func() { set(policy) }
	}
}

// DisturbUnit lays a drop-in that is not ours beside a unit.
func DisturbUnit(unit string) func(t testing.TB, bed faulttest.Bed) (settle func()) {
	return func(t testing.TB, bed faulttest.Bed) func() {
		t.Helper()
		dropin := "/run/systemd/system/" + unit + ".d"
		bed.Shell(t, "mkdir -p %[1]s; printf '[Unit]\\nDescription=foreign\\n' >%[1]s/foreign.conf; systemctl daemon-reload", dropin)
		return func() { bed.Shell(t, "rm %[1]s/foreign.conf; rmdir %[1]s; systemctl daemon-reload", dropin) }
	}
}

// ProcessChanged asks the kernel for processes of that command line: there is
// none, or one that stands still.
func ProcessChanged(command string) func(t testing.TB, bed faulttest.Bed) bool {
	return func(t testing.TB, bed faulttest.Bed) bool {
		t.Helper()
		states := strings.Fields(bed.Shell(t, `for pid in $(pgrep -x -f '%s'); do cut -d ' ' -f 3 "/proc/$pid/stat"; done`, command))
		return len(states) == 0 || slices.Contains(states, "T")
	}
}

// DisturbProcess has somebody start a further process of that name.
func DisturbProcess(command string) func(t testing.TB, bed faulttest.Bed) (settle func()) {
	return func(t testing.TB, bed faulttest.Bed) func() {
		t.Helper()
		bed.Shell(t, "setsid -f %[1]s >/dev/null 2>&1 </dev/null; until pgrep -x -f '%[1]s' >/dev/null; do sleep 0.01; done", command)
		return func() { bed.Shell(t, "kill -s KILL $(pgrep -x -f '%s')", command) }
	}
}
