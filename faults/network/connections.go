package network

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/script"
	"github.com/openstack-eris/eris/inventory"
)

// Connections is network.connections: the connections that a service's port has,
// or those between a node and others, are ended at once and by force. Who was
// at the other end is reset; whoever connects again is let in. What was on its
// way is lost, and a client that does not look at its connection before it
// uses it fails once.
//
// The kernel ends each of them by itself (ss -K, INET_DIAG_DESTROY), the idle
// ones too. A rule that answers with a reset strikes only who says something
// while it stands, and leaves the other end open for hours.
//
// What ss -K does: https://man7.org/linux/man-pages/man8/ss.8.html
type Connections struct {
	From  inventory.Selector `yaml:"from"`
	Ports []int              `yaml:"ports" help:"for a service: further ports of it; for a node: only connections of which one end has such a port"`
	Watch time.Duration      `yaml:"watch" help:"for how long it is looked at whether they come back (default 10s, at most 60s)"`
}

// NewConnections returns the defaults: of everybody, looked at for ten seconds.
func NewConnections() *Connections { return &Connections{Watch: 10 * time.Second} }

// Momentary tells that the effect passes by itself.
func (*Connections) Momentary() bool { return true }

// nothing is what the inject says where there is no connection.
const nothing = "there is nothing to end"

// Idle tells that an error of it says that there was no connection to end.
func (*Connections) Idle(err error) bool { return strings.Contains(err.Error(), nothing) }

// Validate refuses a port that is none, and what nobody looks at for so long.
func (c *Connections) Validate() error {
	return errors.Join(checkPorts(c.Ports), faults.CheckWatch(c.Watch))
}

// Sizes are how many connections are gone.
func (c *Connections) Sizes() []faults.Size {
	return []faults.Size{
		{Name: "ended", Unit: "connections", Seen: `^(\d+) of \d+ connections .* are gone`},
	}
}

// Scripts returns the steps for a service with a port, or a whole node.
func (c *Connections) Scripts(target faults.Target) (faults.Scripts, error) {
	chosen, err := c.choose(target)
	if err != nil {
		return faults.Scripts{}, fmt.Errorf("choose connections: %w", err)
	}
	works, tools := target.Works()
	near, more := nearby(target)
	common := text("connections.sh")
	return faults.Scripts{
		Args: []string{
			target.ID, chosen.filter(), words(chosen.at), words(chosen.peers),
			strconv.Itoa(int(c.Watch.Seconds())), chosen.what,
		},
		Tools:       append([]string{"ss", "systemctl", "systemd-run", "grep", "sort", "uniq", "wc", "sleep", "date", "uname"}, slices.Concat(tools, more)...),
		Preflight:   near + text("controller.sh") + common + text("connections_preflight.sh"),
		Fingerprint: text("connections_fingerprint.sh"),
		Prepare:     script.Program(script.Ended() + common + text("connections_program.sh")),
		Inject:      common + text("connections_inject.sh"),
		Observe:     common + text("connections_observe.sh"),
		Undo:        script.Gone() + common + text("connections_undo.sh"),
		Healthy:     works,
		Resources:   []string{"network:connections"},
	}, nil
}

// chosen are the connections that are ended.
type chosen struct {
	at      []netip.Addr // of this node; none: any
	peers   []netip.Addr // none: everybody
	ports   []int        // none: any
	service bool         // the ports are this node's, and not those of either end
	what    string       // for people
}

func (c *Connections) choose(target faults.Target) (chosen, error) {
	if err := c.Validate(); err != nil {
		return chosen{}, err
	}
	if target.Cloud == nil {
		return chosen{}, errors.New("nobody knows the cloud that it belongs to")
	}
	if target.Service == nil {
		return c.ofNode(target)
	}
	return c.ofService(target)
}

func (c *Connections) ofNode(target faults.Target) (chosen, error) {
	peers, err := otherSide(target, c.From)
	if err != nil {
		return chosen{}, err
	}
	others, _, err := beyond(target, peers, nil)
	if err != nil {
		return chosen{}, err
	}
	all := chosen{peers: others, ports: c.Ports, what: "between " + target.Node.Name + " and " + names(peers)}
	if len(c.Ports) > 0 {
		all.what += ", of port " + plain(c.Ports)
	}
	return all, nil
}

func (c *Connections) ofService(target faults.Target) (chosen, error) {
	ports, err := (&Unplug{Ports: c.Ports}).ports(target)
	if err != nil {
		return chosen{}, err
	}
	own, err := faults.Addresses(target.Cloud, target.Node)
	if err != nil {
		return chosen{}, err
	}
	all := chosen{at: faults.Sorted(append(own, faults.Loopback()...)), ports: ports, service: true, what: "of port " + plain(ports)}
	if c.From.Empty() {
		return all, nil
	}
	refs, err := target.Cloud.Select(c.From)
	if err != nil {
		return chosen{}, fmt.Errorf("from: %w", err)
	}
	var nodes []*inventory.Node
	for _, ref := range refs {
		node := target.Cloud.NodeByName(ref.Node)
		theirs, err := faults.Addresses(target.Cloud, node)
		if err != nil {
			return chosen{}, fmt.Errorf("from: %w", err)
		}
		all.peers, nodes = append(all.peers, theirs...), append(nodes, node)
		if node.Name == target.Node.Name {
			all.peers = append(all.peers, faults.Loopback()...)
		}
	}
	all.peers, all.what = faults.Sorted(all.peers), all.what+", with "+names(nodes)
	return all, nil
}

// filter is ss' own, of the ports.
func (c chosen) filter() string {
	var any []string
	for _, port := range c.ports {
		any = append(any, fmt.Sprintf("sport = :%d", port))
		if !c.service {
			any = append(any, fmt.Sprintf("dport = :%d", port))
		}
	}
	if len(any) == 0 {
		return ""
	}
	return "( " + strings.Join(any, " or ") + " )"
}
