// Package catalogue is every kind of fault, by name, in the one place that
// knows all families.
package catalogue

import (
	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/cinder"
	"github.com/openstack-eris/eris/faults/clock"
	"github.com/openstack-eris/eris/faults/disk"
	"github.com/openstack-eris/eris/faults/fabric"
	"github.com/openstack-eris/eris/faults/file"
	"github.com/openstack-eris/eris/faults/link"
	"github.com/openstack-eris/eris/faults/middleware"
	"github.com/openstack-eris/eris/faults/network"
	"github.com/openstack-eris/eris/faults/neutron"
	"github.com/openstack-eris/eris/faults/node"
	"github.com/openstack-eris/eris/faults/nova"
	"github.com/openstack-eris/eris/faults/operator"
	"github.com/openstack-eris/eris/faults/outside"
	"github.com/openstack-eris/eris/faults/power"
	"github.com/openstack-eris/eris/faults/resource"
	"github.com/openstack-eris/eris/faults/service"
	"github.com/openstack-eris/eris/faults/volume"
)

// Fill adds every kind of fault to kinds.
func Fill(kinds *document.Kinds[faults.Fault]) {
	for _, family := range [][]document.Kind[faults.Fault]{
		service.Kinds(),
		network.Kinds(),
		fabric.Kinds(),
		power.Kinds(),
		node.Kinds(),
		resource.Kinds(),
		disk.Kinds(),
		file.Kinds(),
		clock.Kinds(),
		middleware.Kinds(),
		neutron.Kinds(),
		cinder.Kinds(),
		link.Kinds(),
		nova.Kinds(),
		volume.Kinds(),
		operator.Kinds(),
	} {
		for _, kind := range family {
			kinds.Add(kind)
		}
	}
}

// Kept are the families whose faults are kept from outside of their nodes.
func Kept() []outside.Family { return []outside.Family{power.Family{}, nova.Family{}, volume.Family{}} }
