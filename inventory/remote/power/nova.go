package power

import (
	"context"
	"fmt"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"

	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote/compute"
)

// nova switches a node that is a server of another OpenStack.
type nova struct {
	at    *inventory.Power
	cloud *compute.Cloud
}

// openNova reads the entry of clouds.yaml, which each request reads anew.
func openNova(p *inventory.Power, dial Dial) (Driver, error) {
	cloud, err := compute.Open(p.CloudsFile, p.Cloud, httpsWithin, compute.Dial(dial))
	if err != nil {
		return nil, err
	}
	return &nova{p, cloud}, nil
}

// Status implements Driver.
func (d *nova) Status(ctx context.Context) (State, error) {
	state := Unknown
	err := d.cloud.Ask(ctx, func(c *gophercloud.ServiceClient) error {
		server, err := servers.Get(ctx, c, d.at.Machine).Extract()
		switch {
		case err != nil:
			return err
		case server.TaskState != "": // it is on its way from one to the other
			return fmt.Errorf("it is %s, and Nova is %s", server.Status, server.TaskState)
		case server.Status == "ACTIVE":
			state = On
		case server.Status == "SHUTOFF":
			state = Off
		default:
			return fmt.Errorf("it is %s", server.Status)
		}
		return nil
	})
	if err != nil {
		return Unknown, fmt.Errorf("read power of %s: %w", d.at.Place(), short(err))
	}
	return state, nil
}

// Do implements Driver. Nova has no off that a guest cannot hold up: a stop asks the
// guest first, for as long as the cloud's shutdown_timeout says.
func (d *nova) Do(ctx context.Context, action Action) error {
	id := d.at.Machine
	act, known := map[Action]func(c *gophercloud.ServiceClient) error{
		TurnOn:  func(c *gophercloud.ServiceClient) error { return servers.Start(ctx, c, id).ExtractErr() },
		TurnOff: func(c *gophercloud.ServiceClient) error { return servers.Stop(ctx, c, id).ExtractErr() },
		Reset: func(c *gophercloud.ServiceClient) error {
			return servers.Reboot(ctx, c, id, servers.RebootOpts{Type: servers.HardReboot}).ExtractErr()
		},
	}[action]
	if !known {
		return fmt.Errorf("power %s of %s: no such action", action, d.at.Place())
	}
	err := d.cloud.Ask(ctx, func(c *gophercloud.ServiceClient) error { return sent(act(c), compute.Code) })
	if err != nil {
		return fmt.Errorf("power %s of %s: %w", action, d.at.Place(), short(err))
	}
	return nil
}
