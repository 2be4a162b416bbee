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

// meet tells what a connection meets, which service it is, and the way there.
func (v *view) meet(ctx context.Context, host string, port int) (balancer.Reach, string, path) {
	if host == resolverAddress {
		return v.meetResolver(port)
	}
	m, virtual := v.host(host)
	if m == nil && !virtual {
		return balancer.Dark, "", path{}
	}
	if virtual {
		reach, way := v.meetVirtual(ctx, port)
		return reach, served(port), way
	}
	way := v.way(host, m, port)
	way.user = node.UserOf(ctx)
	switch name := served(port); {
	case name != "":
		return way.meets(partOf(name).unit), name, way
	case port == statsPort:
		return way.meets(partOf("haproxy").unit), "haproxy", way
	case !m.On():
		return way.finds(balancer.Dark), "", way
	}
	return way.finds(balancer.Refused), "", way
}

// served is the service that has a port, behind the balancer or not.
func served(port int) string {
	for _, p := range parts() {
		if p.service != "haproxy" && p.port == port && port != 0 {
			return p.service
		}
	}
	return ""
}

func (v *view) meetVirtual(ctx context.Context, port int) (balancer.Reach, path) {
	v.cloud.mu.Lock()
	defer v.cloud.mu.Unlock()
	way := v.cloud.virtual(v.machine, port)
	way.user = node.UserOf(ctx)
	reach := balancer.Refused
	switch v.cloud.mode {
	case balancer.Open:
		if served(port) != "" {
			reach = balancer.Serving
		}
	case balancer.Dumb:
		reach = balancer.Mute
	case balancer.Gone:
		reach = balancer.Dark
	case balancer.Closed:
	}
	return way.finds(reach), way
}

// Connect opens and closes a connection.
func (v *view) Connect(ctx context.Context, host string, port int) error {
	reach, _, way := v.meet(ctx, host, port)
	if err := knock(ctx, reach, way); err != nil {
		return err
	}
	if reach == balancer.Refused {
		return node.ErrRefused
	}
	return nil
}

// knock waits for what a SYN is answered, for as long as ctx lasts where it is
// nothing.
func knock(ctx context.Context, reach balancer.Reach, way path) error {
	if reach == balancer.Dark {
		<-ctx.Done()
		return ctx.Err()
	}
	return wait(ctx, way.takes(handshake))
}

// Get makes a request of a process, or through the virtual address.
func (v *view) Get(ctx context.Context, host string, port int, path string) (int, []byte, error) {
	reach, name, way := v.meet(ctx, host, port)
	if err := knock(ctx, reach, way); err != nil {
		return 0, nil, err
	}
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
		status, body = v.cloud.ask(v.machine, way.user, name, r)
	} else {
		led := way.redirected()
		if led.Status != 0 {
			return led.Status, nil, nil
		}
		if led.Reset || wait(ctx, led.Late) != nil {
			return 0, nil, errors.Join(errEmpty, ctx.Err())
		}
		for _, b := range service.backends {
			if b.machine == m && wait(ctx, way.takes(message)) == nil {
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
