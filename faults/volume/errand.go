package volume

import (
	"context"
	"fmt"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/outside"
	"github.com/openstack-eris/eris/faults/outside/access"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote/compute"
)

// family is this package's name among those that have a keeper.
const family = "volume"

// Family is the orders of this package; it is an [outside.Family].
type Family struct{}

// Words implements outside.Family.
func (Family) Words() outside.Words {
	return outside.Words{
		Family: family, Undo: "attach the volume again", Undone: "its volume is attached as before",
		Doubt: "not every volume is known to be where it was",
	}
}

// errand is what stands in a fault's folder.
type errand struct {
	outside.Task
	access.Reference
	Asked string `json:"volume"` // id or name, as it was asked for
}

// Read implements outside.Family.
func (Family) Read() outside.Errand { return &errand{} }

// errandOf reads an order, and opens its cloud.
func errandOf(order faults.Order) (*errand, *compute.Cloud, error) {
	e := &errand{}
	if len(order.Args) != 2 {
		return nil, nil, fmt.Errorf("read order: %d arguments, and not a node and a volume", len(order.Args))
	}
	e.Node, e.Action, e.Asked = order.Node.Name, order.Action, order.Args[1]
	cloud, err := e.Refer(order.OpenStack)
	return e, cloud, err
}

// Errand implements outside.Family.
func (Family) Errand(order faults.Order) (outside.Errand, error) {
	e, _, err := errandOf(order)
	return e, err
}

// Place implements outside.Errand.
func (e *errand) Place() (place, what string) {
	return e.At + " volume " + e.Asked, "the volume " + e.Asked
}

// Open implements outside.Errand.
func (e *errand) Open(f outside.Folder) (outside.Order, error) {
	return &order{Sent: access.Sent{Folder: f}, errand: e, cloud: e.Reach()}, nil
}

// Today implements outside.Errand.
func (e *errand) Today(cloud *inventory.Cloud) bool {
	now := e.Reference.Today(cloud)
	if cloud.NodeByName(e.Node) == nil || !outside.IsAt(e, now.At+" volume "+e.Asked) {
		return false
	}
	e.Reference = now
	return true
}

// Remedy implements outside.Errand.
func (e *errand) Remedy() string { return find(e.Credentials(), e.Asked) }

// Check implements outside.Family: the cloud answers, takes the credentials, and has the
// volume as one that can be taken.
func (Family) Check(ctx context.Context, given faults.Order) (problems []string, known bool) {
	e, cloud, err := errandOf(given)
	if err != nil {
		return []string{err.Error()}, false
	}
	s, err := ask(ctx, cloud, e.Asked, "")
	if err != nil {
		return []string{err.Error()}, false
	}
	problems = s.wrongs(e.Node, e.Action)
	if len(problems) == 0 {
		if length := len(s.mark(given.ID, e.Node).String()); length > markMost {
			problems = append(problems, fmt.Sprintf("what the volume has to bear of the fault takes %d bytes, and a property has %d: give the fault a shorter name", length, markMost))
		}
	}
	return problems, true
}

// mark is that of a fault of what is seen.
func (s *sight) mark(id, node string) *mark {
	return &mark{id, node, s.server.ID, *s.at}
}

// ask is one look with a login of its own.
func ask(ctx context.Context, cloud *compute.Cloud, volume, server string) (s *sight, err error) {
	ctx, cancel := context.WithTimeout(ctx, access.Within)
	defer cancel()
	err = cloud.Volumes(ctx, func(storage *compute.Storage) error {
		s, err = look(ctx, storage, volume, server)
		return err
	})
	return s, err
}
