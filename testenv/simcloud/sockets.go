package simcloud

import (
	"net/netip"

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
	}{{partOf("mariadb").unit, 4567}, {partOf("rabbitmq").unit, 25672}} {
		if !v.serves(v.machine, each.unit) {
			continue
		}
		ports := ephemeral(each.port)
		for _, m := range v.cloud.machines {
			if port := ports(); m != v.machine && v.serves(m, each.unit) {
				sockets = append(sockets, established(v.machine.address, each.port, m.address, port))
			}
		}
	}
	return sockets
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
