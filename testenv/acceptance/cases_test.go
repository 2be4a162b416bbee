package acceptance

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/testenv/simcloud"
)

// struck is a scenario of one fault, which is held for long or for a moment.
const struck = `version: eris/v1
name: struck
phases: {warmup: 0s, baseline: 1s, chaos: HOLD, recovery: 1s}
loads:
  tokens: {workload: keystone.issue_token, arrivals: {rate: 10/s}, timeout: 5s}
faults:
  lose:
    fault: FAULT
    args: ARGS
    target: TARGET
    hold: HOLD
stop_when: {none: the test ends it}
`

// scene is a cloud of a case, with the real program to be run on it.
type scene struct {
	cloud  *simcloud.Cloud
	nodes  *nodes
	before map[string]string
}

// one is the scenario of one fault.
func one(t *testing.T, fault, args, target, hold string) string {
	t.Helper()
	return scenario(t, struck, "FAULT", fault, "ARGS", args, "TARGET", target, "HOLD", hold)
}

// run starts eris on the scene's cloud.
func (s *scene) run(t *testing.T, file string, args ...string) *program {
	t.Helper()
	return start(t, append([]string{"run", file, "-i", s.cloud.Inventory(), "--plain", "--lease", lease.String()}, args...)...)
}

// healed waits until the nodes say that all of a run's faults are undone, and
// returns who did it.
func (s *scene) healed(t *testing.T, run *program) []string {
	t.Helper()
	events := journal(t, run.record(t))
	var told []faults.Aftermath
	eventually(t, patience, "the nodes heal by themselves", func() bool {
		told = faults.Afterwards(t.Context(), events, s.nodes, nil)
		return allUndone(told)
	})
	var by []string
	for _, target := range told {
		by = append(by, target.By)
	}
	return by
}

// states are those that a run recorded of its targets.
func states(t *testing.T, run *program) []record.FaultState {
	t.Helper()
	var list []record.FaultState
	for _, e := range journal(t, run.record(t)) {
		if e.Target != nil {
			list = append(list, e.Target.State)
		}
	}
	return list
}

// The cases that others' bugs have taught, each with its name, through the
// program itself; doctor finds the cloud clean after each.
func TestAcceptanceCases(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]func(t *testing.T, s *scene){
		"kill -9 during inject":                           killedDuringInject,
		"kill -9 during undo":                             killedDuringUndo,
		"SSH cut right after dispatch":                    cutAfterDispatch,
		"node reboot mid-fault":                           rebootedMidFault,
		"double inject on one NIC":                        doubleInject,
		"a pre-existing tuned qdisc":                      tunedQueue,
		"undo without root":                               withoutRoot,
		"stressor killed by OOM":                          stressorKilled,
		"host reinstalled or boot id changed":             reinstalled,
		"two faults each legal, together breaking quorum": breakingQuorum,
		"a signal's source down":                          sourceDown,
		"clock fault while a lease runs":                  clockMoved,
		"root fs full while undo must run":                rootFull,
		"record directory full or read-only":              recordFull,
		"abort while waiting on a trigger":                abortedWaiting,
		"results written although one undo is stuck":      resultsThoughStuck,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &scene{cloud: simulated(t, simcloud.Options{Seed: 11})}
			s.nodes = reach(t, s.cloud.Inventory())
			s.before = s.nodes.fingerprint(t, "mariadb")
			c(t, s)
			t.Run("doctor clean after each", func(t *testing.T) {
				s.nodes.asBefore(t, "mariadb", s.before)
				nothingLeft(t, s.cloud.Inventory(), lease)
			})
		})
	}
}

const (
	anyMariadb = "{service: mariadb, node: ctl-2}"
	longHold   = "60s"
)

