// Package workloads is the catalogue of everything that a load can do.
package workloads

import (
	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/dataplane/http"
	"github.com/openstack-eris/eris/loadgen/openstack/cinder"
	"github.com/openstack-eris/eris/loadgen/openstack/glance"
	"github.com/openstack-eris/eris/loadgen/openstack/keystone"
	"github.com/openstack-eris/eris/loadgen/openstack/neutron"
	"github.com/openstack-eris/eris/loadgen/openstack/nova"
)

// All returns the catalogue of workloads by the names that scenarios use.
func All() *document.Kinds[loadgen.Workload] {
	var kinds document.Kinds[loadgen.Workload]
	add := func(name, summary string, make func() loadgen.Workload) {
		kinds.Add(document.Kind[loadgen.Workload]{Name: name, Summary: summary, New: make})
	}
	add("keystone.issue_token", "asks Keystone for a token with the credentials of clouds.yaml",
		func() loadgen.Workload { return &keystone.IssueToken{} })
	add("keystone.validate_token", "has Keystone validate a token, as services do with every call",
		func() loadgen.Workload { return &keystone.ValidateToken{} })
	add("nova.list_servers", "lists the project's servers, one page",
		func() loadgen.Workload { return nova.NewListServers() })
	add("nova.list_flavors", "lists the flavors, one page",
		func() loadgen.Workload { return nova.NewListFlavors() })
	add("nova.boot_and_delete_server", "boots a server, waits until it is ACTIVE, deletes it and waits until it is gone",
		func() loadgen.Workload { return nova.NewBootAndDeleteServer() })
	add("neutron.list_networks", "lists the networks that the project can use, one page",
		func() loadgen.Workload { return &neutron.ListNetworks{} })
	add("glance.list_images", "lists the images that the project can see, one page",
		func() loadgen.Workload { return &glance.ListImages{} })
	add("cinder.list_volumes", "lists the project's volumes, one page",
		func() loadgen.Workload { return cinder.NewListVolumes() })
	add("http.get", "sends one HTTP request and looks at status and body",
		func() loadgen.Workload { return http.NewGet() })
	return &kinds
}
