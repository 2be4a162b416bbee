package faults

import (
	"fmt"
	"path"
	"strings"

	"github.com/openstack-eris/eris/inventory"
)

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

// Unit is the systemd unit that the target's service runs as. A whole node is
// an error, and so is a service of another runtime.
func (t Target) Unit() (string, error) {
	if t.Service == nil {
		return "", fmt.Errorf("choose unit: %s is a whole node, and this fault strikes a service", t.Ref())
	}
	runtime := t.Service.Runtime
	if runtime.Kind != inventory.Unit {
		return "", fmt.Errorf("choose unit: %s runs as %s %q, which this fault does not support yet: only systemd units",
			t.Service.Name, runtime.Kind, runtime.Name)
	}
	if !strings.HasSuffix(runtime.Name, ".service") || strings.Trim(runtime.Name, letters+":_.@-") != "" || strings.HasPrefix(runtime.Name, "-") {
		return "", fmt.Errorf("choose unit: %q is not the name of a .service unit", runtime.Name)
	}
	return runtime.Name, nil
}

// WholeNode refuses a target that is a service.
func (t Target) WholeNode() error {
	if t.Service != nil {
		return fmt.Errorf("choose node: %s is a service, and this fault strikes whole nodes: select by node, nodes, role, zone or rack", t.Ref())
	}
	return nil
}

// Besider is a fault that strikes machines beside the cloud too, the one where Eris
// runs among them. Every other fault is refused there: such a machine has no place in
// any redundancy, and nobody wants its own chaos engine struck by a role or a share.
type Besider interface {
	Beside() bool
}

// Strikes says why a fault cannot strike a target for what the target is, whatever
// the fault's own scripts say of it.
func Strikes(fault Fault, target Target) error {
	if !target.Node.Beside {
		return nil
	}
	if besider, ok := fault.(Besider); ok && besider.Beside() {
		return nil
	}
	return fmt.Errorf("choose machine: %s is a machine beside the cloud, which only script.run and network.switch strike", target.Node.Name)
}

// PlainPath refuses what is no absolute path of plain letters: it goes to
// scripts as it stands.
func PlainPath(name string) error {
	if !path.IsAbs(name) || path.Clean(name) != name || strings.Trim(name, letters+"/._@+-") != "" {
		return fmt.Errorf("%q is not an absolute path of letters, digits and ./_@+-", name)
	}
	return nil
}
