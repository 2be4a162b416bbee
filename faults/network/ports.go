package network

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/script"
)

// Ports is network.ports: the ports that the node's kernel gives to who connects
// without one of his own (net.ipv4.ip_local_port_range, less those reserved) are
// taken, so that connect() fails with EADDRNOTAVAIL, for UDP with EAGAIN. Who is
// connected stays so, and who connects to the node is let in.
//
// A program binds them, each with a socket that does not listen: the kernel gives a
// port to which somebody is bound to nobody. What that cannot do is to reach a
// service in a network namespace of its own, which has a range of its own.
//
// How the kernel chooses: https://www.kernel.org/doc/html/latest/networking/ip-sysctl.html
// (ip_local_port_range, ip_local_reserved_ports), https://man7.org/linux/man-pages/man2/connect.2.html
// (EADDRNOTAVAIL, EAGAIN).
type Ports struct {
	Protocol string `yaml:"protocol" help:"whose ports: tcp, udp or both (default tcp); without those of UDP no name is resolved"`
	Leave    int    `yaml:"leave" help:"how many ports of each protocol stay free, 0 to 10000 (default 0)"`
}

const mostLeft = 10000

// NewPorts returns the defaults: all ports of TCP.
func NewPorts() *Ports { return &Ports{Protocol: "tcp"} }

// Validate refuses what is no protocol, and to leave so many that it is no fault.
func (p *Ports) Validate() error {
	var wrong []error
	if !slices.Contains([]string{"tcp", "udp", "both"}, p.Protocol) {
		wrong = append(wrong, fmt.Errorf("protocol: %q is none of tcp, udp and both", p.Protocol))
	}
	if p.Leave < 0 || p.Leave > mostLeft {
		wrong = append(wrong, fmt.Errorf("leave: %d is not between 0 and %d", p.Leave, mostLeft))
	}
	return errors.Join(wrong...)
}

// Sizes are how many ports of each protocol are free.
func (p *Ports) Sizes() []faults.Size {
	var sizes []faults.Size
	for _, protocol := range []string{"tcp", "udp"} {
		if p.Protocol == protocol || p.Protocol == "both" {
			sizes = append(sizes, faults.Size{Name: protocol + "_free", Unit: "ports", Asked: new(float64(p.Leave)), Seen: `(\d+) of \d+ ` + strings.ToUpper(protocol) + ` ports are free`})
		}
	}
	return sizes
}

// Scripts returns the steps for a whole node.
func (p *Ports) Scripts(target faults.Target) (faults.Scripts, error) {
	if err := errors.Join(p.Validate(), target.WholeNode(), behind(target)); err != nil {
		return faults.Scripts{}, fmt.Errorf("choose ports: %w", err)
	}
	works, tools := target.Works()
	common := text("ports.sh")
	return faults.Scripts{
		Args: []string{target.ID, strconv.Itoa(p.Leave), strings.ReplaceAll(p.Protocol, "both", "tcp udp"), target.Node.Name},
		Tools: append([]string{ // python3 is asked for by preflight itself, which says what for
			"ss", "systemctl", "systemd-run", "readlink", "grep", "sed", "tr", "cut", "sort", "tail", "sleep", "timeout", "date",
		}, tools...),
		Preflight:   script.Python() + text("controller.sh", "elsewhere.sh") + common + text("ports_preflight.sh"),
		Fingerprint: text("ports_fingerprint.sh"),
		Prepare:     laid("ports.py") + script.Program(script.Ended()+text("holder_program.sh")),
		Inject:      common + text("ports_inject.sh"),
		Observe:     common + text("ports_observe.sh"),
		Undo:        script.Gone() + text("ports_undo.sh"),
		Healthy:     works,
		Resources:   []string{"network:ports"},
	}, nil
}

// laid is what lays a program in Python in the fault's directory, under its first name.
func laid(names ...string) string {
	return "cat >" + names[0] + " <<'END_OF_PYTHON'\n" + text(names...) + "END_OF_PYTHON\n"
}
