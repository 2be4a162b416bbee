package network

import (
	"fmt"

	"github.com/openstack-eris/eris/faults"
)

// Hang is service.hang_port: a service's port takes connections and never
// answers. The kernel makes the connection, and whatever is said on it is lost in
// both directions, on those that were there before too. Who asks hangs until
// its own time-out, and a health check that only connects calls the service
// well: unlike service.unplug, by which nobody is connected, and unlike
// service.freeze, by which the service's own work stands still. The service runs
// on, and its own calls to others are answered.
//
// What comes in is dropped by its PSH flag, which the last segment of what is sent
// carries: of a request longer than a segment the service may read the beginning,
// and never the end.
//
// The node reaches its own service through loopback, which hangs too.
type Hang struct {
	Ports []int `yaml:"ports" help:"further ports of the service, beside the one in the inventory"`
}

// Validate refuses a port that is none.
func (h *Hang) Validate() error { return checkPorts(h.Ports) }

// Scripts returns the steps for a service with a port.
func (h *Hang) Scripts(target faults.Target) (faults.Scripts, error) {
	c, err := h.cut(target)
	return c.scripts(target, err)
}

func (h *Hang) cut(target faults.Target) (cut, error) {
	c, err := (&Unplug{Direction: string(both), Answer: drop, Ports: h.Ports}).cut(target)
	if err != nil {
		return cut{}, err
	}
	ports, err := (&Unplug{Ports: h.Ports}).ports(target)
	if err != nil {
		return cut{}, err
	}
	own, err := faults.Addresses(target.Cloud, target.Node)
	if err != nil {
		return cut{}, err
	}
	at := faults.Sorted(append(own, faults.Loopback()...))
	hung := cut{name: "hang-" + target.Service.Name, what: c.what, attempts: c.attempts, observe: "hang_observe.sh"}
	// What carries data comes no further, and of what is answered only that a
	// connection is made.
	hung.rules(in, at, nil, ports, []string{"tcp PORT tcp flags & psh == psh counter drop"})
	hung.rules(out, at, nil, ports, []string{"tcp PORT tcp flags & syn == 0 counter drop"})
	if len(hung.attempts) == 0 {
		return cut{}, fmt.Errorf("nobody on %s can try the port", target.Node.Name)
	}
	return hung, nil
}
