package power

import (
	"context"
	"fmt"
	"net"
	"path/filepath"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/outside"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote/power"
)

// Family is the orders of this package; it is an [outside.Family].
type Family struct{}

// Words implements outside.Family.
func (Family) Words() outside.Words {
	return outside.Words{
		Family: "power", Undo: "give the power back", Undone: "its node's power is on",
		First: true, Doubt: "not every node is known to have its power",
	}
}

// errand is what stands in a fault's folder.
type errand struct {
	outside.Task
	SSH    string          `json:"ssh"` // host:port, for whether the node can be reached
	Power  inventory.Power `json:"power"`
	OffFor time.Duration   `json:"off_for,omitempty"`
}

// Read implements outside.Family.
func (Family) Read() outside.Errand { return &errand{} }

// Errand implements outside.Family.
func (Family) Errand(order faults.Order) (outside.Errand, error) {
	if order.Node.Power == nil {
		return nil, power.ErrNone
	}
	node := order.Node
	e := &errand{SSH: node.Address.String(), Power: *absolute(node.Power), OffFor: order.OffFor}
	e.Node = node.Name
	return e, nil
}

// Place implements outside.Errand.
func (e *errand) Place() (place, what string) { return e.Power.Identity(), "power of " + e.Node }

// Open implements outside.Errand.
func (e *errand) Open(f outside.Folder) (outside.Order, error) {
	driver, err := power.Open(&e.Power, nil)
	if err != nil {
		return nil, err
	}
	return &order{Folder: f, errand: e, driver: driver}, nil
}

// Today implements outside.Errand.
func (e *errand) Today(cloud *inventory.Cloud) bool {
	node := cloud.NodeByName(e.Node)
	if node == nil || node.Power == nil || !outside.IsAt(e, node.Power.Identity()) {
		return false
	}
	e.Power = *absolute(node.Power)
	return true
}

// Remedy implements outside.Errand.
func (e *errand) Remedy() string { return faults.PowerRemedy(&e.Power) }

// absolute names the files of a node's power from wherever a worker is.
func absolute(given *inventory.Power) *inventory.Power {
	p := *given
	for _, file := range []*string{&p.PasswordFile, &p.CAFile, &p.CloudsFile} {
		if *file == "" {
			continue
		}
		if path, err := filepath.Abs(*file); err == nil { // else the folder that we are in is gone, and so is the file
			*file = path
		}
	}
	return &p
}

// Check implements outside.Family: the controller answers, takes the credentials,
// and says that the node is on.
func (Family) Check(ctx context.Context, order faults.Order) (problems []string, known bool) {
	driver, err := power.Open(order.Node.Power, nil)
	if err != nil {
		return []string{err.Error()}, false
	}
	ctx, cancel := context.WithTimeout(ctx, onWithin)
	defer cancel()
	state, err := driver.Status(ctx)
	switch {
	case err != nil:
		return []string{err.Error()}, false
	case state != power.On:
		return []string{"its management controller says that its power is " + string(state)}, false
	}
	address := order.Node.Address.String()
	if (order.Action == cycle || order.Action == reset) && (silent(ctx, address) || !speaks(ctx, address)) {
		problems = append(problems, fmt.Sprintf("its sshd gives no answer to this machine at %s within %s, and nobody would see it go and come back", address, quick))
	}
	if isHere(order.Node) {
		problems = append(problems, "this program runs on it, and nobody would give its power back")
	}
	return problems, true
}

// isHere tells a node by its address. That this program runs in a guest of the
// node it cannot know.
func isHere(node *inventory.Node) bool {
	own, err := net.InterfaceAddrs()
	if err != nil {
		return false
	}
	address := node.Address.Addr()
	return !address.IsLoopback() && slices.ContainsFunc(own, func(a net.Addr) bool {
		n, ok := a.(*net.IPNet)
		return ok && n.IP.Equal(net.IP(address.AsSlice()))
	})
}

// Strays implements outside.Family: nodes without power that nothing here explains.
// They stay so: who switched a node off may have had a reason.
func (Family) Strays(ctx context.Context, cloud *inventory.Cloud, nodes []string, kept map[string]bool) ([]outside.Left, error) {
	off := make([]bool, len(nodes))
	var group errgroup.Group
	group.SetLimit(askedAtOnce)
	for n, name := range nodes {
		if node := cloud.NodeByName(name); node != nil && node.Power != nil && !kept[name] {
			group.Go(func() error {
				off[n] = StateOf(ctx, node) == power.Off
				return nil
			})
		}
	}
	_ = group.Wait() // none of them fails
	var left []outside.Left
	for n, name := range nodes {
		if off[n] {
			left = append(left, outside.Left{
				Node: name, Remedy: faults.PowerRemedy(cloud.NodeByName(name).Power),
				What: "its power is off, and no fault on this machine is the cause; one that another machine keeps ends with its lease there, if that machine lives",
			})
		}
	}
	return left, nil
}

// askedAtOnce bounds how many management controllers are asked at the same time.
const askedAtOnce = 32

// StateOf asks a node's management controller once; Unknown where it has none, or gives
// no answer.
func StateOf(ctx context.Context, node *inventory.Node) power.State {
	d, err := power.Open(node.Power, nil)
	if err != nil {
		return power.Unknown // only a power fault needs it, and its preflight says so
	}
	ctx, cancel := context.WithTimeout(ctx, onWithin)
	defer cancel()
	state, err := d.Status(ctx)
	if err != nil {
		return power.Unknown
	}
	return state
}
