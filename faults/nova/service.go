package nova

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/services"

	"github.com/openstack-eris/eris/inventory/remote/compute"
)

// version is Nova's API from which on a service has a UUID, and one request changes
// all of it (2.53, Pike).
const version = "2.53"

// answerWithin bounds one question of Nova's with its login.
const answerWithin = 10 * time.Second

// reason is the mark of a fault: why the service is disabled, for whoever looks.
func reason(id, action string) string { return "eris fault " + id + " (" + plain(action) + ")" }

// plain is an action as the mark has it.
func plain(action string) string {
	if action == forceDownWithServers {
		return forceDown
	}
	return action
}

// marked reads a mark.
func marked(reason string) (id, action string, is bool) {
	found := regexp.MustCompile(`^eris fault ([A-Za-z0-9_-]+) \((` + disable + `|` + forceDown + `)\)$`).FindStringSubmatch(reason)
	if found == nil {
		return "", "", false
	}
	return found[1], found[2], true
}

// host is what Nova says of the nova-compute of a host.
type host struct {
	services.Service
	Others int // further nova-computes that are enabled and up
}

// lines is what the undo has to restore.
func lines(s services.Service) []string {
	return []string{
		"Host=" + s.Host, "Status=" + s.Status, "DisabledReason=" + s.DisabledReason, fmt.Sprintf("ForcedDown=%t", s.ForcedDown),
	}
}

// ours tells that a service bears the mark of a fault.
func (h *host) ours(id, action string) bool {
	return h.Status == string(services.ServiceDisabled) && h.DisabledReason == reason(id, action)
}

// list is all nova-computes of a cloud.
func list(ctx context.Context, c *gophercloud.ServiceClient) ([]services.Service, error) {
	c.Microversion = version
	page, err := services.List(c, services.ListOpts{Binary: "nova-compute"}).AllPages(ctx)
	if err != nil {
		return nil, err
	}
	return services.ExtractServices(page)
}

// pick is that of a node: of the host with its name, or of the only one whose full
// name begins with it.
func pick(all []services.Service, node string) (host, error) {
	var found []host
	exact := false
	for _, s := range all {
		switch {
		case s.Host == node:
			found, exact = []host{{Service: s}}, true
		case !exact && strings.HasPrefix(s.Host, node+"."):
			found = append(found, host{Service: s})
		}
	}
	if len(found) != 1 {
		return host{}, fmt.Errorf("Nova knows %d hosts called %s or %s.DOMAIN with a nova-compute, of %d that it has", len(found), node, node, len(all)) //nolint:staticcheck // a name
	}
	for _, s := range all {
		if s.ID != found[0].ID && s.Status == string(services.ServiceEnabled) && s.State == "up" {
			found[0].Others++
		}
	}
	return found[0], nil
}

// ask reads the nova-compute of a node.
func ask(ctx context.Context, cloud *compute.Cloud, node string) (host, error) {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	var found host
	err := cloud.Ask(ctx, func(c *gophercloud.ServiceClient) error {
		all, err := list(ctx, c)
		if err == nil {
			found, err = pick(all, node)
		}
		return err
	})
	if err != nil {
		return host{}, fmt.Errorf("ask Nova about the nova-compute of %s: %w", node, err)
	}
	return found, nil
}

// change is the body of a request that changes a service: gophercloud's own leaves
// out what is false.
type change map[string]any

func (c change) ToServiceUpdateMap() (map[string]any, error) { return c, nil }

// made is the change that a fault is, lifted the one that takes it back.
func made(id, action string) change {
	c := change{"status": services.ServiceDisabled, "disabled_reason": reason(id, action)}
	if action != disable {
		c["forced_down"] = true
	}
	return c
}

func lifted(action string) change {
	c := change{"status": services.ServiceEnabled}
	if action != disable {
		c["forced_down"] = false
	}
	return c
}

// errUnanswered says that a change was sent, and may come yet.
var errUnanswered = errors.New("sent and not confirmed")

// tell changes a service.
func tell(ctx context.Context, cloud *compute.Cloud, id string, what change) error {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	sent := false
	err := cloud.Ask(ctx, func(c *gophercloud.ServiceClient) error {
		c.Microversion = version
		sent = true
		return services.Update(ctx, c, id, what).Err
	})
	if code := compute.Code(err); err != nil && sent && (code < 400 || code >= 500) {
		return fmt.Errorf("tell Nova: %w: %w", errUnanswered, err)
	}
	if err != nil {
		return fmt.Errorf("tell Nova: %w", err)
	}
	return nil
}

// serversOn counts the servers of a host.
func serversOn(ctx context.Context, cloud *compute.Cloud, name string) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	n := 0
	err := cloud.Ask(ctx, func(c *gophercloud.ServiceClient) error {
		page, err := servers.ListSimple(c, servers.ListOpts{Host: name, AllTenants: true}).AllPages(ctx)
		if err != nil {
			return err
		}
		all, err := servers.ExtractServers(page)
		n = len(all)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("ask Nova for the servers of %s: %w", name, err)
	}
	return n, nil
}
