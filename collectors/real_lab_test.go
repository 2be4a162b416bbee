//go:build lab

package collectors_test

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors"
	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

// realCloud is the lab, and a way to its nodes.
type realCloud struct {
	*inventory.Cloud
	pool *remote.Pool
}

func onALab(t *testing.T) *realCloud {
	t.Helper()
	cloud, err := inventory.Load(labtest.Shared(t).Inventory)
	require.NoError(t, err)
	pool, err := remote.NewPool(cloud, remote.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, pool.Close()) })
	return &realCloud{cloud, pool}
}

// shell runs a script on a node.
func (c *realCloud) shell(t *testing.T, node, script string) {
	t.Helper()
	got := c.pool.Run(context.WithoutCancel(t.Context()), node, remote.Command{Script: script, Root: true, Timeout: time.Minute})
	require.True(t, got.OK(), "%+v", got)
}

// watching is a collector's loop on a real node, whose lines come one by one.
type watching struct {
	collectors.Remote
	node  *inventory.Node
	lines chan string
}

// watch starts a loop that ends with the test.
func (c *realCloud) watch(t *testing.T, by collectors.Remote, name string) *watching {
	t.Helper()
	w := &watching{by, c.NodeByName(name), make(chan string, 1000)}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan struct{})
	script := by.Script(w.node, c.ServicesOn(name), 200*time.Millisecond)
	go func() {
		defer close(ended)
		_ = c.pool.Stream(ctx, name, remote.Command{Script: script, Root: true}, func(line string) { w.lines <- line }) // it is ended
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
	})
	return w
}

// until waits for a line whose readings fit, however long the machine takes for it, and
// returns them by signal and labels.
func (w *watching) until(t *testing.T, what string, fits func(map[string]float64) bool) map[string]float64 {
	t.Helper()
	limit := time.After(time.Minute)
	for {
		select {
		case line := <-w.lines:
			took, rest, _ := strings.Cut(line, " ")
			readings, err := w.Parse(w.node, rest)
			require.NoError(t, err, rest)
			if got := values(readings); fits(got) {
				t.Logf("%s ns, %s: %s", took, w.node.Name, rest)
				return got
			}
		case <-limit:
			require.Fail(t, "not within a minute", what)
		}
	}
}

func values(readings []record.Reading) map[string]float64 {
	all := map[string]float64{}
	for _, r := range readings {
		key := r.Signal
		for _, k := range []string{"backend", "address", "device", "interface", "resource", "service", "process", "file", "unit"} {
			if r.Labels[k] != "" {
				key += " " + r.Labels[k]
			}
		}
		all[key] = r.Value
	}
	return all
}

// has tells whether all of these are known.
func has(got map[string]float64, names ...string) bool {
	for _, n := range names {
		if _, known := got[n]; !known {
			return false
		}
	}
	return true
}

func TestGaleraOnARealNode(t *testing.T) {
	c := onALab(t)
	w := c.watch(t, &collectors.Galera{}, "ctl-2")
	got := w.until(t, "all of it", func(v map[string]float64) bool {
		return has(v, "galera.cluster_size", "galera.receive_queue", "galera.flow_paused")
	})
	require.Equal(t, []float64{1, 1, 1, 3}, []float64{got["galera.up"], got["galera.ready"], got["galera.synced"], got["galera.cluster_size"]})
	t.Cleanup(func() { c.shell(t, "ctl-2", "systemctl start mariadb") })
	c.shell(t, "ctl-2", "systemctl stop mariadb")
	w.until(t, "one that is stopped is not up", func(v map[string]float64) bool {
		return has(v, "galera.up", "galera.synced") && v["galera.up"]+v["galera.synced"] == 0
	})
	c.shell(t, "ctl-2", "systemctl start mariadb")
	w.until(t, "one that is back has joined", func(v map[string]float64) bool { return v["galera.synced"] == 1 && v["galera.cluster_size"] == 3 })
}

func TestHAProxyOnARealNode(t *testing.T) {
	c := onALab(t)
	w := c.watch(t, collectors.NewHAProxy(), "ctl-1")
	w.until(t, "all of it", func(v map[string]float64) bool {
		return has(v, "haproxy.queue keystone", "haproxy.sessions keystone", "haproxy.errors_5xx keystone") &&
			v["haproxy.up"] == 1 && v["haproxy.backend_up keystone"] == 1 && v["haproxy.servers_up keystone"] == 3 && v["haproxy.servers_down keystone"] == 0
	})
	t.Cleanup(func() { c.shell(t, "ctl-3", "systemctl start keystone") })
	c.shell(t, "ctl-3", "systemctl stop keystone")
	w.until(t, "a server is down", func(v map[string]float64) bool {
		return v["haproxy.servers_up keystone"] == 2 && v["haproxy.servers_down keystone"] == 1 && v["haproxy.backend_up keystone"] == 1
	})
	c.shell(t, "ctl-3", "systemctl start keystone")
	w.until(t, "it is back", func(v map[string]float64) bool { return v["haproxy.servers_up keystone"] == 3 })
}

