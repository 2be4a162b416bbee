package nova

import (
	"context"
	"errors"
	"fmt"

	"github.com/openstack-eris/eris/faults/outside"
	"github.com/openstack-eris/eris/faults/outside/access"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote/compute"
)

// stray is a host with the mark of a fault that this machine does not keep, or, without
// an id, one that is forced down though it is enabled.
type stray struct {
	compute.Service
	id, action, node string
}

// Unasked implements outside.Reticent.
func (Family) Unasked(cloud *inventory.Cloud) string {
	if access.HasCompute(cloud) && cloud.OpenStack == (inventory.OpenStack{}) {
		return "Nova was not asked what it was told of hosts: " + access.ErrNone.Error()
	}
	return ""
}

// strays asks Nova for them. A cloud of which the inventory has no nova-compute has
// none. One of which it names no credentials is not asked, and Unasked says so. With
// credentials that do not do nobody knows, since who asks need not be who has made them.
func strays(ctx context.Context, cloud *inventory.Cloud, nodes []string, kept map[string]bool) (at *compute.Cloud, e *errand, found []stray, err error) {
	if !access.HasCompute(cloud) || (Family{}).Unasked(cloud) != "" {
		return nil, nil, nil, nil
	}
	e = &errand{}
	at, err = e.Refer(cloud.OpenStack)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("ask Nova which hosts are disabled: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, access.Within)
	defer cancel()
	all, err := at.Services(ctx)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("ask Nova which hosts are disabled: %w", err)
	}
	for _, s := range all {
		id, action, is := marked(s.Reason)
		node, of := access.NodeOf(s.Host, nodes)
		switch {
		case is && of && !s.Enabled && !kept[id]:
			found = append(found, stray{s, id, action, node})
		case of && s.Enabled && s.ForcedDown && !kept[node]:
			found = append(found, stray{Service: s, node: node})
		}
	}
	return at, e, found, nil
}

func (s stray) left(e *errand, more string) outside.Left {
	if s.id == "" {
		return outside.Left{
			Node: s.node, What: fmt.Sprintf("Nova takes %s for down because it was told so, though it is enabled, and no fault on this machine is the cause", s.Host),
			Remedy: set(e.Credentials(), s.Host, "--up"),
		}
	}
	return outside.Left{
		Node: s.node, ID: s.id, What: fmt.Sprintf("nova fault %s, which is not held from this machine: Nova has it as the reason why %s is disabled%s", s.id, s.Host, more),
		Remedy: byHand(e.Credentials(), s.Host, s.action),
	}
}

// Strays implements outside.Family.
func (Family) Strays(ctx context.Context, cloud *inventory.Cloud, nodes []string, kept map[string]bool) ([]outside.Left, error) {
	_, e, found, err := strays(ctx, cloud, nodes, kept)
	var left []outside.Left
	for _, s := range found {
		l := s.left(e, "")
		if s.id != "" {
			l.Remedy = "eris heal, or " + l.Remedy
		}
		left = append(left, l)
	}
	return left, err
}

// Collect implements outside.Family: what bears the mark is Eris', whichever has made
// it, and is taken back. A host that is forced down without a mark may be somebody
// else's doing, and is left to doctor's telling.
func (Family) Collect(ctx context.Context, cloud *inventory.Cloud, nodes []string, kept map[string]bool) (undone []string, left []outside.Left, err error) {
	at, e, found, err := strays(ctx, cloud, nodes, kept)
	for _, s := range found {
		if s.id == "" {
			continue
		}
		problem := tell(ctx, at, s.ID, lifted(s.action))
		if problem == nil {
			var h host
			if h, problem = ask(ctx, at, s.node); problem == nil && h.ours(s.id, s.action) {
				problem = errors.New("it was told to Nova, which says so still")
			}
		}
		if problem != nil {
			left = append(left, s.left(e, ": "+problem.Error()))
			continue
		}
		undone = append(undone, s.id)
	}
	return undone, left, err
}
