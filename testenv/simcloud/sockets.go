package simcloud

import (
	"net/netip"
	"sync"

	"github.com/openstack-eris/eris/testenv/simcloud/balancer"
	"github.com/openstack-eris/eris/testenv/simcloud/node"
)

// Sockets lists what `ss` shows on this node: its listeners, the balancer's
// connections to its services, those of the clients and of the balancer itself
// where it holds the virtual address, and the mesh of the clusters.
func (v *view) Sockets() []node.Socket {
	sockets := []node.Socket{}
	for _, p := range parts() {
		if p.port != 0 && p.service != "haproxy" && v.serves(v.machine, p.unit) {
			sockets = append(sockets, node.Socket{State: "LISTEN", Local: v.machine.address, LocalPort: p.port})
		}
	}
	holder := v.cloud.machine(v.cloud.Holder())
	for _, p := range parts() {
		service := v.cloud.services[p.service]
		if service == nil || holder == nil {
			continue
		}
		ports := ephemeral(p.port)
		for name, sessions := range service.balancer.Sessions() {
			m := v.cloud.machine(name)
			for range sessions {
				port := ports()
				switch {
				case m == v.machine:
					sockets = append(sockets, established(m.address, p.port, holder.address, port))
				case holder == v.machine:
					sockets = append(sockets, established(holder.address, port, m.address, p.port))
				}
			}
		}
		if holder != v.machine {
			continue
		}
		for _, client := range service.front.Clients() {
			if peer, err := netip.ParseAddrPort(client); err == nil {
				sockets = append(sockets, established(virtualAddress, p.port, peer.Addr().String(), int(peer.Port())))
			}
		}
	}
	return append(append(sockets, v.messages()...), v.mesh()...)
}

func (v *view) serves(m *machine, unit string) bool {
	reach := m.reach(unit)
	return reach == balancer.Serving || reach == balancer.Mute
}

// mesh is what Galera and RabbitMQ keep open between their nodes.
func (v *view) mesh() []node.Socket {
	sockets := []node.Socket{}
	for _, each := range []struct {
		unit string
		port int
	}{{partOf("mariadb").unit, galeraPort}, {partOf("rabbitmq").unit, rabbitPort}} {
		if !v.serves(v.machine, each.unit) {
			continue
		}
		ports := ephemeral(each.port)
		for _, m := range v.cloud.machines {
			if port := ports(); m != v.machine && v.serves(m, each.unit) {
				sockets = append(sockets, v.cloud.meshed.now(established(v.machine.address, each.port, m.address, port)))
			}
		}
	}
	return sockets
}

// anew is how often connections of the mesh were ended: each was made again at
// once, from the next port of the other end.
type anew struct {
	mu    sync.Mutex
	times map[node.Socket]int // by what each was at first
}

const portsApart = 100 // by which a new connection differs from the one before

func (a *anew) now(first node.Socket) node.Socket {
	a.mu.Lock()
	defer a.mu.Unlock()
	first.PeerPort += a.times[first] * portsApart
	return first
}

// end has a connection be made again, if it is one of those.
func (a *anew) end(first, s node.Socket) bool {
	if a.now(first) != s {
		return false
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.times == nil {
		a.times = map[node.Socket]int{}
	}
	a.times[first]++
	return true
}

// End ends a connection by force: those to the brokers, whose clients try the
// same one first, and those of the clusters' mesh. What a balancer has open for
// a request is not ended.
func (v *view) End(s node.Socket) bool {
	if v.cloud.disconnect(v.machine, s) {
		return true
	}
	for _, port := range []int{galeraPort, rabbitPort} {
		ports := ephemeral(port)
		for _, m := range v.cloud.machines {
			if v.cloud.meshed.end(established(v.machine.address, port, m.address, ports()), s) {
				return true
			}
		}
	}
	return false
}

func established(local string, localPort int, peer string, peerPort int) node.Socket {
	return node.Socket{State: "ESTAB", Local: local, LocalPort: localPort, Peer: peer, PeerPort: peerPort}
}

// ephemeral numbers the far ends of connections to a port.
func ephemeral(port int) func() int {
	next := 32768 + port%1000*20
	return func() int {
		next++
		return next
	}
}
