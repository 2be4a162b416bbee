package operator

import (
	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
)

// Kinds are the kinds of fault of this family, each with its defaults.
func Kinds() []document.Kind[faults.Fault] {
	return []document.Kind[faults.Fault]{
		{
			Name:    "script.run",
			Summary: "runs the operator's own scripts as a fault, under the contract of every other",
			New:     func() faults.Fault { return &Run{} },
		},
	}
}
