package network

import (
	"fmt"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/script"
)

// Down is network.down: an interface of the target is taken down. With it go
// its IPv6 addresses and all of its routes, which the kernel does not bring
// back: they are noted before, and put back with it.
//
// The interface by which Eris reaches the node is refused. So is one on which
// others stand (a VLAN, a macvlan), whose addresses would go with it, one with
// routes by next hops, and one with permanent neighbours: these are lost with
// it, and nothing here puts them back.
type Down struct {
	Link `yaml:",inline"`
}

// Validate refuses what names no interface.
func (d *Down) Validate() error { return d.check() }

// Scripts returns the steps for a whole node.
func (d *Down) Scripts(target faults.Target) (faults.Scripts, error) {
	name, carries, err := d.of(target)
	if err != nil {
		return faults.Scripts{}, fmt.Errorf("choose interface: %w", err)
	}
	works, tools := target.Works()
	common := script.Way() + text("link.sh", "down.sh")
	return faults.Scripts{
		Args:        []string{target.ID, name, carries},
		Tools:       append([]string{"ip", "grep", "sed", "sort", "cut", "wc"}, tools...),
		Preflight:   common + text("down_preflight.sh"),
		Fingerprint: common + text("down_fingerprint.sh"),
		Prepare:     common + text("down_prepare.sh"),
		Inject:      text("down_inject.sh"),
		Observe:     common + text("down_observe.sh"),
		Undo:        common + text("down_undo.sh"),
		Healthy:     works,
		Volatile:    true,
		Resources:   []string{"network:link"},
	}, nil
}