func TestKeepalivedOnRealNodes(t *testing.T) {
	c := onALab(t)
	holds := func(name string) float64 {
		got := c.watch(t, &collectors.Keepalived{}, name).until(t, "an address", func(v map[string]float64) bool { return len(v) == 1 })
		for _, value := range got {
			return value
		}
		return 0
	}
	require.InDelta(t, 1, holds("ctl-1")+holds("ctl-2")+holds("ctl-3"), 0, "one of them has the address")
}

func TestMemcachedOnARealNode(t *testing.T) {
	c := onALab(t)
	w := c.watch(t, &collectors.Memcached{}, "ctl-3")
	got := w.until(t, "all of it", func(v map[string]float64) bool {
		return has(v, "memcached.connections", "memcached.items", "memcached.evictions")
	})
	require.Equal(t, []float64{1, 0}, []float64{got["memcached.up"], got["memcached.evictions"]})
	c.shell(t, "ctl-3", `address=$(ss -tlnH 'sport = :11211' | tr -s ' ' | cut -d ' ' -f 4 | head -n 1)
printf 'set eris-collector 0 5 1\r\nx\r\nget eris-collector\r\nget eris-none\r\nquit\r\n' | nc -w 2 "${address%:*}" 11211`)
	got = w.until(t, "somebody has asked for something", func(v map[string]float64) bool { return has(v, "memcached.hit_ratio") })
	require.InDelta(t, 0.5, got["memcached.hit_ratio"], 0.5)
	t.Cleanup(func() { c.shell(t, "ctl-3", "systemctl start memcached") })
	c.shell(t, "ctl-3", "systemctl stop memcached")
	w.until(t, "one that is stopped is not up", func(v map[string]float64) bool { return has(v, "memcached.up") && v["memcached.up"] == 0 })
	c.shell(t, "ctl-3", "systemctl start memcached")
	w.until(t, "it is back", func(v map[string]float64) bool { return v["memcached.up"] == 1 })
}

func TestDisksInterfacesAndPressureOfARealNode(t *testing.T) {
	c := onALab(t)
	w := c.watch(t, &collectors.Disk{}, "ctl-1")
	w.until(t, "a disk was written to", func(v map[string]float64) bool {
		for name, value := range v {
			if strings.HasPrefix(name, "disk.written ") && value > 0 {
				return has(v, strings.Replace(name, "written", "read", 1), strings.Replace(name, "written", "busy", 1))
			}
		}
		return false
	})
	w = c.watch(t, &collectors.Net{Interfaces: []string{"host0"}}, "ctl-1")
	got := w.until(t, "bytes came and went", func(v map[string]float64) bool { return v["net.received host0"] > 0 && v["net.sent host0"] > 0 })
	require.True(t, has(got, "net.errors host0", "net.drops host0"))
	w = c.watch(t, &collectors.Pressure{}, "ctl-1")
	got = w.until(t, "an answer", func(map[string]float64) bool { return true })
	t.Logf("%v", got) // not every kernel has it
	for name, value := range got {
		require.GreaterOrEqual(t, value, 0.0, name)
		require.LessOrEqual(t, value, 1.0, name)
	}
}

func TestUnitsOfARealNode(t *testing.T) {
	c := onALab(t)
	w := c.watch(t, &collectors.Unit{}, "ctl-3")
	w.until(t, "all of it", func(v map[string]float64) bool {
		return v["unit.memory keystone"] > 10<<20 && v["unit.tasks keystone"] > 1 && has(v, "unit.memory mariadb")
	})
	t.Cleanup(func() { c.shell(t, "ctl-3", "systemctl start memcached") })
	c.shell(t, "ctl-3", "systemctl stop memcached")
	w.until(t, "what is stopped takes nothing that could be told", func(v map[string]float64) bool {
		return has(v, "unit.tasks keystone") && !has(v, "unit.memory memcached") && !has(v, "unit.tasks memcached") && !has(v, "unit.cpu memcached")
	})
	c.shell(t, "ctl-3", "systemctl start memcached")
	w.until(t, "it is back", func(v map[string]float64) bool { return has(v, "unit.tasks memcached", "unit.memory memcached") })
}

func TestProcessesOfARealNode(t *testing.T) {
	c := onALab(t)
	w := c.watch(t, &collectors.Processes{Names: []string{"memcached", "nobody-has-it"}}, "ctl-3")
	got := w.until(t, "all of it", func(v map[string]float64) bool {
		return v["process.count memcached"] == 1 && has(v, "process.cpu memcached")
	})
	require.Greater(t, got["process.memory memcached"], float64(1<<20))
	require.Greater(t, got["process.threads memcached"], 1.0)
	require.Greater(t, got["process.files memcached"], 5.0, "those of another user, too")
	require.Zero(t, got["process.count nobody-has-it"])
	t.Cleanup(func() { c.shell(t, "ctl-3", "systemctl start memcached") })
	c.shell(t, "ctl-3", "systemctl stop memcached")
	w.until(t, "none is there", func(v map[string]float64) bool {
		return has(v, "process.count memcached") && v["process.count memcached"] == 0
	})
	c.shell(t, "ctl-3", "systemctl start memcached")
	w.until(t, "it is back", func(v map[string]float64) bool { return v["process.count memcached"] == 1 })
}

