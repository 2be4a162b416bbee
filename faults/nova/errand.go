package nova

import (
	"context"
	"fmt"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/outside"
	"github.com/openstack-eris/eris/faults/outside/access"
	"github.com/openstack-eris/eris/inventory"
)

// family is this package's name among those that have a keeper.
const family = "nova"

// Family is the orders of this package; it is an [outside.Family].
type Family struct{}

// Words implements outside.Family.
func (Family) Words() outside.Words {
	return outside.Words{
		Family: family, Undo: "tell Nova that the host is as before", Undone: "Nova says of its host what it said before",
		Doubt: "not every host is known to be to Nova what it was",
	}
}

// errand is what stands in a fault's folder.
type errand struct {
	outside.Task
	access.Reference
}

// Read implements outside.Family.
func (Family) Read() outside.Errand { return &errand{} }

// Errand implements outside.Family.
func (Family) Errand(order faults.Order) (outside.Errand, error) {
	e := &errand{}
	e.Node, e.Action = order.Node.Name, order.Action
	_, err := e.Refer(order.OpenStack)
	return e, err
}

// Place implements outside.Errand.
func (e *errand) Place() (place, what string) {
	return e.At + " " + e.Node, "the nova-compute of " + e.Node
}

// Open implements outside.Errand.
func (e *errand) Open(f outside.Folder) (outside.Order, error) {
	return &order{Sent: access.Sent{Folder: f}, errand: e, cloud: e.Reach()}, nil
}

// Today implements outside.Errand.
func (e *errand) Today(cloud *inventory.Cloud) bool {
	now := e.Reference.Today(cloud)
	if cloud.NodeByName(e.Node) == nil || !outside.IsAt(e, now.At+" "+e.Node) {
		return false
	}
	e.Reference = now
	return true
}

// Remedy implements outside.Errand.
func (e *errand) Remedy() string {
	return byHand(e.Credentials(), e.Node, e.Action)
}

// Check implements outside.Family: Nova answers, takes the credentials, and has the
// host as one that can be struck.
func (Family) Check(ctx context.Context, given faults.Order) (problems []string, known bool) {
	e := &errand{}
	cloud, err := e.Refer(given.OpenStack)
	if err != nil {
		return []string{err.Error()}, false
	}
	h, err := ask(ctx, cloud, given.Node.Name)
	if err != nil {
		return []string{err.Error()}, false
	}
	if wrong := h.unfit(); wrong != "" {
		problems = append(problems, wrong)
	}
	if given.Action == forceDown {
		switch n, err := serversOn(ctx, cloud, h.Host); {
		case err != nil:
			problems = append(problems, err.Error())
		case n > 0:
			problems = append(problems, fmt.Sprintf("%s has %d servers, which anybody may evacuate while Nova takes it for down, though they run there: with_servers: true strikes it all the same", h.Host, n))
		}
	}
	return problems, true
}

// unfit says why a host cannot be struck, empty where it can.
func (h *host) unfit() string {
	id, _, eris := marked(h.Reason)
	switch {
	case !h.Enabled && eris:
		return fmt.Sprintf("a nova fault of another run is still here (%s): Nova has it as the reason why %s is disabled; eris heal undoes it", id, h.Host)
	case !h.Enabled:
		return fmt.Sprintf("%s is disabled in Nova already: %q", h.Host, h.Reason)
	case h.ForcedDown:
		return h.Host + " is forced down in Nova already"
	case !h.Up:
		return h.Host + " is down for Nova already"
	}
	return ""
}
