// Package simcloud is the embedded cloud: controllers that are simulated
// systemd nodes behind real SSH, and the OpenStack APIs over real HTTP behind a
// simulated balancer. It needs no root and no network but loopback, several
// run side by side, and what it decides follows from its seed.
//
// It behaves as an HA cloud does. A server whose unit dies is refused, retried
// elsewhere and taken out by the health checks; the loss of the last one is an
// outage. Galera without a majority serves nothing, a lost memcached costs cold
// caches, a frozen unit hangs whoever waits for it, and the virtual address
// moves some seconds after the balancer on its holder is gone. A rack whose switch
// is down on the machine fabric is reached by nobody. Latency is
// log-normal and every process has a limited number of workers.
package simcloud

import (
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/openstack-eris/eris/testenv/simcloud/systemd"
)

// part is one daemon that runs on every controller.
type part struct {
	service string // its name in the inventory
	unit    string
	exec    string
	restart string
	mode    string // KillMode= of the unit
	kind    string // Type= of the unit
	port    int
	reload  string
	slow    [2]time.Duration // the shortest and longest start-up
	stop    time.Duration
	deaf    bool // while it stops it takes connections, answers none, and resets them when it ends
	memory  uint64
	health  health
	leader  string // a command that tells whether the node leads; empty where nobody does
}

// health is the probe of a service in the inventory.
type health struct {
	HTTP    string `yaml:"http,omitempty"`
	TCP     bool   `yaml:"tcp,omitempty"`
	Command string `yaml:"command,omitempty"`
	Timeout string `yaml:"timeout,omitempty"`
}

const mib = 1 << 20

// parts is everything that runs on a controller, made once: it is gone through many
// times a second.
var parts = sync.OnceValue(allParts) //nolint:gochecknoglobals // what it holds never changes

