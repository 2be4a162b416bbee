package link_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/link"
	"github.com/openstack-eris/eris/inventory/remote"
)

const id = "7f3c0a1e-strike-1-1"

// steps runs one step, in a world that is as those shell commands make it, and returns
// what was said and the exit code.
type steps func(step string, world ...string) (string, int)

// stepper runs a fault's steps one by one, in a directory such as the lifecycle gives it.
func stepper(t *testing.T, bed faulttest.Bed, fault faults.Fault) steps {
	t.Helper()
	target := bed.Target()
	target.ID = id
	s, err := fault.Scripts(target)
	require.NoError(t, err)
	scripts := map[string]string{
		"preflight": s.Preflight, "fingerprint": s.Fingerprint, "prepare": s.Prepare, "inject": s.Inject, "observe": s.Observe, "undo": s.Undo,
	}
	bed.Shell(t, `mkdir -p /run/eris/%[1]s; read -r up idle </proc/uptime; echo $((${up%%.*} * 1000 + 600000)) >/run/eris/%[1]s/ttl-until`, id)
	t.Cleanup(func() {
		// The test's own context has ended by then.
		bed.Runner.Run(context.Background(), bed.Node.Name, remote.Command{
			Script: "cd /run/eris/" + id + " && {\nERIS_TOUCHED=no\n" + scripts["undo"] + "}; rm -r /run/eris/" + id, Args: s.Args, Root: true, Timeout: time.Minute,
		})
	})
	return func(step string, world ...string) (string, int) {
		result := bed.Runner.Run(t.Context(), bed.Node.Name, remote.Command{
			Script: "cd /run/eris/" + id + "\nERIS_TOUCHED=yes\n" + strings.Join(append(world, scripts[step]), "\n"), Args: s.Args, Root: true, Timeout: time.Minute,
		})
		require.Equal(t, remote.Done, result.State, "%v", result.Err)
		return string(result.Stdout) + string(result.Stderr), result.Exit
	}
}

// begin prepares and injects.
func begin(t *testing.T, run steps) {
	t.Helper()
	for _, step := range []string{"preflight", "prepare", "inject"} {
		said, code := run(step)
		require.Zero(t, code, "%s: %s", step, said)
	}
}

// tellsWhoCame strikes half of the requests: before the client has made any the fault
// is armed, and afterwards it is told how many there were.
func tellsWhoCame(t *testing.T, bed faulttest.Bed) {
	t.Helper()
	f := link.NewStatus()
	f.To, f.Share, f.Status = peer, 0.5, 429
	run := stepper(t, bed, f)
	begin(t, run)
	said, code := run("observe")
	require.Zero(t, code, said)
	require.Equal(t, "armed, no new connection of the client yet: memcached to "+peer+" is answered with a status: 429 for 50% of the requests asked, 50 of 100 seen\n", said)
	statuses := map[string]int{}
	for range 100 {
		statuses[get(t, bed, "5")]++
	}
	require.Equal(t, 50, statuses["429 0"], "%v", statuses)
	require.Len(t, statuses, 2, "the others are answered by the service: %v", statuses)
	faulttest.Eventually(t, 30*time.Second, "they are told", func() bool {
		said, code = run("observe")
		return said == "memcached to "+peer+" is answered with a status: 429 for 50% of the requests asked, 50 of 100 seen; 50 of the client's; 100 new connections of the client so far\n"
	})
	for range 2 {
		said, code = run("undo")
		require.Zero(t, code, said)
	}
	require.NotContains(t, get(t, bed, "5"), "429")
	require.Contains(t, bed.Shell(t, "grep -c '' /run/eris/%[1]s/log; cat /run/eris/%[1]s/log", id), " reached itself in all 100 new connections of the client came, and 50 were struck")
}

func TestWhoCameIsToldOnASimulatedNode(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t)
	tellsWhoCame(t, bed)
}

// ending is how a proxy ends that nobody undoes, and what systemd calls that.
type ending struct{ how, result string }

func endings() map[string]ending {
	const unit = `"$(systemctl list-units --plain --no-legend 'eris-*-link.service' | cut -d ' ' -f 1)"`
	return map[string]ending{
		"killed":  {"systemctl kill --signal=KILL " + unit, "signal"},
		"stopped": {"systemctl stop " + unit, "success"},
	}
}

// endsWithTheProxy has the proxy end: the client reaches its service, which nobody has
// healed, and the run hears of it.
func endsWithTheProxy(t *testing.T, bed faulttest.Bed, end ending) {
	t.Helper()
	f := link.NewStatus()
	f.To = peer
	run := bed.NewRun("run-over", "ann@desk")
	run.Lease = time.Minute // nothing else is to end it
	i := run.Struck(t, f)
	require.Equal(t, "503 0", get(t, bed, "5"))
	bed.Shell(t, "%s", end.how)
	faulttest.Eventually(t, 30*time.Second, "the client reaches it", func() bool { said := get(t, bed, "5"); return said != "503 0" && strings.HasSuffix(said, " 0") })
	require.NotContains(t, bed.Shell(t, "nft list tables"), "eris-")
	faulttest.Eventually(t, 20*time.Second, "and that is told", func() bool { return !i.Kept(t.Context()) })
	over := run.Journal.Target(t, record.Undoing)
	require.Equal(t, "itself", over.By)
	require.Equal(t, "it ended by itself: its proxy ended ("+end.result+"), and the redirect with it", over.Reason)
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, record.Undone, i.State())
	bed.Clean(t)
}

func TestTheRedirectGoesWithTheProxyOnASimulatedNode(t *testing.T) {
	t.Parallel()
	for name, end := range endings() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bed, _ := simBed(t)
			endsWithTheProxy(t, bed, end)
		})
	}
}

// endsTheOldOnes has the connections that the client had be ended, and no others.
func endsTheOldOnes(t *testing.T, bed faulttest.Bed, fault faults.Fault, has func() string) {
	t.Helper()
	run, before := stepper(t, bed, fault), ""
	faulttest.Eventually(t, 30*time.Second, "it is connected", func() bool { before = has(); return before != "" })
	begin(t, run)
	faulttest.Eventually(t, 30*time.Second, "it connects again", func() bool { now := has(); return now != "" && now != before })
	said, code := run("observe")
	require.Zero(t, code, said)
	require.Contains(t, said, "seen; 1 of 1 connections of before were ended")
	again := has()
	_, code = run("inject")
	require.Zero(t, code)
	require.Equal(t, again, has(), "once")
	said, code = run("undo")
	require.Zero(t, code, said)
}

func TestTheConnectionsOfBeforeAreEndedOnASimulatedNode(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t)
	bed.Service = bed.Cloud.ServiceByName("nova-api")
	f := link.NewDelay()
	f.To, f.Old = "rabbitmq", true
	all := func() string {
		return bed.Shell(t, "ss -Htn state established '( dport = :5672 )' | sort | tr -s ' '")
	}
	others := strings.Count(all(), "\n")
	endsTheOldOnes(t, bed, f, func() string {
		return bed.Shell(t, `user=$(sed -n 's/^Uid:[^0-9]*\([0-9]*\)[^0-9].*/\1/p' /proc/$(systemctl show nova-api -p MainPID --value)/status)
ss -Htne state established '( dport = :5672 )' | grep "uid:$user "`)
	})
	require.Equal(t, others, strings.Count(all(), "\n"))
}
