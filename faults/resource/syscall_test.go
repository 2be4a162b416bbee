package resource_test

import (
	"maps"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/resource"
	"github.com/openstack-eris/eris/inventory/remote"
)

// What finds the main process of the bed's service, waits until somebody traces it, and
// finds the strace of a fault.
const (
	mainProcess = "$(systemctl show memcached.service -p MainPID --value)"
	untilTraced = "while grep -q '^TracerPid:[^0-9]*0$' /proc/" + mainProcess + "/status; do sleep 0.1; done"
	itsStrace   = "$(systemctl show -p MainPID --value $(systemctl list-units --plain --no-legend 'eris-*-load-syscall.service' | cut -d ' ' -f 1))"
)

// failing are the calls with which memcached reads what it is asked, failing: who
// asks gets no answer.
func failing() *resource.Syscall {
	return &resource.Syscall{Calls: []string{"read", "recvfrom", "recvmsg"}, Error: "EIO", Every: 1}
}

func TestWhatMayNotBeTracedIsRefused(t *testing.T) {
	t.Parallel()
	for spoil, want := range map[string]string{
		"systemctl stop memcached": "memcached.service is inactive, not active",
		"systemd-run --quiet --unit=eris-7f3c0a1e-x-1-1-load-syscall sleep 60":       "a strace of another fault is left here; eris heal removes it",
		"mkdir -p /proc/sys/kernel/yama; echo 3 >/proc/sys/kernel/yama/ptrace_scope": "nobody may trace a process here (kernel.yama.ptrace_scope is 3), until the node boots anew",
		"kill -s STOP " + mainProcess: "of memcached.service is stopped",
		"systemd-run --quiet --unit=debug strace -f -qq -p " + mainProcess + ` -e inject=read:error=EIO -o '|cat >/dev/null'; ` + untilTraced: "of memcached.service is traced already, by ",
	} {
		bed, _ := simBed(t, "process.syscall")
		bed.Shell(t, ":\n%s", spoil)
		require.Contains(t, bed.Refusal(t, resource.NewSyscall()), want)
	}
}

// The processes whose tracing would take Eris or systemd along.
func TestPreflightKnowsWhomItMayNotTrace(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "process.syscall")
	knowsWhomNot(t, bed, nil)
}

// knowsWhomNot has preflight look at worlds in which one answer is another.
func knowsWhomNot(t *testing.T, bed faulttest.Bed, more map[string]string) {
	t.Helper()
	worlds := map[string]string{
		`cat() { echo sshd; }`:             "memcached.service is an sshd, through which Eris comes",
		`cat() { echo systemd-logind; }`:   "memcached.service has a process of systemd itself, systemd-logind",
		`service_processes() { echo 1; }`:  "memcached.service has ",
		`service_processes() { seq 257; }`: "memcached.service has 257 processes, which are more than 256",
		`service_processes() { true; }`:    "memcached.service has no process that could be traced",
		`tracers() { echo 0; echo 77; }`:   "is traced already, by 77 (",
	}
	maps.Copy(worlds, more)
	s, err := resource.NewSyscall().Scripts(bed.Target())
	require.NoError(t, err)
	own, check, found := strings.Cut(s.Preflight, "# syscall_preflight.sh")
	require.True(t, found)
	for world, want := range worlds {
		result := bed.Runner.Run(t.Context(), bed.Node.Name, remote.Command{Script: own + world + "\n#" + check, Args: s.Args, Root: true})
		require.Equal(t, remote.Done, result.State, "%v", result.Err)
		require.Equal(t, 1, result.Exit, "%s: %s", world, result.Stderr)
		require.Contains(t, string(result.Stdout), want)
	}
}

// What was not met is no effect that is told; what was is counted.
func TestCallsAreToldWhenTheyAreMet(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "process.syscall")
	tellsWhatItMet(t, bed)
}

func tellsWhatItMet(t *testing.T, bed faulttest.Bed) {
	t.Helper()
	before := bed.Shell(t, "echo %s", mainProcess)
	run := bed.NewRun("run-met", "ann@desk")
	run.Lease = time.Minute
	fault := failing()
	fault.Every = 2
	i := run.Struck(t, fault)
	require.Equal(t, "1 processes of memcached.service are traced: armed, but they have made no call yet that is to be failed with EIO (read,recvfrom,recvmsg, one in 2 of each thread)",
		i.Targets()[0].Effect)
	for range 8 {
		ask(t, bed)
	}
	faulttest.Eventually(t, 30*time.Second, "calls are counted", func() bool {
		told := observed(t, bed, fault, i.Targets()[0].Target)
		return regexp.MustCompile(`^1 processes of memcached.service are traced: [1-9][0-9]* calls were failed with EIO \(`).MatchString(told)
	})
	require.True(t, i.Kept(t.Context()))
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, record.Undone, i.State())
	require.Equal(t, before, bed.Shell(t, "echo %s", mainProcess), "the service's process is not touched")
	require.False(t, traced(t, bed))
	said := ""
	for _, past := range bed.Clean(t) {
		for _, stamp := range past.Stamps {
			if past.ID == i.Targets()[0].Target.ID {
				said += stamp.Event + " " + stamp.Text + "\n"
			}
		}
	}
	require.Regexp(t, `(?m)^reached in all [1-9][0-9]* calls were failed with EIO \(`, said)
}

// ask has somebody on the node ask memcached, where it listens, for its version.
func ask(t *testing.T, bed faulttest.Bed) string {
	t.Helper()
	return bed.Shell(t, `at=$(sed -n 's/^-l //p' /etc/memcached.conf 2>/dev/null); printf 'version\r\nquit\r\n' | timeout 5 nc -w 4 "${at:-127.0.0.1}" 11211; true`)
}

// observed is what the fault's own step says of a target in its folder there.
func observed(t *testing.T, bed faulttest.Bed, fault faults.Fault, target faults.Target) string {
	t.Helper()
	s, err := fault.Scripts(target)
	require.NoError(t, err)
	result := bed.Runner.Run(t.Context(), bed.Node.Name, remote.Command{Script: "cd /run/eris/" + target.ID + "\n" + s.Observe, Args: s.Args, Root: true})
	require.True(t, result.OK(), "%+v", result)
	return string(result.Stdout)
}

func endsTheTracing(t *testing.T, bed faulttest.Bed, how string) {
	t.Helper()
	endsIt(t, bed, resource.NewSyscall(), traced, how, "its strace is gone: memcached.service was stopped or restarted, or somebody ended strace")
}

// endings are what ends the tracing of a service.
func endings() map[string]string {
	return map[string]string{
		"restarted":     "systemctl restart memcached",
		"killed":        "systemctl kill --signal=KILL memcached",
		"strace ended":  "kill " + itsStrace,
		"strace killed": "kill -s KILL " + itsStrace,
	}
}

func TestTheTracingEndsWithItsService(t *testing.T) {
	t.Parallel()
	for name, how := range endings() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bed, _ := simBed(t, "process.syscall")
			endsTheTracing(t, bed, how)
		})
	}
}