// killedDuringInject: mariadb takes seconds to stop, and the program is killed
// within them.
func killedDuringInject(t *testing.T, s *scene) {
	t.Helper()
	s.slowly(t)
	run := s.run(t, one(t, "service.stop", "{}", anyMariadb, longHold))
	s.injecting(t)
	run.signal(t, syscall.SIGKILL)
	require.Equal(t, -1, run.exit(t))
	require.NotContains(t, states(t, run), record.Held, "it was killed before it knew of the effect")
	require.Equal(t, []string{"lease"}, s.healed(t, run))
}

// killedDuringUndo: the undo has mariadb start, which takes seconds.
func killedDuringUndo(t *testing.T, s *scene) {
	t.Helper()
	run := s.run(t, one(t, "service.stop", "{}", anyMariadb, "1s"))
	run.says(t, "fault lose undoing")
	run.signal(t, syscall.SIGKILL)
	require.Equal(t, -1, run.exit(t))
	require.NotContains(t, states(t, run), record.Undone, "it was killed before the undo was verified")
	require.Subset(t, []string{"engine", "lease"}, s.healed(t, run), "whoever was first")
}

// slowly has the mariadb of ctl-2 take seconds to stop, so that its inject is seen.
func (s *scene) slowly(t *testing.T) {
	t.Helper()
	const dropin = "/run/systemd/system/mariadb.service.d"
	on(t, s.cloud, "ctl-2", "mkdir -p "+dropin+"; printf '[Service]\nExecStopPost=/bin/sleep 5\n' >"+dropin+"/slow.conf; systemctl daemon-reload")
	s.before = s.nodes.fingerprint(t, "mariadb")
}

// injecting waits until ctl-2 has let an inject through.
func (s *scene) injecting(t *testing.T) {
	t.Helper()
	require.Eventually(t, func() bool {
		for name, text := range s.cloud.Node("ctl-2").FS().Dump("/run/eris") {
			if strings.HasSuffix(name, "/state") && strings.TrimSpace(text) == "injecting" {
				return true
			}
		}
		return false
	}, patience, time.Millisecond, "an inject is let through")
}

// cutAfterDispatch: what was handed over and not heard of counts as injected.
func cutAfterDispatch(t *testing.T, s *scene) {
	t.Helper()
	s.slowly(t)
	run := s.run(t, one(t, "service.stop", "{}", anyMariadb, "3s"))
	s.injecting(t)
	require.NoError(t, s.cloud.CutSSH("ctl-2", true))
	eventually(t, patience, "the inject has gone on without its connection", func() bool {
		return !s.cloud.Node("ctl-2").Systemd().Daemon("mariadb.service").Serving
	})
	run.says(t, "dispatched, its end was not seen")
	require.NoError(t, s.cloud.CutSSH("ctl-2", false))
	code := run.exit(t)
	require.NotEqual(t, 0, code, "what is not known is no success: %s", run.stderr())
	told := states(t, run)
	require.Contains(t, told, record.Unknown)
	require.Contains(t, told, record.Undone)
	require.NotContains(t, told, record.Failed, "it never reads as if it had not happened")
}

func rebootedMidFault(t *testing.T, s *scene) {
	t.Helper()
	run := s.run(t, one(t, "service.stop", "{}", anyMariadb, "8s"))
	run.says(t, "fault lose held")
	require.NoError(t, s.cloud.Reboot("ctl-2"))
	require.Equal(t, 4, run.exit(t), "it was not held as planned: %s", run.stderr())
	told := result(t, run.record(t)).Faults[0]
	require.Equal(t, "boot", told.UndoneBy)
	require.True(t, told.UndoVerified)
	require.Contains(t, run.stderr(), "was undone by its boot")
}

