package service_test

import (
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/service"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/testenv/familytest"
)

// unitChanged asks systemd and the kernel: the unit is not active, it or its
// cgroup is frozen, or its main process is stopped.
func unitChanged(t testing.TB, bed faulttest.Bed) bool {
	t.Helper()
	state := strings.Fields(bed.Shell(t, `
		for property in ActiveState FreezerState ControlGroup MainPID; do
			value=$(systemctl show %[1]s -p "$property" --value)
			echo "${value:-none}"
			if [ "$property" = ControlGroup ]; then group=$value; fi
		done
		sed 's/.*) //' "/proc/$value/stat" 2>/dev/null | cut -d ' ' -f 1
		cat /sys/fs/cgroup/unified%[2]s/cgroup.events /sys/fs/cgroup%[2]s/cgroup.events 2>/dev/null`, bed.Service.Runtime.Name, "$group"))
	require.GreaterOrEqual(t, len(state), 4, "%q", state)
	return state[0] != "active" || state[1] == "frozen" || len(state) < 5 || state[4] == "T" ||
		strings.Contains(strings.Join(state[4:], " "), "frozen 1")
}

// changedBy is unitChanged, of what crashes looked at for longer than it takes to
// crash again: between two crashes it is as healthy as any. A process that was looked
// at so once does not crash.
func changedBy(kind string) func(t testing.TB, bed faulttest.Bed) bool {
	if !strings.Contains(kind, "crash_loop") {
		return unitChanged
	}
	looked := ""
	return func(t testing.TB, bed faulttest.Bed) bool {
		t.Helper()
		main := func() string {
			return bed.Shell(t, "systemctl show %s -p MainPID --value", bed.Service.Runtime.Name)
		}
		pid := main()
		stays := func() bool { return !unitChanged(t, bed) && main() == pid }
		if pid != looked && !faulttest.Always(20, 300*time.Millisecond, stays) {
			return true
		}
		looked = pid
		return !stays()
	}
}

// invocation tells whether systemd has done anything to the unit since.
func invocation(t testing.TB, bed faulttest.Bed) string {
	t.Helper()
	return bed.Shell(t, "systemctl show %s -p InvocationID,MainPID,StateChangeTimestampMonotonic", bed.Service.Runtime.Name)
}

// scripted is a fault with its scripts changed.
type scripted struct {
	faults.Fault
	change func(s *faults.Scripts)
}

func (f scripted) Scripts(target faults.Target) (faults.Scripts, error) {
	s, err := f.Fault.Scripts(target)
	f.change(&s)
	return s, err
}

// verdict takes what a test says instead of failing by it.
type verdict struct {
	testing.TB
	said strings.Builder
}

func (v *verdict) Errorf(format string, args ...any) {
	v.TB.Logf(format, args...)
	v.said.WriteString(format)
	for _, arg := range args {
		if text, ok := arg.(string); ok {
			v.said.WriteString(text)
		}
	}
}

func (v *verdict) FailNow() { runtime.Goexit() }

// wrong is what the suite has against a fault.
func wrong(t *testing.T, bed faulttest.Bed, fault faults.Fault) string {
	t.Helper()
	return complaint(t, func(tb testing.TB) {
		tb.Helper()
		faulttest.Lives(tb, bed, fault)
	})
}

// complaint is what a test says that ought to fail.
func complaint(t *testing.T, test func(tb testing.TB)) string {
	t.Helper()
	v := &verdict{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		test(v)
	}()
	<-done
	return v.said.String()
}

func TestTheSuiteFailsAFaultThatProvesNothing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(s *faults.Scripts)
		want   string
	}{
		"it does nothing": {func(s *faults.Scripts) { s.Inject, s.Observe = "true", "echo 1 of nothing" }, "nothing of the target has changed"},
		"its prepare strikes already": {func(s *faults.Scripts) {
			s.Prepare += "\ntouch /run/eris/$2/hold\nsystemctl stop $1\n"
		}, "arming has no effect by itself"},
		"its fingerprint is blind": {func(s *faults.Scripts) { s.Fingerprint = "echo ActiveState=active" }, "the fingerprint does not see"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bed, _ := simBed(t)
			require.Contains(t, wrong(t, bed, scripted{&service.Stop{}, c.change}), c.want)
			require.Empty(t, faults.Heal(t.Context(), bed.Runner, []string{"ctl-1"}, 20*time.Second)[0].Left)
		})
	}
}

// bedOf is a service on a node of the cloud in an inventory.
func bedOf(t *testing.T, file, name string) faulttest.Bed {
	t.Helper()
	cloud, err := inventory.Load(file)
	require.NoError(t, err)
	struck := cloud.ServiceByName(name)
	return faulttest.Bed{
		Changed: changedBy(t.Name()), Trace: invocation, Disturb: familytest.DisturbUnit(struck.Runtime.Name),
		Runner: faulttest.Pool(t, cloud), Kind: cloud.Kind, Cloud: cloud, Node: cloud.NodeByName("ctl-3"), Service: struck,
	}
}
