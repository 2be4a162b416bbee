package neutron

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/openstack-eris/eris/faults"
)

// Router is the router that a fault is about, as every kind here has it.
type Router struct {
	Router string `yaml:"router" help:"id of the router, as openstack router list shows it (default: the only one that the node has)"`
}

// onlyOne stands in a script's arguments for the only router that the node has.
const onlyOne = "-"

var id = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// Validate refuses what is no id: a namespace has the router's id in its name, and
// knows nothing of what people call it.
func (r *Router) Validate() error {
	if r.Router != "" && !id.MatchString(r.Router) {
		return fmt.Errorf("router: %q is not the id of a router, e.g. 3f7c2b52-6d0e-4a58-9d5c-0b1f6c2a7e11", r.Router)
	}
	return nil
}

// of returns the arguments of a fault's steps. The target has to be an L3 agent,
// since that is what the redundancy counts where the router is lost.
func (r *Router) of(target faults.Target) (args []string, err error) {
	if err := r.Validate(); err != nil {
		return nil, err
	}
	if target.Service == nil {
		return nil, fmt.Errorf("choose router: %s is a whole node, and this fault strikes a service: the L3 agent's", target.Ref())
	}
	if name := target.Service.Runtime.Name; !strings.Contains(strings.ReplaceAll(name, "_", "-"), "l3-agent") {
		return nil, fmt.Errorf("choose router: %s runs as %q, which is no L3 agent: this fault strikes a router of one", target.Service.Name, name)
	}
	if len(target.Others) > 0 {
		return nil, fmt.Errorf("choose router: %s and %s: a router may be on no other node than these, which nobody but its agents knows, so that a fault strikes one node", target.Ref(), target.Others[0].Ref())
	}
	router := r.Router
	if router == "" {
		router = onlyOne
	}
	return []string{target.ID, router}, nil
}
