package workloads

import (
	"github.com/openstack-eris/eris/loadgen/openstack"
	"github.com/openstack-eris/eris/loadgen/openstack/cinder"
	"github.com/openstack-eris/eris/loadgen/openstack/glance"
	"github.com/openstack-eris/eris/loadgen/openstack/heat"
	"github.com/openstack-eris/eris/loadgen/openstack/keystone"
	"github.com/openstack-eris/eris/loadgen/openstack/neutron"
	"github.com/openstack-eris/eris/loadgen/openstack/nova"
	"github.com/openstack-eris/eris/loadgen/openstack/octavia"
	"github.com/openstack-eris/eris/loadgen/openstack/swift"
)

// Services are those in which workloads make things, in the order in which these
// can be deleted: a stack may hold anything, and
// a balancer or a server ports.
func Services() []openstack.Service {
	return []openstack.Service{heat.Service(), octavia.Service(), nova.Service(), neutron.Service(), glance.Service(), cinder.Service(), swift.Service(), keystone.Service()}
}
