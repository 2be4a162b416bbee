package volume

import (
	"errors"
	"fmt"
	"strings"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/outside/access"
	"github.com/openstack-eris/eris/inventory"
)

// What Nova is told of a volume.
const (
	detach         = "detach"
	detachWithData = "detach with data"
)

// Detach is cinder.volume_detach: a server on the host that is struck loses a volume,
// without being asked.
type Detach struct {
	Volume   string `yaml:"volume" help:"the volume, by its id, or by its name where no other has it"`
	WithData bool   `yaml:"with_data" help:"strike a volume too that was not given for this by its property eris.chaos=allowed, and whose server loses what it writes meanwhile (default false)"`
}

// Validate refuses what can be no volume.
func (d *Detach) Validate() error {
	switch {
	case d.Volume == "":
		return errors.New("volume is missing: which one, by its id or its name")
	case len(d.Volume) > 255 || strings.ContainsAny(d.Volume, "\n\r\x00"):
		return fmt.Errorf("volume %q is neither an id nor a name", d.Volume)
	}
	return nil
}

// Lasting tells that nothing but the undo attaches it again.
func (*Detach) Lasting() bool { return true }

// Role is what the user of clouds.yaml needs, by the default policies of Nova and Cinder,
// to see servers and volumes of all projects with their hosts, and to change them.
func (*Detach) Role() string { return "admin" }

// Scripts returns what is read on the node before and after. The fault itself is its
// keeper's.
func (d *Detach) Scripts(target faults.Target) (faults.Scripts, error) {
	if err := access.IsCompute(target.Service); err != nil {
		return faults.Scripts{}, fmt.Errorf("choose host: %s: %w", target.Ref(), err)
	}
	if target.Cloud == nil {
		return faults.Scripts{}, errors.New("choose host: nobody knows of which cloud it is")
	}
	if len(target.Others) > 0 {
		return faults.Scripts{}, fmt.Errorf("choose host: a volume is at a server of one host, and this fault is to strike %d", len(target.Others)+1)
	}
	action := detach
	if d.WithData {
		action = detachWithData
	}
	works, tools := target.Works()
	return faults.Scripts{
		Args:        []string{target.Node.Name, d.Volume},
		Fingerprint: "printf 'Node=%s\\n' \"$1\"\n", // the rest of it is the cloud's, and its keeper's to compare
		Healthy:     works, Tools: tools, Resources: []string{"nova:compute"},
		Outside: action, Keeper: family, Stays: true, Remedy: find(target.Cloud.OpenStack, d.Volume),
	}, nil
}

// SafetyNets are that of a real cloud, where what attaches it again runs on this machine,
// and that of a volume that is used.
func (d *Detach) SafetyNets(target faults.Target) (nets []string) {
	if target.Cloud == nil || target.Cloud.Kind == inventory.Real {
		nets = append(nets, faults.NoAutonomousHeal)
	}
	if d.WithData {
		nets = append(nets, faults.GuestData)
	}
	return nets
}
