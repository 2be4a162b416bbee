package power

import (
	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
)

// Kinds are the kinds of fault of this family, each with its defaults.
func Kinds() []document.Kind[faults.Fault] {
	return []document.Kind[faults.Fault]{
		{
			Name:    "power.off",
			Summary: "takes a node's power away through its management controller, and gives it back",
			New:     func() faults.Fault { return &Off{} },
		},
		{
			Name:    "power.cycle",
			Summary: "takes a node's power away for a moment, after which it boots anew",
			New:     func() faults.Fault { return &Cycle{OffFor: faults.UsualOff} },
		},
		{
			Name:    "power.reset",
			Summary: "has a node boot anew at once by its management controller, with nothing stopped or flushed",
			New:     func() faults.Fault { return &Reset{} },
		},
	}
}
