package volume

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/openstack-eris/eris/faults/outside"
	"github.com/openstack-eris/eris/faults/outside/access"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote/compute"
)

// listWithin bounds the question for all volumes of a cloud.
const listWithin = time.Minute

// Unasked implements outside.Reticent.
func (Family) Unasked(cloud *inventory.Cloud) string {
	if access.HasCompute(cloud) && cloud.OpenStack == (inventory.OpenStack{}) {
		return "Cinder was not asked whether a volume was taken from its server: " + access.ErrNone.Error()
	}
	return ""
}

// stray is a volume with the mark of a fault that this machine does not keep; without a
// mark where that cannot be read.
type stray struct {
	*sight
	*mark
	wrong error
}

// strays asks Cinder for them, and hands each to do while it is logged in. A cloud of
// which the inventory has no nova-compute has none.
func strays(ctx context.Context, cloud *inventory.Cloud, nodes []string, kept map[string]bool, do func(ctx context.Context, s *compute.Storage, found stray)) error {
	if !access.HasCompute(cloud) || (Family{}).Unasked(cloud) != "" {
		return nil
	}
	at, err := new(access.Reference).Refer(cloud.OpenStack)
	if err != nil {
		return fmt.Errorf("ask Cinder which volumes were taken from their servers: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, listWithin)
	defer cancel()
	err = at.Volumes(ctx, func(s *compute.Storage) error {
		all, err := s.All(ctx)
		if err != nil {
			return err
		}
		for _, v := range all {
			text, is := v.Metadata[markKey]
			if !is {
				continue
			}
			m, wrong := readMark(text)
			switch {
			case wrong != nil:
				do(ctx, s, stray{sight: &sight{Volume: v}, mark: &mark{node: strings.Join(nodes[:min(1, len(nodes))], ""), Attachment: compute.Attachment{Volume: v.ID}}, wrong: wrong})
				continue
			case kept[m.id], cloud.NodeByName(m.node) != nil && !slices.Contains(nodes, m.node):
				continue
			case m.Volume != v.ID:
				wrong = fmt.Errorf("its property %s is that of the volume %s, of which it may be a copy", markKey, m.Volume)
			}
			seen, err := look(ctx, s, v.ID, m.server)
			if err != nil {
				return err
			}
			do(ctx, s, stray{seen, m, wrong})
		}
		return nil
	})
	if errors.Is(err, compute.ErrNoVolumes) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("ask Cinder which volumes were taken from their servers: %w", err)
	}
	return nil
}

// left tells of it.
func (s stray) left(at inventory.OpenStack) outside.Left {
	l := outside.Left{Node: s.node, ID: s.id}
	switch {
	case s.wrong != nil:
		l.ID, l.What, l.Remedy = "", fmt.Sprintf("the volume %s: %s", s.name(), s.wrong), unset(at, s.sight.ID)
		return l
	case s.there(s.mark.server):
		l.What = "its server has it, and it may yet be taken from there"
	case s.elsewhere(s.mark.server) != "":
		l.What = fmt.Sprintf("it belongs to the server %s, and somebody has attached it to %s", s.mark.server, s.elsewhere(s.mark.server))
	default:
		l.What = fmt.Sprintf("it is %s, and belongs to the server %s as %s", s.Status, s.mark.server, s.Device)
	}
	l.What = fmt.Sprintf("volume fault %s, which is not held from this machine, is a property of the volume %s: %s", s.id, s.name(), l.What)
	l.Remedy = byHand(at, s.sight, s.mark)
	return l
}

// Strays implements outside.Family.
func (Family) Strays(ctx context.Context, cloud *inventory.Cloud, nodes []string, kept map[string]bool) (left []outside.Left, err error) {
	err = strays(ctx, cloud, nodes, kept, func(_ context.Context, _ *compute.Storage, found stray) {
		l := found.left(cloud.OpenStack)
		if found.wrong == nil {
			l.Remedy = "eris heal, or " + l.Remedy
		}
		left = append(left, l)
	})
	return left, err
}

// Collect implements outside.Collecting: what bears the mark is Eris', whichever has
// taken it, and is attached again. What somebody has put elsewhere is left.
func (Family) Collect(ctx context.Context, cloud *inventory.Cloud, nodes []string, kept map[string]bool) (undone []string, left []outside.Left, err error) {
	err = strays(ctx, cloud, nodes, kept, func(ctx context.Context, s *compute.Storage, found stray) {
		problem := found.wrong
		if problem == nil {
			problem = giveBack(ctx, s, found.mark, never, func(now *sight) { found.sight = now })
		}
		if problem == nil {
			undone = append(undone, found.id)
			return
		}
		l := found.left(cloud.OpenStack)
		l.What += ": " + problem.Error()
		left = append(left, l)
	})
	return undone, left, err
}
