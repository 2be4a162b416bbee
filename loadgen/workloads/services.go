package workloads

import (
	"github.com/openstack-eris/eris/loadgen/openstack"
	"github.com/openstack-eris/eris/loadgen/openstack/cinder"
	"github.com/openstack-eris/eris/loadgen/openstack/glance"
	"github.com/openstack-eris/eris/loadgen/openstack/keystone"
	"github.com/openstack-eris/eris/loadgen/openstack/neutron"
	"github.com/openstack-eris/eris/loadgen/openstack/nova"
)

// Services are those in which workloads make things, in the order in which these
// can be deleted: a server holds ports and volumes.
func Services() []openstack.Service {
	return []openstack.Service{nova.Service(), neutron.Service(), glance.Service(), cinder.Service(), keystone.Service()}
}