// doubleInject: two faults of one link are refused before, and a second run
// while the first holds it is refused with its owner.
func doubleInject(t *testing.T, s *scene) {
	t.Helper()
	const queues = "tc qdisc show | sed 's/direct_packets_stat [0-9]*//'" // what passes meanwhile is counted on
	const again = "  again: {fault: network.delay, args: {delay: 50ms}, target: {node: ctl-2}, start: {at: 1s}, hold: 1s}\n"
	first := one(t, "network.rate", "{rate: 1MiB}", "{node: ctl-2}", "20s")
	both := scenario(t, strings.Replace(struck, "stop_when", again+"stop_when", 1), "FAULT", "network.rate", "ARGS", "{rate: 1MiB}", "TARGET", "{node: ctl-2}", "HOLD", "20s")
	untouched(t, s.cloud, func() {
		refused(t, []string{"again", "at the same time"}, "run", both, "-i", s.cloud.Inventory(), "--plain")
	})
	run := s.run(t, first)
	run.says(t, "fault lose held")
	before := on(t, s.cloud, "ctl-2", queues)
	refused(t, []string{"ctl-2", "is in use by"}, "run", first, "-i", s.cloud.Inventory(), "--plain")
	require.Equal(t, before, on(t, s.cloud, "ctl-2", queues))
	run.signal(t, syscall.SIGINT)
	require.Equal(t, 5, run.exit(t))
}

// tunedQueue: what an operator has tuned is in the way, and stays as it is.
func tunedQueue(t *testing.T, s *scene) {
	t.Helper()
	on(t, s.cloud, "ctl-2", "tc qdisc add dev eth0 root handle 1: pfifo limit 4000")
	queues := on(t, s.cloud, "ctl-2", "tc qdisc show")
	untouched(t, s.cloud, func() {
		refused(t, []string{"ctl-2", "pfifo 1:"}, "run", one(t, "network.rate", "{rate: 1MiB}", "{node: ctl-2}", "1s"), "-i", s.cloud.Inventory(), "--plain")
	})
	require.Equal(t, queues, on(t, s.cloud, "ctl-2", "tc qdisc show"))
	on(t, s.cloud, "ctl-2", "tc qdisc del dev eth0 root handle 1:")
}

// withoutRoot: who could not undo does not inject.
func withoutRoot(t *testing.T, s *scene) {
	t.Helper()
	text, err := os.ReadFile(s.cloud.Inventory())
	require.NoError(t, err)
	poor := file(t, "poor.yaml", strings.Replace(string(text), "user: root", "user: nobody", 1)) // its paths are absolute
	untouched(t, s.cloud, func() {
		refused(t, []string{"ctl-2", "root"}, "run", one(t, "service.stop", "{}", anyMariadb, "1s"), "-i", poor, "--plain")
	})
}

// stressorKilled: a load that is no longer there is not counted as held.
func stressorKilled(t *testing.T, s *scene) {
	t.Helper()
	run := s.run(t, one(t, "cpu.load", "{}", "{node: ctl-2}", "12s"))
	run.says(t, "fault lose held")
	unit := strings.Fields(on(t, s.cloud, "ctl-2", "systemctl list-units --all --plain --no-legend 'eris-*' | grep -v -e timer -e lease -e ttl"))[0]
	late := faulttest.Lateness(t)
	on(t, s.cloud, "ctl-2", "systemctl kill -s KILL "+unit)
	killed := time.Now()
	require.Equal(t, 4, run.exit(t), "%s", run.stderr())
	r := result(t, run.record(t))
	require.Equal(t, kpi.Unknown, r.Verdict)
	require.Contains(t, run.stderr()+run.stdout.String(), "its effect is not seen any more, and nobody has undone it")
	require.True(t, r.Faults[0].UndoVerified)
	ended := journal(t, run.record(t))[0].Started.At.Add(time.Duration(*r.Faults[0].UndoAtMS * float64(time.Millisecond)))
	require.Less(t, ended.Sub(killed), 2*time.Second+late(), "it is over from when it was last seen")
}

