package volume

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/outside"
	"github.com/openstack-eris/eris/faults/outside/access"
	"github.com/openstack-eris/eris/inventory/remote/compute"
)

// order is a volume that is taken from a server; it is an [outside.Order].
type order struct {
	access.Sent
	access.Pace
	*errand
	cloud *compute.Cloud
	last  *sight // what was said last, nil for nothing
	late  bool   // it was detached after its undo, and that was not told yet
}

// ask looks at the volume of before, and at the server that had it.
func (o *order) ask(ctx context.Context) (*sight, *mark, error) {
	m, err := o.was()
	if err != nil {
		return nil, nil, err
	}
	s, err := ask(ctx, o.cloud, m.Volume, m.server)
	if err == nil {
		o.last = s
	}
	return s, m, err
}

// was is where the volume was, with the mark's id and node.
func (o *order) was() (*mark, error) {
	m, err := ofLines(o.Before())
	if err == nil {
		m.id, m.node = o.ID, o.Node
	}
	return m, err
}

// Prepare implements outside.Preparing: it keeps where the volume is before.
func (o *order) Prepare(ctx context.Context) error {
	s, err := ask(ctx, o.cloud, o.Asked, "")
	if err != nil {
		return err
	}
	if wrong := s.wrongs(o.Node, o.Action); len(wrong) > 0 {
		return errors.New(strings.Join(wrong, "; "))
	}
	return o.Write("before", strings.Join(s.lines(), "\n")+"\n")
}

// Before implements outside.Differing: it is what Prepare has kept.
func (o *order) Before() []string {
	text, _ := os.ReadFile(o.File("before")) // without it nothing is as before
	return strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
}

// After implements outside.Differing.
func (o *order) After(ctx context.Context) []string {
	s, _, err := o.ask(ctx)
	if err != nil {
		return nil
	}
	return s.lines()
}

// Ready implements outside.Order.
func (o *order) Ready(ctx context.Context) string {
	s, _, err := o.ask(ctx)
	if err != nil {
		return err.Error()
	}
	if wrong := s.wrongs(o.Node, o.Action); len(wrong) > 0 {
		return strings.Join(wrong, "; ")
	}
	if diff := faults.Differences(o.Before(), s.lines()); len(diff) > 0 {
		return "the volume has changed since it was armed: " + strings.Join(diff, ", ")
	}
	return ""
}

// Do implements outside.Order: the volume bears the mark before it is taken.
func (o *order) Do(ctx context.Context) error {
	m, err := o.was()
	if err != nil {
		return err
	}
	if err := o.Begin(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, access.Within)
	defer cancel()
	err = o.cloud.Volumes(ctx, func(s *compute.Storage) error {
		if err := s.Mark(ctx, m.Volume, markKey, m.String()); err != nil {
			return err
		}
		v, err := s.Volume(ctx, m.Volume)
		switch {
		case err != nil:
			return err
		case !(&sight{Volume: v}).bears(m):
			return fmt.Errorf("somebody else has marked the volume %s at the same moment: %s", m.Volume, v.Metadata[markKey])
		}
		return s.Detach(ctx, m.server, m.Volume)
	})
	if !errors.Is(err, compute.ErrUnanswered) {
		o.Answered()
	}
	return err
}

// Seen implements outside.Order. That somebody has attached the volume elsewhere gives
// its server nothing back. One that is on its way is neither here nor there.
func (o *order) Seen(ctx context.Context) (at outside.Moment, effect string, seen bool, err error) {
	s, m, err := o.ask(ctx)
	if err != nil {
		return at, "", false, err
	}
	at = outside.Now()
	held := o.State() == "held"
	effect = fmt.Sprintf("detached: the server %s has lost %s of %d GiB, which was its %s", s.serverName(m), s.name(), s.Size, m.Device)
	switch {
	case s.there(m.server), !held && !s.bears(m):
		return at, "", false, nil
	case s.gone():
		return at, effect, true, nil
	case held && s.elsewhere(m.server) != "":
		return at, effect + ", and is at the server " + s.elsewhere(m.server), true, nil
	case held:
		return at, "", false, fmt.Errorf("by Cinder %s is %s", s.name(), s.Status)
	}
	return at, "", false, nil
}

func (s *sight) serverName(m *mark) string {
	if s.server == nil {
		return m.server
	}
	return s.server.Name
}

// Restored implements outside.Order: the volume is at its server as before, and bears no
// mark but for what may still come.
func (o *order) Restored(ctx context.Context, _ string) (wrong string, err error) {
	if err = o.Early(); err == nil {
		err = o.Keep(o.restored(ctx))
	}
	if err != nil {
		wrong = err.Error() // which is an answer of its own
	}
	return wrong, nil
}

func (o *order) restored(ctx context.Context) error {
	s, m, err := o.ask(ctx)
	if err != nil {
		return err
	}
	if diff := faults.Differences(m.lines(), s.lines()); len(diff) > 0 || !s.there(m.server) {
		return fmt.Errorf("the volume is not where it was: %s", strings.Join(diff, ", "))
	}
	if s.bears(m) && !o.mayCome() {
		_, err = o.takeBack(ctx, never)
	}
	return err
}
