package neutron

import (
	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
)

// Kinds are the kinds of fault of this family, each with its defaults.
func Kinds() []document.Kind[faults.Fault] {
	return []document.Kind[faults.Fault]{
		{
			Name:    "neutron.ha_interface_down",
			Summary: "takes the interface down by which a router's nodes agree on who of them has its addresses",
			New:     func() faults.Fault { return &HAInterfaceDown{} },
		},
		{
			Name:    "neutron.router_namespace",
			Summary: "takes a router's namespace from a node, with its processes and interfaces",
			New:     func() faults.Fault { return &RouterNamespace{} },
		},
	}
}
