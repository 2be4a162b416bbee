package compute

import (
	"context"
	"errors"
	"fmt"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/services"
)

// Version is Nova's API from which on a service has a UUID, and one request changes
// all of it (2.53, Pike).
const Version = "2.53"

// Service is what Nova says of the nova-compute of a host.
type Service struct {
	ID         string
	Host       string
	Enabled    bool
	Reason     string // why it is disabled
	ForcedDown bool
	Up         bool
}

// Services are all nova-computes of the cloud.
func (c *Cloud) Services(ctx context.Context) ([]Service, error) {
	var found []Service
	err := c.Ask(ctx, func(nova *gophercloud.ServiceClient) error {
		nova.Microversion = Version
		page, err := services.List(nova, services.ListOpts{Binary: "nova-compute"}).AllPages(ctx)
		if err != nil {
			return err
		}
		all, err := services.ExtractServices(page)
		for _, s := range all {
			found = append(found, Service{s.ID, s.Host, s.Status == string(services.ServiceEnabled), s.DisabledReason, s.ForcedDown, s.State == "up"})
		}
		return err
	})
	return found, err
}

// Change is what Nova is told of a service; what is nil stays.
type Change struct {
	Enabled    *bool
	Reason     string // of disabling it
	ForcedDown *bool
}

// ToServiceUpdateMap is the body of the request: gophercloud's own leaves out what is
// false.
func (c Change) ToServiceUpdateMap() (map[string]any, error) {
	body := map[string]any{}
	if c.Enabled != nil {
		body["status"] = map[bool]services.ServiceStatus{true: services.ServiceEnabled, false: services.ServiceDisabled}[*c.Enabled]
	}
	if c.Reason != "" {
		body["disabled_reason"] = c.Reason
	}
	if c.ForcedDown != nil {
		body["forced_down"] = *c.ForcedDown
	}
	return body, nil
}

// ErrUnanswered says that a change was sent and not confirmed: it may have happened,
// or happen yet.
var ErrUnanswered = errors.New("sent and not confirmed")

// Tell changes a service. An error that is not ErrUnanswered says that nothing will
// come of it.
func (c *Cloud) Tell(ctx context.Context, id string, what Change) error {
	sent := false
	err := c.Ask(ctx, func(nova *gophercloud.ServiceClient) error {
		nova.Microversion = Version
		sent = true
		return services.Update(ctx, nova, id, what).Err
	})
	if sent {
		err = unconfirmed(err)
	}
	return err
}

// unconfirmed makes an ErrUnanswered of an error of a change that was sent: all but that
// it was refused.
func unconfirmed(err error) error {
	if code := Code(err); err != nil && (code < 400 || code >= 500) {
		return fmt.Errorf("%w: %w", ErrUnanswered, err)
	}
	return err
}

// Servers counts the servers of a host, of all projects.
func (c *Cloud) Servers(ctx context.Context, host string) (n int, err error) {
	err = c.Ask(ctx, func(nova *gophercloud.ServiceClient) error {
		page, err := servers.ListSimple(nova, servers.ListOpts{Host: host, AllTenants: true}).AllPages(ctx)
		if err != nil {
			return err
		}
		all, err := servers.ExtractServers(page)
		n = len(all)
		return err
	})
	return n, err
}