func allParts() []part {
	seconds := func(from, to float64) [2]time.Duration {
		return [2]time.Duration{time.Duration(from * float64(time.Second)), time.Duration(to * float64(time.Second))}
	}
	web := health{HTTP: "/healthcheck", Timeout: "2s"}
	uwsgi := func(service, unit string, port int, slow [2]time.Duration, memory uint64) part {
		// uwsgi ends its workers at once, and what they had, and itself a second later.
		return part{service: service, unit: unit, exec: "/usr/bin/uwsgi --ini /etc/" + service + ".ini", restart: "on-failure", port: port, slow: slow, stop: time.Second, deaf: true, memory: memory * mib, health: web}
	}
	return []part{
		uwsgi("keystone", "keystone.service", 5000, seconds(1, 2), 220),
		uwsgi("nova-api", "nova-api.service", 8774, seconds(2, 3), 350),
		uwsgi("neutron-api", "neutron-api.service", 9696, seconds(2, 3), 300),
		uwsgi("glance-api", "glance-api.service", 9292, seconds(1, 1.5), 180),
		uwsgi("cinder-api", "cinder-api.service", 8776, seconds(1.5, 2.5), 220),
		uwsgi("placement-api", "placement-api.service", 8778, seconds(0.8, 1.2), 130),
		{service: "mariadb", unit: "mariadb.service", exec: "/usr/sbin/mariadbd", restart: "on-failure", kind: "notify", port: 3306, slow: seconds(2, 3), stop: 300 * time.Millisecond, memory: 400 * mib,
			health: health{Command: `mysql -N -e "show status like 'wsrep_ready'" | grep -q ON`, Timeout: "2s"}},
		{service: "rabbitmq", unit: "rabbitmq-server.service", exec: "/usr/sbin/rabbitmq-server", restart: "on-failure", kind: "notify", port: 5672, slow: seconds(2, 3), stop: 300 * time.Millisecond, memory: 180 * mib, health: health{TCP: true, Timeout: "2s"}},
		{service: "memcached", unit: "memcached.service", exec: "/usr/bin/memcached -m 64", restart: "always", port: 11211, slow: seconds(0.02, 0.05), stop: 20 * time.Millisecond, memory: 40 * mib, health: health{TCP: true, Timeout: "2s"}},
		{service: "haproxy", unit: "haproxy.service", exec: "/usr/sbin/haproxy -Ws", reload: "/bin/kill -USR2 $MAINPID", restart: "always", port: 5000, slow: seconds(0.05, 0.1), stop: 50 * time.Millisecond, memory: 30 * mib,
			health: health{Command: "curl -fsS -m 2 -o /dev/null http://127.0.0.1:8404/alive", Timeout: "2s"}},
		{service: "keepalived", unit: "keepalived.service", exec: "/usr/sbin/keepalived --dont-fork", reload: "/bin/kill -HUP $MAINPID", slow: seconds(0.05, 0.1), stop: 50 * time.Millisecond, memory: 10 * mib,
			health: health{Command: "systemctl -q is-active keepalived", Timeout: "2s"}, leader: "grep -q MASTER " + addressState},
		{service: computeAgent, unit: "nova-compute.service", exec: "/usr/bin/nova-compute", restart: "on-failure", mode: "process", slow: seconds(1, 2), stop: 80 * time.Millisecond, memory: 150 * mib,
			health: health{Command: "systemctl -q is-active nova-compute", Timeout: "2s"}},
		{service: routerAgent, unit: "neutron-l3-agent.service", exec: "/usr/bin/neutron-l3-agent", restart: "on-failure", mode: "process", slow: seconds(1, 2), stop: 80 * time.Millisecond, memory: 120 * mib,
			health: health{Command: "systemctl -q is-active neutron-l3-agent", Timeout: "2s"}, leader: "a=$(ip -n qrouter-" + routerID + " -o -4 address show to 10.20.0.1) || exit 2; test -n \"$a\""},
		{service: "swift-proxy", unit: "swift-proxy.service", exec: "/usr/bin/swift-proxy-server /etc/swift/proxy-server.conf", restart: "on-failure", port: 8080, slow: seconds(1, 1.5), stop: 100 * time.Millisecond, memory: 90 * mib, health: web},
		uwsgi("heat-api", "heat-api.service", 8004, seconds(1.5, 2.5), 160),
		{service: stackEngine, unit: "heat-engine.service", exec: "/usr/bin/heat-engine", restart: "on-failure", mode: "process", slow: seconds(1.5, 2.5), stop: 100 * time.Millisecond, memory: 170 * mib,
			health: health{Command: "systemctl -q is-active heat-engine", Timeout: "2s"}},
		{service: "horizon", unit: "horizon.service", exec: "/usr/bin/uwsgi --ini /etc/openstack-dashboard/uwsgi.ini", restart: "on-failure", port: 80, slow: seconds(2, 3), stop: time.Second, deaf: true, memory: 230 * mib,
			health: health{HTTP: "/auth/login/", Timeout: "5s"}},
		uwsgi("octavia-api", "octavia-api.service", 9876, seconds(1.5, 2.5), 150),
		{service: balancerWorker, unit: "octavia-worker.service", exec: "/usr/bin/octavia-worker", restart: "on-failure", mode: "process", slow: seconds(1, 2), stop: 100 * time.Millisecond, memory: 150 * mib,
			health: health{Command: "systemctl -q is-active octavia-worker", Timeout: "2s"}},
		{service: volumeScheduler, unit: "cinder-scheduler.service", exec: "/usr/bin/cinder-scheduler", restart: "on-failure", mode: "process", slow: seconds(1, 2), stop: 80 * time.Millisecond, memory: 110 * mib,
			health: health{Command: "systemctl -q is-active cinder-scheduler", Timeout: "2s"}},
		{service: volumeService, unit: "cinder-volume.service", exec: "/usr/bin/cinder-volume", restart: "on-failure", mode: "process", slow: seconds(1, 2), stop: 80 * time.Millisecond, memory: 130 * mib,
			health: health{Command: "systemctl -q is-active cinder-volume", Timeout: "2s"}},
	}
}

// firstUser is that of the first part: each has its own, as on Debian.
const firstUser = 101

// user is as whom a part's processes run.
func (p part) user() int {
	return firstUser + slices.IndexFunc(parts(), func(other part) bool { return other.unit == p.unit })
}

func partOf(service string) part {
	for _, p := range parts() {
		if p.service == service {
			return p
		}
	}
	return part{}
}

// stream is a source of random numbers for one consumer. It is safe for
// concurrent use.
type stream struct {
	mu   sync.Mutex
	rand *rand.Rand
}

func (s *stream) normal() float64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.rand.NormFloat64()
}

// between is a duration from an interval.
func (s *stream) between(limits [2]time.Duration) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return limits[0] + time.Duration(s.rand.Float64()*float64(limits[1]-limits[0]))
}

// daemon describes a part to the service manager. Until the cloud has started
// nothing takes time to start.
func (c *Cloud) daemon(p part, s *stream) systemd.Daemon {
	return systemd.Daemon{Stop: p.stop, Deaf: p.deaf, Memory: p.memory, User: p.user(), Startup: func() time.Duration {
		if !c.started.Load() {
			return 0
		}
		return s.between(p.slow)
	}}
}
