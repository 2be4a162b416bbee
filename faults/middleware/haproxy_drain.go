package middleware

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/script"
	"github.com/openstack-eris/eris/inventory"
)

// Drain is haproxy.drain: the haproxy of a node gives a server of a backend no
// new requests, as it is told before maintenance. Those that are under way end
// in peace. Other nodes' haproxies go on using it, so that clients feel it where
// the virtual address is. The last server that takes requests is never drained.
//
// What the states mean, and the columns that are read ("set server", "show
// servers state", "show stat"): https://docs.haproxy.org/2.6/management.html#9.3
type Drain struct {
	Backend string `yaml:"backend" help:"backend or listen section of haproxy's configuration, e.g. keystone"`
	Server  string `yaml:"server" help:"its server that gets no new requests, by its name in the configuration, e.g. ctl-1"`
	State   string `yaml:"state" help:"drain, or maint, which ends the health checks too (default drain)"`
	Socket  string `yaml:"socket" help:"haproxy's stats socket of level admin (default /run/haproxy/admin.sock)"`
}

// NewDrain returns the defaults; whom to drain has none.
func NewDrain() *Drain { return &Drain{State: "drain", Socket: "/run/haproxy/admin.sock"} }

// Validate refuses what names no server and no socket.
func (d *Drain) Validate() error {
	var wrong []error
	for _, each := range []struct{ key, name string }{{"backend", d.Backend}, {"server", d.Server}} {
		// These are the letters that haproxy itself takes in names.
		if each.name == "" {
			wrong = append(wrong, fmt.Errorf("%s: is missing, and has no default", each.key))
		} else if strings.Trim(each.name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:") != "" {
			wrong = append(wrong, fmt.Errorf("%s: %q is not a name of haproxy: letters, digits and any of \"-_.:\"", each.key, each.name))
		}
	}
	if states := []string{"drain", "maint"}; !slices.Contains(states, d.State) {
		wrong = append(wrong, fmt.Errorf("state: %q is none of %q", d.State, states))
	}
	if err := faults.PlainPath(d.Socket); err != nil {
		wrong = append(wrong, fmt.Errorf("socket: %w", err))
	}
	return errors.Join(wrong...)
}

// Costs is the server that gets no new requests: where this haproxy is the one
// that clients reach, it is as good as down. haproxy's names have to be those of
// the inventory, or what the drain costs would not be known.
func (d *Drain) Costs(cloud *inventory.Cloud) ([]inventory.Ref, error) {
	service := cloud.ServiceByName(d.Backend)
	if service == nil || !slices.Contains(service.Nodes, d.Server) {
		return nil, fmt.Errorf("the inventory has no service %s on a node %s, so that what the drain costs is not known: haproxy's backend and server have to bear its names", d.Backend, d.Server)
	}
	return []inventory.Ref{{Node: d.Server, Service: d.Backend}}, nil
}

// Scripts returns the steps for haproxy as a systemd unit. One of its backends
// has one server drained at a time: two would each be let be the last.
func (d *Drain) Scripts(target faults.Target) (faults.Scripts, error) {
	if err := d.Validate(); err != nil {
		return faults.Scripts{}, fmt.Errorf("check haproxy.drain: %w", err)
	}
	unit, err := target.Unit()
	if err != nil {
		return faults.Scripts{}, err
	}
	common := text("haproxy.sh", "active.sh")
	return faults.Scripts{
		Args:        []string{unit, d.Socket, d.Backend, d.Server, d.State},
		Tools:       append([]string{"systemctl", "nc", "head", "cut", "tr", "wc"}, inventory.ProbeTools(target.Service)...),
		Preflight:   common + text("haproxy_drain_preflight.sh"),
		Fingerprint: common + text("haproxy_drain_fingerprint.sh"),
		Inject:      common + text("haproxy_drain_inject.sh"),
		Observe:     common + text("haproxy_drain_observe.sh"),
		Undo:        common + text("haproxy_drain_undo.sh"),
		Healthy:     script.Active() + inventory.ProbeScript(target.Node, target.Service),
		Resources:   []string{"haproxy:" + unit + ":" + d.Backend},
	}, nil
}
