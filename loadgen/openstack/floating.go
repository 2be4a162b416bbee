package openstack

import (
	"context"
	"errors"
	"fmt"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/layer3/floatingips"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/security/groups"
	"github.com/gophercloud/gophercloud/v2/pagination"

	"github.com/openstack-eris/eris/loadgen"
)

// SecurityGroups are the project's, of Neutron.
func SecurityGroups(neutron *gophercloud.ServiceClient, project string) *Kind {
	return &Kind{
		One: "security_group", Many: "security_groups",
		List:   func(string) pagination.Pager { return groups.List(neutron, groups.ListOpts{ProjectID: project}) },
		Delete: func(ctx context.Context, id string) gophercloud.Result { return groups.Delete(ctx, neutron, id).Result },
		Show:   func(ctx context.Context, id string) gophercloud.Result { return groups.Get(ctx, neutron, id).Result },
	}
}

// FloatingIPs are the project's, of Neutron. They have no names.
func FloatingIPs(neutron *gophercloud.ServiceClient, project string) *Kind {
	return &Kind{
		One: "floatingip", Many: "floatingips", Mark: "description",
		List: func(string) pagination.Pager {
			return floatingips.List(neutron, floatingips.ListOpts{ProjectID: project})
		},
		Delete: func(ctx context.Context, id string) gophercloud.Result {
			return floatingips.Delete(ctx, neutron, id).Result
		},
		Show: func(ctx context.Context, id string) gophercloud.Result {
			return floatingips.Get(ctx, neutron, id).Result
		},
	}
}

// MakeFloatingIP is a step that makes a floating IP of a network that leads outside.
func (i *Iteration) MakeFloatingIP(ctx context.Context, neutron *gophercloud.ServiceClient, kind *Kind, outside string) (made Made, address string) {
	made = i.Make(ctx, "neutron.create_floating_ip", kind, func(name string) gophercloud.Result {
		answer := floatingips.Create(ctx, neutron, floatingips.CreateOpts{Description: name, FloatingNetworkID: outside})
		if said, err := answer.Extract(); err == nil && said != nil {
			address = said.FloatingIP
		}
		return answer.Result
	})
	return made, address
}

// Associate has a floating IP lead to a port, or to none. An answer that names another
// is a wrong result.
func (m Made) Associate(ctx context.Context, neutron *gophercloud.ServiceClient, port string) loadgen.Outcome {
	answer := floatingips.Update(ctx, neutron, m.ID, floatingips.UpdateOpts{PortID: &port})
	if answer.Err != nil {
		return Ended(answer.Result)
	}
	now, err := answer.Extract()
	switch {
	case err != nil:
		return Wrong(fmt.Errorf("associate floating IP: %w", err), answer.Header)
	case now == nil || now.PortID != port:
		return Wrong(errors.New("associate floating IP: the answer does not name the port"), answer.Header)
	}
	return Ended(answer.Result)
}