// reinstalled: a host that knows nothing of the fault any more is no proof of
// its undo.
func reinstalled(t *testing.T, s *scene) {
	t.Helper()
	run := s.run(t, scenario(t, struck, "FAULT", "service.freeze", "ARGS", "{}", "TARGET", "{service: memcached, node: ctl-2}", "HOLD", "10s"))
	run.says(t, "fault lose held")
	require.NoError(t, s.cloud.CutSSH("ctl-2", true))
	on(t, s.cloud, "ctl-2", "rm -rf /run/eris /var/lib/eris; rm -f /etc/systemd/system/eris-* /etc/systemd/system/multi-user.target.wants/eris-*")
	require.NoError(t, s.cloud.Reboot("ctl-2"))
	require.NoError(t, s.cloud.CutSSH("ctl-2", false))
	require.Equal(t, 6, run.exit(t), "%s", run.stderr())
	told := result(t, run.record(t)).Faults[0]
	require.Equal(t, "stuck", told.State)
	require.False(t, told.UndoVerified)
	require.Contains(t, told.Reason, "nothing is left of the fault on the node, not even the stamp of its undo")
}

func breakingQuorum(t *testing.T, s *scene) {
	t.Helper()
	const second = "  also: {fault: service.stop, target: {service: mariadb, node: ctl-3}, start: {at: 1s}, hold: 1s}\n"
	both := scenario(t, strings.Replace(struck, "stop_when", second+"stop_when", 1), "FAULT", "service.stop", "ARGS", "{}", "TARGET", anyMariadb, "HOLD", "5s")
	untouched(t, s.cloud, func() {
		refused(t, []string{"group mariadb (majority, 3 members) tolerates the loss of 1 and would lose 2"}, "run", both, "-i", s.cloud.Inventory(), "--plain")
	})
}

// sourceDown: a stop condition whose source is silent stops the run.
func sourceDown(t *testing.T, s *scene) {
	t.Helper()
	file := scenario(t, struck, "FAULT", "service.stop", "ARGS", "{}", "TARGET", "{service: memcached, node: ctl-2}", "HOLD", longHold,
		"stop_when: {none: the test ends it}", "collectors: {load: {kind: node, every: 1s, on: {node: ctl-3}}}\nstop_when: ['signal(\"node.load1\", \"ctl-3\") > 10000']")
	run := s.run(t, file)
	run.says(t, "fault lose held")
	require.NoError(t, s.cloud.CutSSH("ctl-3", true))
	code := run.exit(t)
	require.NoError(t, s.cloud.CutSSH("ctl-3", false))
	require.Equal(t, 5, code, "%s", run.stderr())
	r := result(t, run.record(t))
	require.True(t, r.Faults[0].UndoVerified)
	require.Contains(t, run.stderr(), "node.load1")
}

// clockMoved: the dead-man counts monotonic time, so that a clock that is moved
// by an hour, to either side, neither ends a lease that is renewed nor keeps one
// that is not.
func clockMoved(t *testing.T, s *scene) {
	t.Helper()
	step := func(hours int) {
		on(t, s.cloud, "ctl-2", fmt.Sprintf("date -s @%d.5", time.Now().Add(time.Duration(hours)*time.Hour).Unix()))
	}
	run := s.run(t, one(t, "service.stop", "{}", anyMariadb, "10s"))
	run.says(t, "fault lose held")
	step(1)
	run.exit(t) // what its stamps are worth is another matter
	told := result(t, run.record(t)).Faults[0]
	require.Equal(t, "engine", told.UndoneBy, "its lease was renewed all the time: %s", run.stderr())
	require.True(t, told.UndoVerified)

	run = s.run(t, one(t, "service.stop", "{}", anyMariadb, longHold))
	run.says(t, "fault lose held")
	step(-1)
	killed := time.Now()
	run.signal(t, syscall.SIGKILL)
	require.Equal(t, -1, run.exit(t))
	require.Equal(t, []string{"lease"}, s.healed(t, run))
	require.Less(t, time.Since(killed), lease+15*time.Second, "an hour was not waited for")
	step(0)
}

