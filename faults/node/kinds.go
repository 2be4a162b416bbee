package node

import (
	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
)

// Kinds are the kinds of fault of this family, each with its defaults.
func Kinds() []document.Kind[faults.Fault] {
	return []document.Kind[faults.Fault]{
		{
			Name:    "node.reboot",
			Summary: "has a node stop everything in good order and boot anew",
			New:     func() faults.Fault { return &Reboot{} },
		},
		{
			Name:    "node.shutdown",
			Summary: "has a node stop everything in good order and switch itself off, and switches it on again",
			New:     func() faults.Fault { return &Shutdown{OffFor: faults.UsualOff} },
		},
		{
			Name:    "node.crash",
			Summary: "has a node's kernel panic; it boots anew when it is set to",
			New:     func() faults.Fault { return &Crash{} },
		},
		{
			Name:    "node.reset",
			Summary: "has a node's kernel boot anew at once, with nothing stopped or flushed",
			New:     func() faults.Fault { return &Reset{} },
		},
	}
}
