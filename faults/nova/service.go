package nova

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/openstack-eris/eris/faults/outside/access"
	"github.com/openstack-eris/eris/inventory/remote/compute"
)

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
	compute.Service
	Others int // further nova-computes that are enabled and up
}

// lines is what the undo has to restore.
func (h *host) lines() []string {
	return []string{"Host=" + h.Host, "Status=" + h.status(), "DisabledReason=" + h.Reason, fmt.Sprintf("ForcedDown=%t", h.ForcedDown)}
}

// status is in Nova's words, as state is.
func (h *host) status() string {
	return map[bool]string{true: "enabled", false: "disabled"}[h.Enabled]
}

func (h *host) state() string { return map[bool]string{true: "up", false: "down"}[h.Up] }

// ours tells that a service bears the mark of a fault.
func (h *host) ours(id, action string) bool { return !h.Enabled && h.Reason == reason(id, action) }

// pick is that of a node: of the host with its name, or of the only one whose full
// name begins with it.
func pick(all []compute.Service, node string) (host, error) {
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
		return host{}, fmt.Errorf("it knows %d hosts called %s or %s.DOMAIN with a nova-compute, of %d that it has", len(found), node, node, len(all))
	}
	for _, s := range all {
		if s.ID != found[0].ID && s.Enabled && s.Up {
			found[0].Others++
		}
	}
	return found[0], nil
}

// ask reads the nova-compute of a node.
func ask(ctx context.Context, cloud *compute.Cloud, node string) (host, error) {
	ctx, cancel := context.WithTimeout(ctx, access.Within)
	defer cancel()
	all, err := cloud.Services(ctx)
	if err != nil {
		return host{}, fmt.Errorf("ask Nova about the nova-compute of %s: %w", node, err)
	}
	found, err := pick(all, node)
	if err != nil {
		return host{}, fmt.Errorf("ask Nova about the nova-compute of %s: %w", node, err)
	}
	return found, nil
}

// made is the change that a fault is, lifted the one that takes it back.
func made(id, action string) compute.Change {
	c := compute.Change{Enabled: new(false), Reason: reason(id, action)}
	if action != disable {
		c.ForcedDown = new(true)
	}
	return c
}

func lifted(action string) compute.Change {
	c := compute.Change{Enabled: new(true)}
	if action != disable {
		c.ForcedDown = new(false)
	}
	return c
}

// tell changes a service.
func tell(ctx context.Context, cloud *compute.Cloud, id string, what compute.Change) error {
	ctx, cancel := context.WithTimeout(ctx, access.Within)
	defer cancel()
	if err := cloud.Tell(ctx, id, what); err != nil {
		return fmt.Errorf("tell Nova: %w", err)
	}
	return nil
}

// serversOn counts the servers of a host.
func serversOn(ctx context.Context, cloud *compute.Cloud, name string) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, access.Within)
	defer cancel()
	n, err := cloud.Servers(ctx, name)
	if err != nil {
		return 0, fmt.Errorf("ask Nova for the servers of %s: %w", name, err)
	}
	return n, nil
}
