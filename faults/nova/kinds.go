package nova

import (
	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
)

// Kinds are the kinds of fault of this family, each with its defaults.
func Kinds() []document.Kind[faults.Fault] {
	return []document.Kind[faults.Fault]{
		{
			Name:    "nova.compute_disable",
			Summary: "has Nova put no new servers on a host",
			New:     func() faults.Fault { return &ComputeDisable{} },
		},
		{
			Name:    "nova.force_down",
			Summary: "has Nova take a host for down, whatever its nova-compute reports",
			New:     func() faults.Fault { return &ForceDown{} },
		},
	}
}
