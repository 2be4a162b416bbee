package volume

import (
	"context"
	"fmt"

	"github.com/openstack-eris/eris/faults/outside/access"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote/compute"
)

// find is the command that tells where a volume belongs.
func find(at inventory.OpenStack, volume string) string {
	return fmt.Sprintf("%s volume show -c status -c attachments -c properties %s  # its property %s says to which server it belongs, and as what", access.Client(at), inventory.Quote(volume), markKey)
}

// attach is the command that attaches what a mark is of.
func attach(at inventory.OpenStack, m *mark) string {
	q, more := inventory.Quote, ""
	if m.Tag != "" {
		more += " --tag " + q(m.Tag)
	}
	if m.Ends {
		more += " --enable-delete-on-termination"
	}
	return fmt.Sprintf("%s --os-compute-api-version %s server add volume --device %s%s %s %s && %s",
		access.Client(at), compute.VolumesVersion, q(m.Device), more, q(m.server), q(m.Volume), unset(at, m.Volume))
}

// unset is the command that takes a mark away.
func unset(at inventory.OpenStack, volume string) string {
	return fmt.Sprintf("%s volume unset --property %s %s", access.Client(at), markKey, inventory.Quote(volume))
}

// byHand is what a person does about a volume that bears a mark, by what is known of it:
// one that somebody else has put somewhere is his.
func byHand(at inventory.OpenStack, s *sight, m *mark) string {
	switch {
	case s == nil:
		return find(at, m.Volume)
	case s.there(m.server):
		return unset(at, m.Volume)
	case s.elsewhere(m.server) != "":
		return fmt.Sprintf("%s  # once whoever has attached it to the server %s says that it stays there", unset(at, m.Volume), s.elsewhere(m.server))
	case s.server == nil:
		return fmt.Sprintf("%s  # the server %s, to which it belongs, is gone", unset(at, m.Volume), m.server)
	case s.gone():
		return attach(at, m)
	}
	return fmt.Sprintf("%s  # once Nova has done with it: by Cinder it is %s", attach(at, m), s.Status)
}

// Remedy implements outside.Advising.
func (o *order) Remedy(ctx context.Context) string {
	if o.last == nil {
		_, _, _ = o.ask(ctx) // without an answer it is how to find out
	}
	m, err := o.was()
	if err != nil {
		return o.errand.Remedy()
	}
	return byHand(o.Credentials(), o.last, m)
}