func TestLogsOfARealNode(t *testing.T) {
	c := onALab(t)
	w := c.watch(t, collectors.NewLogs(), "ctl-2")
	w.until(t, "the files of Keystone", func(v map[string]float64) bool { return len(v) > 0 })
	const file = "/var/log/keystone/eris-test.log"
	t.Cleanup(func() { c.shell(t, "ctl-2", "rm -f "+file) })
	c.shell(t, "ctl-2", "printf '%s\n' '"+strings.ReplaceAll(strings.TrimSpace(traceback+failed+quiet), "\n", "' '")+"' >"+file)
	w.until(t, "two errors", func(v map[string]float64) bool { return v["logs.errors "+file] == 2 })
}

// What a unit wrote with the level err counts, what it wrote otherwise does not, nor does what
// another one wrote.
func TestTheJournalOfARealNode(t *testing.T) {
	c := onALab(t)
	const unit = "eris-test-journal.service"
	say := func(name, text string) {
		c.shell(t, "ctl-2", "systemd-run --quiet --wait --collect --unit="+name+" sh -c 'echo "+text+"'")
	}
	say(unit, "\"<3>of before\"")
	journal := collectors.NewJournal()
	journal.Units = []string{unit, "keystone.service"}
	w := c.watch(t, journal, "ctl-2")
	first := w.until(t, "a count of nothing", func(v map[string]float64) bool { return len(v) == 2 })
	require.Zero(t, first["journal.errors "+unit])
	say(unit, "\"<3>boom\"; echo \"<6>nothing\"; echo \"2026-11-29 ERROR nova [None req-5] oslo writes to stderr\"")
	say("eris-test-other.service", "\"<3>boom\"")
	sum := first["journal.errors "+unit]
	w.until(t, "two errors", func(v map[string]float64) bool {
		sum += v["journal.errors "+unit]
		return sum >= 2
	})
	require.Equal(t, 2.0, sum)
}

// countedStreams counts how often a node is asked for a session.
type countedStreams struct {
	*remote.Pool
	begun atomic.Int64
}

func (c *countedStreams) Stream(ctx context.Context, node string, cmd remote.Command, line func(string)) error {
	c.begun.Add(1)
	return c.Pool.Stream(ctx, node, cmd, line)
}

// started keeps which collectors were heard of, and what is wrong with others.
type started struct {
	mu   sync.Mutex
	seen map[string]bool
	gaps []string
}

func (s *started) Publish(context.Context, []record.Reading) {}

func (*started) Forget([]record.Reading) {}

func (s *started) Collected(e record.CollectEvent) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch e.State {
	case "started":
		s.seen[e.Collector] = true
	case "gap":
		s.gaps = append(s.gaps, e.Collector+": "+e.Error)
	}
}

func (s *started) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.seen)
}

// TestAllCollectorsOfARealNodeShareASession, more of them than sshd gives sessions, and
// nothing of them is left when it ends.
func TestAllCollectorsOfARealNodeShareASession(t *testing.T) {
	c := onALab(t)
	source, clock, sink := &countedStreams{Pool: c.pool}, record.NewClock(), &started{seen: map[string]bool{}}
	var watches []collectors.Watch
	kinds := collectors.Catalogue()
	for _, kindName := range kinds.Names() {
		kind, _ := kinds.Lookup(kindName)
		if _, remote := kind.New().(collectors.Remote); !remote { // it is asked from here
			continue
		}
		for _, name := range []string{kindName, kindName + "-again"} {
			watches = append(watches, collectors.Watch{
				Name: name, Collector: given(kind.New()), Every: time.Second, Nodes: []*inventory.Node{c.NodeByName("ctl-1")}, Services: c.ServicesOn, Sink: sink,
			})
		}
	}
	require.Greater(t, len(watches), 16)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var running sync.WaitGroup
	running.Go(func() { collectors.Run(ctx, source, clock, watches...) })
	for ctx.Err() == nil && sink.count() < len(watches) {
		time.Sleep(50 * time.Millisecond)
	}
	all := sink.count()
	cancel()
	running.Wait()
	require.Len(t, watches, all, "%v", sink.gaps)
	require.EqualValues(t, 1, source.begun.Load())
	c.shell(t, "ctl-1", "command -v pgrep >/dev/null; for n in $(seq 100); do pgrep -f '[e]ris_tag=0' >/dev/null || exit 0; sleep 0.1; done; exit 1")
}
