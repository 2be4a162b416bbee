package link

import (
	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
)

// Kinds are the kinds of fault of this family, each with its defaults.
func Kinds() []document.Kind[faults.Fault] {
	return []document.Kind[faults.Fault]{
		{
			Name:    "link.delay",
			Summary: "makes what one service says to another come late",
			New:     func() faults.Fault { return NewDelay() },
		},
		{
			Name:    "link.rate",
			Summary: "limits how much one service and another say to each other",
			New:     func() faults.Fault { return NewRate() },
		},
		{
			Name:    "link.reset",
			Summary: "resets connections of one service to another",
			New:     func() faults.Fault { return NewReset() },
		},
		{
			Name:    "link.http_status",
			Summary: "answers one service's requests of another with a status of HTTP",
			New:     func() faults.Fault { return NewStatus() },
		},
	}
}
