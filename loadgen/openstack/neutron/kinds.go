package neutron

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/gophercloud/gophercloud/v2"
	network "github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/layer3/routers"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/security/groups"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/networks"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/ports"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/subnets"
	"github.com/gophercloud/gophercloud/v2/pagination"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// kinds are the kinds of resources of Neutron. Neutron searches for whole names
// only, so all of the project are listed.
type kinds struct {
	network, subnet, port, router, group, floating *openstack.Kind
}

// order is that in which they can be deleted.
func (k kinds) order() []*openstack.Kind {
	return []*openstack.Kind{k.floating, k.router, k.port, k.subnet, k.network, k.group}
}

// Service is Neutron, for whoever looks for what loads left.
func Service() openstack.Service {
	return openstack.Service{
		Name: "network", Find: network.NewNetworkV2, Loads: []string{"neutron", "vm", openstack.MakesNetworks},
		Quotas: openstack.NeutronQuotas(), Forget: forget,
		Kinds: func(client *openstack.Client, neutron *gophercloud.ServiceClient) []*openstack.Kind {
			return newKinds(neutron, client.Project()).order()
		},
	}
}

// forget removes what Neutron, or Nova by Neutron, has made by itself for a project in
// which nothing of a load is any more.
func forget(ctx context.Context, c *gophercloud.ServiceClient, project string) error {
	if err := removePorts(ctx, c, project); err != nil {
		return err
	}
	return removeDefaultGroup(ctx, c, project)
}

// removePorts deletes the ports that Nova has made for servers that are gone, which it
// leaves behind where its host was lost meanwhile. They have no names, and hold the
// default group and addresses: of a server that had no host yet they have no owner. What is
// anybody else's keeps the project, and so does a server that is there, see nova.Service.
func removePorts(ctx context.Context, c *gophercloud.ServiceClient, project string) error {
	found, err := openstack.Every(ctx, ports.List(c, ports.ListOpts{ProjectID: project}), ports.ExtractPorts)
	if err != nil {
		return fmt.Errorf("list ports: %w", err)
	}
	for _, port := range found {
		switch {
		case port.ProjectID != project: // whatever the service made of the question
			continue
		case port.Name != "":
			return fmt.Errorf("the port %s (%s) of %s is in it", port.ID, port.Name, cmp.Or(port.DeviceOwner, "nobody"))
		case port.DeviceID == "" || port.DeviceOwner != "" && !strings.HasPrefix(port.DeviceOwner, "compute:"):
			return fmt.Errorf("the port %s of %s is in it", port.ID, cmp.Or(port.DeviceOwner, "nobody"))
		}
		if o := openstack.Ended(ports.Delete(ctx, c, port.ID).Result); o.Class != record.OK && o.Status != http.StatusNotFound {
			return fmt.Errorf("delete port %s: %w", port.ID, o.Err)
		}
	}
	return nil
}

// removeDefaultGroup deletes the security group that Neutron makes for every
// project as soon as somebody looks, this look included. Only an administrator
// may delete it.
func removeDefaultGroup(ctx context.Context, c *gophercloud.ServiceClient, project string) error {
	found, err := openstack.Every(ctx, groups.List(c, groups.ListOpts{ProjectID: project, Name: "default"}), groups.ExtractGroups)
	if err != nil {
		return fmt.Errorf("list security groups: %w", err)
	}
	for _, group := range found {
		if group.ProjectID != project || group.Name != "default" { // whatever the service made of the question
			continue
		}
		if o := openstack.Ended(groups.Delete(ctx, c, group.ID).Result); o.Class != record.OK && o.Status != http.StatusNotFound {
			return fmt.Errorf("delete security group %s: %w", group.Name, o.Err)
		}
	}
	return nil
}

func newKinds(c *gophercloud.ServiceClient, project string) kinds {
	return kinds{
		network: &openstack.Kind{
			One: "network", Many: "networks",
			List:   func(string) pagination.Pager { return networks.List(c, networks.ListOpts{ProjectID: project}) },
			Delete: func(ctx context.Context, id string) gophercloud.Result { return networks.Delete(ctx, c, id).Result },
			Show:   func(ctx context.Context, id string) gophercloud.Result { return networks.Get(ctx, c, id).Result },
		},
		subnet: &openstack.Kind{
			One: "subnet", Many: "subnets",
			List:   func(string) pagination.Pager { return subnets.List(c, subnets.ListOpts{ProjectID: project}) },
			Delete: func(ctx context.Context, id string) gophercloud.Result { return subnets.Delete(ctx, c, id).Result },
			Show:   func(ctx context.Context, id string) gophercloud.Result { return subnets.Get(ctx, c, id).Result },
		},
		port: &openstack.Kind{
			One: "port", Many: "ports",
			List:   func(string) pagination.Pager { return ports.List(c, ports.ListOpts{ProjectID: project}) },
			Delete: func(ctx context.Context, id string) gophercloud.Result { return ports.Delete(ctx, c, id).Result },
			Show:   func(ctx context.Context, id string) gophercloud.Result { return ports.Get(ctx, c, id).Result },
		},
		router: &openstack.Kind{
			One: "router", Many: "routers",
			List:   func(string) pagination.Pager { return routers.List(c, routers.ListOpts{ProjectID: project}) },
			Delete: func(ctx context.Context, id string) gophercloud.Result { return routers.Delete(ctx, c, id).Result },
			Show:   func(ctx context.Context, id string) gophercloud.Result { return routers.Get(ctx, c, id).Result },
			Free:   func(ctx context.Context, id string) gophercloud.Result { return detach(ctx, c, id) },
		},
		group:    openstack.SecurityGroups(c, project),
		floating: openstack.FloatingIPs(c, project),
	}
}

// interfaces are the owners of the ports by which a router is in its subnets:
// of a plain one, a distributed one and a highly available one. What else it has
// goes with it.
func interfaces() []string {
	return []string{"network:router_interface", "network:router_interface_distributed", "network:ha_router_replicated_interface"}
}

// detach takes the interfaces off a router, with which Neutron does not delete
// it. It ends at the first call that fails.
func detach(ctx context.Context, c *gophercloud.ServiceClient, router string) gophercloud.Result {
	pages, err := ports.List(c, ports.ListOpts{DeviceID: router}).AllPages(ctx)
	if err != nil {
		return gophercloud.Result{Err: err}
	}
	found, err := ports.ExtractPorts(pages)
	if err != nil {
		return gophercloud.Result{Err: err}
	}
	for _, port := range found {
		if !slices.Contains(interfaces(), port.DeviceOwner) {
			continue
		}
		if answer := routers.RemoveInterface(ctx, c, router, routers.RemoveInterfaceOpts{PortID: port.ID}); answer.Err != nil {
			return answer.Result
		}
	}
	return gophercloud.Result{}
}
