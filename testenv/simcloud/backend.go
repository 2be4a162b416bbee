package simcloud

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"time"

	"github.com/openstack-eris/eris/testenv/simcloud/api"
	"github.com/openstack-eris/eris/testenv/simcloud/balancer"
	"github.com/openstack-eris/eris/testenv/simcloud/systemd"
)

const (
	workers     = 8                      // requests that one process serves at a time; the rest queues
	spread      = 0.35                   // sigma of the log-normal latency
	cacheSocket = 500 * time.Millisecond // that a cache client waits for an answer
	cacheDead   = 30 * time.Second       // that a cache client leaves a dead server alone
	dbTimeout   = 10 * time.Second       // that a service waits for a database that does not answer
	rpcTimeout  = 60 * time.Second       // that a service waits for another's answer
)

var (
	errGone     = errors.New("the process has ended")
	errDatabase = errors.New("the database does not serve")
	errMessages = errors.New("the message queue has no quorum")
)

// backend is one API process on one node: what the balancer talks to, and what
// the API pays its work to.
type backend struct {
	cloud   *Cloud
	machine *machine
	part    part
	latency *stream
	slots   chan struct{}
	handler *api.Service
	dead    deadList
}

func newBackend(c *Cloud, m *machine, p part, latency *stream) *backend {
	b := &backend{cloud: c, machine: m, part: p, latency: latency, slots: make(chan struct{}, workers)}
	b.dead.until = map[string]time.Time{}
	b.handler = api.New(p.service, c.store, b)
	return b
}

// status is the state of the process that serves here; on tells whether the
// node has power.
func (m *machine) status(unit string) (status systemd.Status, on bool) {
	manager := m.Systemd()
	if manager == nil {
		return systemd.Status{}, false
	}
	return manager.Daemon(unit), true
}

func (m *machine) reach(unit string) balancer.Reach {
	status, on := m.status(unit)
	switch {
	case !on:
		return balancer.Dark
	case !status.Serving || m.broker.stopped(unit, status.PID):
		return balancer.Refused
	case status.Held:
		return balancer.Mute
	}
	return balancer.Serving
}

// user is as whom a unit's processes run.
func (m *machine) user(unit string) int {
	manager := m.Systemd()
	if manager == nil {
		return 0
	}
	return manager.User(unit)
}

func closedChannel() <-chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}

func (b *backend) Name() string { return b.machine.Name() }

// Reach is what the balancer meets, from the node where it is. Where all that it asks
// is reset or answered with an error, its checks find nobody.
func (b *backend) Reach() balancer.Reach {
	way := b.way()
	if way.from != nil {
		if led := way.from.Leads(way.first()); led.Reset || led.Status != 0 {
			return balancer.Refused
		}
	}
	return way.meets(b.part.unit)
}

// Lag is what packets cost that are lost between the balancer and here.
func (b *backend) Lag(connecting bool) time.Duration {
	if connecting {
		return b.way().takes(handshake)
	}
	return b.way().takes(message)
}

// way is the one from the balancer.
func (b *backend) way() path {
	return path{from: b.cloud.balancing.Load(), to: b.machine, port: b.part.port}.of(partOf("haproxy").unit)
}

// Wake is closed at the next look at the cloud: what a filter lets through can
// change on either end.
func (b *backend) Wake() <-chan struct{} {
	b.cloud.mu.Lock()
	defer b.cloud.mu.Unlock()
	return b.cloud.pulse
}

func (b *backend) Gone() <-chan struct{} {
	if status, _ := b.machine.status(b.part.unit); status.Running {
		return status.Gone
	}
	return closedChannel()
}

// fronted is a backend as the balancer has it: what is redirected on the balancer's own
// node strikes what it sends there.
type fronted struct{ *backend }

// ServeHTTP is the backend's, unless the request does not get there.
func (f fronted) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch led := f.way().redirected(); {
	case led.Reset:
	case led.Status != 0:
		w.WriteHeader(led.Status)
	case wait(r.Context(), led.Late) == nil:
		f.backend.ServeHTTP(w, r)
	}
}

type goneKey struct{}

// ServeHTTP waits for a free worker of the process and serves the request.
func (b *backend) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	gone := b.Gone()
	b.machine.load.enter()
	defer b.machine.load.leave()
	select {
	case b.slots <- struct{}{}:
		defer func() { <-b.slots }()
	case <-gone:
		return
	case <-r.Context().Done():
		return
	}
	b.handler.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), goneKey{}, gone)))
}

