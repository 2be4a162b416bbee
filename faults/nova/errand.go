package nova

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/outside"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote/compute"
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

// errand is what stands in a fault's folder. Credentials are referred to.
type errand struct {
	outside.Task
	Clouds string `json:"clouds_file"` // path of a clouds.yaml
	Entry  string `json:"entry"`       // in it
	At     string `json:"at"`          // URL of its Keystone
}

// Read implements outside.Family.
func (Family) Read() outside.Errand { return &errand{} }

// Errand implements outside.Family.
func (Family) Errand(order faults.Order) (outside.Errand, error) {
	e := &errand{}
	e.Node, e.Action = order.Node.Name, order.Action
	_, err := e.refer(order.OpenStack)
	return e, err
}

// refer has an errand refer to the credentials for a cloud, and opens it with them.
func (e *errand) refer(at inventory.OpenStack) (*compute.Cloud, error) {
	file, entry, err := located(at)
	if err != nil {
		return nil, err
	}
	cloud, err := compute.Open(file, entry, answerWithin, nil)
	if err != nil {
		return nil, err
	}
	e.Clouds, e.Entry, e.At = file, entry, cloud.At()
	return cloud, nil
}

// errNone says that the inventory has no credentials.
var errNone = errors.New("the inventory names no entry of a clouds.yaml (openstack: {file: …, cloud: …})")

// located is where the credentials for a cloud are: what the inventory says, and nothing
// else. OS_CLOUD and a clouds.yaml of the folder may be of another cloud, in which a host
// may have the same name.
func located(at inventory.OpenStack) (file, entry string, err error) {
	switch {
	case at.File == "" && at.Cloud == "":
		return "", "", errNone
	case at.File == "" || at.Cloud == "":
		return "", "", fmt.Errorf("%w: it has {file: %q, cloud: %q}, and both are needed, since what the environment says may be of another cloud", errNone, at.File, at.Cloud)
	}
	file, err = filepath.Abs(at.File) // a worker is elsewhere
	return file, at.Cloud, err
}

// Place implements outside.Errand.
func (e *errand) Place() (place, what string) {
	return e.At + " " + e.Node, "the nova-compute of " + e.Node
}

// Open implements outside.Errand.
func (e *errand) Open(f outside.Folder) (outside.Order, error) {
	return &order{Folder: f, errand: e, cloud: compute.Of(e.Clouds, e.Entry, e.At, answerWithin, nil)}, nil
}

// Today implements outside.Errand.
func (e *errand) Today(cloud *inventory.Cloud) bool {
	now := errand{}
	if _, err := now.refer(cloud.OpenStack); err != nil {
		now = *e // what it was armed with may still do
	}
	if cloud.NodeByName(e.Node) == nil || !outside.IsAt(e, now.At+" "+e.Node) {
		return false
	}
	e.Clouds, e.Entry, e.At = now.Clouds, now.Entry, now.At
	return true
}

// Remedy implements outside.Errand.
func (e *errand) Remedy() string {
	return byHand(e.credentials(), e.Node, e.Action)
}

func (e *errand) credentials() inventory.OpenStack {
	return inventory.OpenStack{File: e.Clouds, Cloud: e.Entry}
}

// Check implements outside.Family: Nova answers, takes the credentials, and has the
// host as one that can be struck.
func (Family) Check(ctx context.Context, given faults.Order) (problems []string, known bool) {
	e := &errand{}
	cloud, err := e.refer(given.OpenStack)
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
