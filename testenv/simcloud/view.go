package simcloud

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strconv"

	"github.com/openstack-eris/eris/testenv/simcloud/balancer"
	"github.com/openstack-eris/eris/testenv/simcloud/node"
)

const (
	virtualAddress = "127.1.0.10" // as the nodes see it; clients use loopback ports
	statsPort      = 8404         // of every balancer
)

var errEmpty = errors.New("empty reply from server")

// view is what one node sees of the cloud.
type view struct {
	cloud   *Cloud
	machine *machine
}

// host returns the machine that a host name or address leads to; virtual tells
// that it is the virtual address.
func (v *view) host(name string) (m *machine, virtual bool) {
	switch name {
	case "localhost", "127.0.0.1", "::1", "0.0.0.0":
		return v.machine, false
	case virtualAddress:
		return nil, true
	}
	for _, m := range v.cloud.machines {
		if m.address == name || m.Name() == name {
			return m, false
		}
	}
	return nil, false
}

// way is the path from this node to a host that is one of the cloud's.
func (v *view) way(host string, to *machine, port int) path {
	p := path{from: v.machine, to: to, port: port}
	if to == v.machine && host != to.address && host != to.Name() {
		p.address = "127.0.0.1"
	}
	return p
}

// meet tells what a connection meets, and which service it is.
func (v *view) meet(host string, port int) (balancer.Reach, string) {
	m, virtual := v.host(host)
	if m == nil && !virtual {
		return balancer.Dark, ""
	}
	for _, p := range parts() {
		if p.service == "haproxy" || p.port != port {
			continue
		}
		if !virtual {
			return v.way(host, m, port).meets(p.unit), p.service
		}
		return v.meetVirtual(port), p.service
	}
	if port == statsPort && !virtual {
		return v.way(host, m, port).meets(partOf("haproxy").unit), "haproxy"
	}
	if !virtual && !(m.On() && v.way(host, m, port).open()) {
		return balancer.Dark, "" // it is not even refused
	}
	return balancer.Refused, ""
}

func (v *view) meetVirtual(port int) balancer.Reach {
	v.cloud.mu.Lock()
	defer v.cloud.mu.Unlock()
	if !v.cloud.virtual(v.machine, port).open() {
		return balancer.Dark
	}
	switch v.cloud.mode {
	case balancer.Open:
		return balancer.Serving
	case balancer.Dumb:
		return balancer.Mute
	case balancer.Gone:
		return balancer.Dark
	case balancer.Closed:
	}
	return balancer.Refused
}

// Connect opens and closes a connection.
func (v *view) Connect(ctx context.Context, host string, port int) error {
	switch reach, _ := v.meet(host, port); reach {
	case balancer.Dark:
		<-ctx.Done()
		return ctx.Err()
	case balancer.Refused:
		return node.ErrRefused
	case balancer.Mute, balancer.Serving:
	}
	return nil
}

// Get makes a request of a process, or through the virtual address.
func (v *view) Get(ctx context.Context, host string, port int, path string) (int, []byte, error) {
	reach, name := v.meet(host, port)
	switch reach {
	case balancer.Refused:
		return 0, nil, node.ErrRefused
	case balancer.Dark, balancer.Mute:
		<-ctx.Done()
		return 0, nil, ctx.Err()
	case balancer.Serving:
	}
	if name == "haproxy" {
		return http.StatusOK, []byte("alive\n"), nil
	}
	service := v.cloud.services[name]
	if service == nil {
		return 0, nil, errEmpty // no HTTP there
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, strconv.Itoa(port))+path, http.NoBody)
	if err != nil {
		return 0, nil, err
	}
	r.RemoteAddr = v.machine.address
	status, body := 0, []byte(nil)
	if m, virtual := v.host(host); virtual {
		status, body = v.cloud.ask(v.machine, name, r)
	} else {
		for _, b := range service.backends {
			if b.machine == m {
				status, _, body = balancer.Ask(b, r)
			}
		}
	}
	switch {
	case ctx.Err() != nil:
		return 0, nil, ctx.Err()
	case status == 0:
		return 0, nil, errEmpty
	}
	return status, body, nil
}

// Status is what this node's database says of its cluster.
func (v *view) Status(ctx context.Context) (map[string]string, error) {
	switch v.machine.reach(partOf("mariadb").unit) {
	case balancer.Mute:
		<-ctx.Done()
		return nil, ctx.Err()
	case balancer.Refused, balancer.Dark:
		return nil, node.ErrRefused
	case balancer.Serving:
	}
	v.cloud.mu.Lock()
	defer v.cloud.mu.Unlock()
	primary := v.cloud.galera.Primary(v.machine.Name())
	values := map[string]string{
		"wsrep_ready": "OFF", "wsrep_connected": "ON", "wsrep_cluster_status": "non-Primary", "wsrep_local_state_comment": "Initialized",
		"wsrep_cluster_size": "1", "wsrep_local_state": "0",
	}
	if primary {
		values["wsrep_ready"], values["wsrep_cluster_status"], values["wsrep_local_state_comment"] = "ON", "Primary", "Synced"
		values["wsrep_cluster_size"], values["wsrep_local_state"] = strconv.Itoa(v.cloud.galera.Size()), "4"
	}
	return values, nil
}

// Load tells how busy the node is.
func (v *view) Load() node.Load {
	memory := uint64(0)
	for _, p := range parts() {
		if v.machine.Node == nil {
			break // it boots for the first time
		}
		if status, _ := v.machine.status(p.unit); status.Running {
			memory += p.memory >> 10
		}
	}
	return v.machine.load.report(memory)
}