// pause waits, and no longer than the process lives and the request is wanted.
func (b *backend) pause(ctx context.Context, d time.Duration, until <-chan struct{}) error {
	gone, _ := ctx.Value(goneKey{}).(<-chan struct{})
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-until:
		return nil
	case <-gone:
		return errGone
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Work takes a log-normal time around the median, one in a hundred times four
// times as long, as garbage collection and the like make it. A process that is
// frozen meanwhile goes on when it is thawed. The computing in it takes longer
// where others compute on the node, or where the unit has a quota.
func (b *backend) Work(ctx context.Context, median time.Duration) error {
	z := b.latency.normal()
	d := time.Duration(float64(median) * math.Exp(spread*z))
	if z > 2.33 { // the 99th percentile of the normal distribution
		d *= 4
	}
	b.machine.load.spend(d)
	if manager := b.machine.Systemd(); manager != nil {
		computing := time.Duration(float64(d) * cpuShare)
		d += manager.Compute(b.part.unit, computing) - computing
	}
	if err := b.pause(ctx, d, nil); err != nil {
		return err
	}
	for wake := b.Wake(); b.machine.reach(b.part.unit) == balancer.Mute; wake = b.Wake() { // asked for first: no change is missed
		if err := b.pause(ctx, time.Hour, wake); err != nil {
			return err
		}
	}
	return b.pause(ctx, 0, nil)
}

// Database asks the node that the queries go to. A write waits while Galera
// agrees on who is left, and until it is on that node's disk.
func (b *backend) Database(ctx context.Context, write bool) error {
	deadline := time.Now().Add(dbTimeout)
	for time.Now().Before(deadline) {
		answer, pulse := b.cloud.database(b.machine, b.part.unit, write)
		switch answer {
		case yes:
			led := b.cloud.databaseWay(b.machine, b.part.unit).redirected()
			if led.Reset || led.Status != 0 {
				return errDatabase
			}
			lag := b.cloud.databaseLag(b.machine, write) + led.Late
			if write {
				lag += b.cloud.commit()
			}
			return b.pause(ctx, lag, nil)
		case no:
			return errDatabase
		case later:
			if err := b.pause(ctx, time.Until(deadline), pulse); err != nil {
				return err
			}
		}
	}
	return errDatabase
}

// Message needs a majority of the queue's nodes that hear one another, and one
// of them that the process reaches. While any of them has an alarm, all of them
// let who publishes wait.
func (b *backend) Message(ctx context.Context) error {
	rabbit := partOf("rabbitmq")
	for wake, until := b.Wake(), time.Now().Add(rpcTimeout); b.cloud.alarmed(); wake = b.Wake() {
		if time.Now().After(until) {
			return errMessages
		}
		if err := b.pause(ctx, time.Until(until), wake); err != nil {
			return err
		}
	}
	up := together(b.cloud.serving(rabbit.unit), "tcp", rabbitPort)
	if 2*len(up) <= len(b.cloud.machines) {
		return errMessages
	}
	for _, m := range up {
		if p := (path{from: b.machine, to: m, port: rabbit.port}).of(b.part.unit); p.open() {
			led := p.redirected()
			if led.Reset || led.Status != 0 || led.Nobody || led.Silent {
				return errMessages
			}
			return b.pause(ctx, p.takes(message)+led.Late, nil)
		}
	}
	return errMessages
}

// Asked sends a question to whichever process of a service takes it, and waits until
// one does: the message stays in its queue.
func (b *backend) Asked(ctx context.Context, service string) error {
	for until := time.Now().Add(rpcTimeout); ; {
		wake := b.Wake()
		if b.Message(ctx) == nil && b.cloud.works(service) {
			return nil
		}
		if time.Now().After(until) {
			return errMessages
		}
		if err := b.pause(ctx, time.Until(until), wake); err != nil {
			return err
		}
	}
}

// Identity asks Keystone through the virtual address.
func (b *backend) Identity(r *http.Request) int {
	status, _ := b.cloud.ask(b.machine, b.machine.user(b.part.unit), "keystone", r)
	return status
}

// Log writes into the file of the service on its node.
func (b *backend) Log(project, line string) {
	status, _ := b.machine.status(b.part.unit)
	b.machine.AppendLog("/var/log/"+project+"/"+b.part.service+".log", fmt.Sprintf("%d %s", status.PID, line))
}
