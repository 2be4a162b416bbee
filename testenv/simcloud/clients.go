package simcloud

import (
	"slices"
	"sync"

	"github.com/openstack-eris/eris/testenv/simcloud/balancer"
	"github.com/openstack-eris/eris/testenv/simcloud/node"
)

// client is a connection that a service keeps to a broker.
type client struct {
	unit   string
	from   *machine
	broker *machine // nil: it finds none
	port   int      // its own; another each time that it connects
}

// clients are the connections of the services that talk by messages. One stays
// with its broker for as long as that serves it, and then takes the next: a
// broker that comes back gets none of them back.
type clients struct {
	mu   sync.Mutex
	all  []*client
	port int
}

// talkers are the services that talk by messages.
func talkers() []string { return []string{"nova-api", "neutron-api", "cinder-api"} }

// settle connects who has no broker, and returns all connections. The caller
// holds the lock.
func (c *Cloud) settle() []*client {
	all := &c.clients
	if all.all == nil {
		all.port = 42000
		for _, service := range talkers() {
			for _, m := range c.machines {
				all.all = append(all.all, &client{unit: partOf(service).unit, from: m, broker: m, port: all.number()})
			}
		}
	}
	rabbit := partOf("rabbitmq")
	for _, one := range all.all {
		if one.broker != nil && one.from.reach(one.unit) == balancer.Serving && (path{from: one.from, to: one.broker, port: rabbit.port, kept: true}).of(one.unit).meets(rabbit.unit) == balancer.Serving {
			continue
		}
		c.next(one)
	}
	return all.all
}

func (c *clients) number() int {
	c.port++
	return c.port
}

// next connects a client to the broker after the one that it had.
func (c *Cloud) next(one *client) {
	rabbit, had := partOf("rabbitmq"), slices.Index(c.machines, one.broker)
	if had < 0 {
		had = slices.Index(c.machines, one.from) - 1
	}
	one.broker = nil
	if one.from.reach(one.unit) != balancer.Serving {
		return
	}
	for i := range c.machines {
		m := c.machines[(had+1+i)%len(c.machines)]
		if (path{from: one.from, to: m, port: rabbit.port}).of(one.unit).meets(rabbit.unit) == balancer.Serving {
			one.broker, one.port = m, c.clients.number()
			return
		}
	}
}

// hangUp closes the connections of a broker, and tells how many those were. Their
// clients try the same one first.
func (c *Cloud) hangUp(broker *machine) int {
	c.clients.mu.Lock()
	defer c.clients.mu.Unlock()
	closed := 0
	for _, one := range c.settle() {
		if one.broker == broker {
			closed++
			one.port = c.clients.number()
		}
	}
	return closed
}

// disconnect resets one connection to a broker, at either of its ends. Its client
// tries the same one first.
func (c *Cloud) disconnect(at *machine, s node.Socket) bool {
	c.clients.mu.Lock()
	defer c.clients.mu.Unlock()
	port := partOf("rabbitmq").port
	for _, one := range c.settle() {
		if one.broker == nil {
			continue
		}
		near, far := established(one.broker.address, port, one.from.address, one.port), established(one.from.address, one.port, one.broker.address, port)
		far.User = one.from.user(one.unit)
		if at == one.broker && s == near || at == one.from && s == far {
			one.port = c.clients.number()
			return true
		}
	}
	return false
}

// connected is how many connections the brokers have, all together.
func (c *Cloud) connected() int {
	c.clients.mu.Lock()
	defer c.clients.mu.Unlock()
	return len(slices.DeleteFunc(slices.Clone(c.settle()), func(one *client) bool { return one.broker == nil }))
}

// messages are the connections to the brokers that this node has an end of.
func (v *view) messages() []node.Socket {
	sockets := []node.Socket{}
	v.cloud.clients.mu.Lock()
	defer v.cloud.clients.mu.Unlock()
	port := partOf("rabbitmq").port
	for _, one := range v.cloud.settle() {
		if one.broker == nil {
			continue
		}
		if one.broker == v.machine {
			sockets = append(sockets, established(v.machine.address, port, one.from.address, one.port))
		}
		if one.from == v.machine {
			own := established(v.machine.address, one.port, one.broker.address, port)
			own.User = v.machine.user(one.unit)
			sockets = append(sockets, own)
		}
	}
	return sockets
}
