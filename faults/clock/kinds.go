package clock

import (
	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
)

// Kinds are the kinds of fault of this family, each with its defaults.
func Kinds() []document.Kind[faults.Fault] {
	return []document.Kind[faults.Fault]{
		{
			Name:    "clock.step",
			Summary: "moves a node's wall clock, and stops what would put it right",
			New:     func() faults.Fault { return NewStep() },
		},
	}
}