// rootFull: somebody else fills the disk to its last byte while the fault is
// held, and the undo is made and proven all the same.
func rootFull(t *testing.T, s *scene) {
	t.Helper()
	run := s.run(t, one(t, "service.stop", "{}", "{service: memcached, node: ctl-2}", "4s"))
	run.says(t, "fault lose held")
	space, err := s.cloud.Node("ctl-2").FS().Statfs("/var/lib")
	require.NoError(t, err)
	on(t, s.cloud, "ctl-2", fmt.Sprintf("fallocate -l %d /var/lib/foreign", space.Size-space.Used))
	full, err := s.cloud.Node("ctl-2").FS().Statfs("/var/lib")
	require.NoError(t, err)
	require.Less(t, full.Size-full.Used, int64(8<<10))
	run.exit(t) // the cloud may not answer as it should: its disk is full
	told := result(t, run.record(t)).Faults[0]
	require.True(t, told.UndoVerified, "%s", run.stderr())
	on(t, s.cloud, "ctl-2", "rm /var/lib/foreign")
}

// recordFull: a run whose record cannot be written does not begin.
func recordFull(t *testing.T, s *scene) {
	t.Helper()
	noFolder := filepath.Join(file(t, "file", ""), "runs")
	untouched(t, s.cloud, func() {
		for _, out := range []string{noFolder, "/sys/eris-runs"} { // which takes no files, from nobody
			run := s.run(t, one(t, "service.stop", "{}", anyMariadb, "1s"), "--out", out)
			require.Equal(t, 2, run.exit(t), "%s", run.stderr())
			require.Contains(t, run.stderr(), "the record cannot be written, so nothing was touched")
		}
	})
}

func abortedWaiting(t *testing.T, s *scene) {
	t.Helper()
	file := scenario(t, struck, "FAULT", "service.stop", "ARGS", "{}", "TARGET", anyMariadb+"\n    start: {when: 'success_rate(\"tokens\", \"5s\") > 100000', within: 15s}", "HOLD", "20s")
	stopped := unitEvents(s.cloud, "ctl-2", "mariadb.service")
	run := s.run(t, file)
	run.says(t, "phase chaos")
	run.signal(t, syscall.SIGINT)
	require.Equal(t, 5, run.exit(t), "%s", run.stderr())
	told := result(t, run.record(t)).Faults[0]
	require.Equal(t, "skipped", told.State)
	require.Equal(t, stopped, unitEvents(s.cloud, "ctl-2", "mariadb.service"), "nothing was done to it")
}

// resultsThoughStuck: a change that is not the fault's keeps the fingerprint
// from being as before; the results are written, and a person is told what to
// type.
func resultsThoughStuck(t *testing.T, s *scene) {
	t.Helper()
	run := s.run(t, one(t, "service.stop", "{}", "{service: memcached, node: ctl-2}", "2s"))
	run.says(t, "fault lose held")
	const dropin = "/run/systemd/system/memcached.service.d"
	on(t, s.cloud, "ctl-2", "mkdir -p "+dropin+"; printf '[Unit]\\nDescription=foreign\\n' >"+dropin+"/foreign.conf; systemctl daemon-reload")
	require.Equal(t, 6, run.exit(t), "%s", run.stderr())
	require.False(t, missing(run.record(t)+"/report.html"))
	r := result(t, run.record(t))
	require.Equal(t, "stuck", r.Faults[0].State)
	require.NotEmpty(t, r.KPIs)
	require.Contains(t, run.stderr()+run.stdout.String(), "guard.sh end")
	on(t, s.cloud, "ctl-2", "rm "+dropin+"/foreign.conf; rmdir "+dropin+"; systemctl daemon-reload")
	require.Zero(t, eris(t, "heal", "-i", s.cloud.Inventory()).exit(t))
}
