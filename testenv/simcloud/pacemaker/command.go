package pacemaker

import (
	"context"
	"fmt"
	"strings"

	"github.com/openstack-eris/eris/testenv/simcloud/shell"
)

// The programs' exit statuses.
const (
	notConnected = 102
	noSuch       = 105
	exists       = 108
)

// Commands are the programs on a member.
func (c *Cluster) Commands(node string) map[string]shell.Command {
	here := func(do func(p *shell.Proc) int) shell.Command {
		return func(_ context.Context, p *shell.Proc) int {
			c.mu.Lock()
			defer c.mu.Unlock()
			if !c.online(c.member(node)) || c.mute[node] {
				p.Errorf("Could not connect to the CIB: Transport endpoint is not connected")
				return notConnected
			}
			return do(p)
		}
	}
	return map[string]shell.Command{
		"cibadmin":     here(c.cibadmin),
		"crm_mon":      here(c.monitor),
		"crm_resource": here(c.resource),
		"crm_node": here(func(p *shell.Proc) int {
			if len(p.Args) != 2 || p.Args[1] != "-n" {
				return unknown(p)
			}
			p.Printf("%s\n", node)
			return 0
		}),
	}
}

func unknown(p *shell.Proc) int {
	p.Errorf("%s: not known here: %s", p.Args[0], strings.Join(p.Args[1:], " "))
	return 64
}

// cibadmin knows --query --scope SECTION, --create --scope SECTION --xml-text TEXT
// and --delete --xpath "//TAG[@id='ID']".
func (c *Cluster) cibadmin(p *shell.Proc) int {
	args := p.Args[1:]
	switch {
	case len(args) == 3 && args[0] == "--query" && args[1] == "--scope":
		section := c.section(args[2])
		if section == nil {
			p.Errorf("Call cib_query failed: No such device or address")
			return noSuch
		}
		p.Printf("%s", section.text(""))
		return 0
	case len(args) == 5 && args[0] == "--create" && args[1] == "--scope" && args[3] == "--xml-text":
		section := c.section(args[2])
		e, err := parse(args[4])
		if err != nil || section == nil {
			p.Errorf("Call cib_create failed: Update does not conform to the configured schema")
			return 78
		}
		if found, _ := section.find(e.get("id")); found != nil {
			p.Printf("<failed>\n  <failed_update id=%q object_type=%q operation=\"cib_create\" reason=\"File exists\"/>\n</failed>\n", e.get("id"), e.tag)
			p.Errorf("Call cib_create failed: File exists")
			return exists
		}
		section.with(e)
		return 0
	case len(args) == 3 && args[0] == "--delete" && args[1] == "--xpath":
		tag, rest, is := strings.Cut(strings.TrimPrefix(args[2], "//"), "[@id='")
		id, ends := strings.CutSuffix(rest, "']")
		if !is || !ends {
			return unknown(p)
		}
		if found, in := c.config.find(id); found != nil && found.tag == tag { // and says nothing where there is none
			for at, e := range in.children {
				if e == found {
					in.children = append(in.children[:at:at], in.children[at+1:]...)
				}
			}
		}
		return 0
	}
	return unknown(p)
}

func (c *Cluster) section(name string) *element {
	if name == "configuration" {
		return c.config
	}
	return c.config.child(name)
}

// resource is crm_resource, which knows --cleanup --resource ID --node NODE.
func (c *Cluster) resource(p *shell.Proc) int {
	if len(p.Args) != 6 || p.Args[1] != "--cleanup" || p.Args[2] != "--resource" || p.Args[4] != "--node" {
		return unknown(p)
	}
	if found, _ := c.config.child("resources").find(p.Args[3]); found == nil {
		p.Errorf("crm_resource: Resource '%s' not found", p.Args[3])
		p.Errorf("Error performing operation: No such object")
		return noSuch
	}
	for _, i := range c.all {
		if (i.top == p.Args[3] || i.id == p.Args[3]) && i.on == p.Args[5] {
			i.failures = 0
			p.Printf("Cleaned up %s on %s\n", i.id, i.on)
		}
	}
	return 0
}

// monitor is crm_mon, which knows --one-shot --output-as=xml.
func (c *Cluster) monitor(p *shell.Proc) int {
	if len(p.Args) != 3 || p.Args[1] != "--one-shot" || p.Args[2] != "--output-as=xml" {
		return unknown(p)
	}
	if c.old {
		p.Errorf("crm_mon: unrecognized option '--output-as=xml'")
		return 64
	}
	settings := c.config.child("crm_config")
	stated := func(name, usual string) string {
		if v := settings.setting(name); v != "" {
			return v
		}
		return usual
	}
	nodes, resources, history := el("nodes"), el("resources"), el("node_history")
	for i, m := range c.members {
		up, kind := c.online(m), "member"
		if c.remote[m.name] {
			kind = "remote"
		}
		nodes.with(el("node", "name", m.name, "id", fmt.Sprint(i+1), "online", fmt.Sprint(up), "standby", fmt.Sprint(c.standby(m.name)),
			"standby_onfail", "false", "maintenance", "false", "pending", "false", "unclean", "false", "shutdown", "false",
			"expected_up", fmt.Sprint(up), "is_dc", "false", "type", kind))
		past := el("node", "name", m.name)
		for _, one := range c.all {
			if one.on != m.name {
				continue
			}
			h := el("resource_history", "id", one.id, "orphan", "false", "migration-threshold", "1000000")
			if one.failures > 0 {
				h = el("resource_history", "id", one.id, "orphan", "false", "migration-threshold", "1000000", "fail-count", fmt.Sprint(one.failures), "last-failure", "Thu Nov 26 19:31:58 2026")
			}
			past.with(h.with(el("operation_history", "task", "probe")))
		}
		if len(past.children) > 0 {
			history.with(past)
		}
	}
	for _, r := range c.config.child("resources").children {
		resources.with(c.shown(r))
	}
	p.Printf("%s", el("pacemaker-result", "api-version", "2.25", "request", "crm_mon --one-shot --output-as=xml").with(
		el("summary").with(
			el("current_dc", "present", "true", "with_quorum", fmt.Sprint(c.quorum())),
			el("cluster_options", "stonith-enabled", stated("stonith-enabled", "true"), "maintenance-mode", stated("maintenance-mode", "false"),
				"stop-all-resources", stated("stop-all-resources", "false"))),
		nodes, resources, history, el("status", "code", "0", "message", "OK")).text(""))
	return 0
}

// shown is a resource in the words of crm_mon.
func (c *Cluster) shown(r *element) *element {
	managed := fmt.Sprint(c.managed(r))
	one := func(i *instance) *element {
		e := el("resource", "id", i.id, "resource_agent", i.agent, "role", i.role, "active", fmt.Sprint(i.role != "Stopped"), "orphaned", "false",
			"blocked", "false", "managed", managed, "failed", fmt.Sprint(i.failed), "failure_ignored", "false")
		if i.role == "Stopped" {
			return e
		}
		return e.with(el("node", "name", i.on, "id", "1", "cached", "true"))
	}
	parts := primitives(r)
	once := func(id string) *element { // of what there is once, where it is, and else nowhere
		stopped := &instance{id: id, role: "Stopped"}
		for _, i := range c.all {
			if i.top == r.get("id") && i.id == id {
				stopped.agent = i.agent
				if i.role != "Stopped" {
					return one(i)
				}
			}
		}
		return one(stopped)
	}
	switch r.tag {
	case "primitive":
		return once(r.get("id"))
	case "group":
		g := el("group", "id", r.get("id"), "number_resources", fmt.Sprint(len(parts)), "managed", managed, "disabled", "false")
		for _, part := range parts {
			g.with(once(part.get("id")))
		}
		return g
	case "bundle":
		return el("bundle", "id", r.get("id"), "type", "podman", "image", "web:1", "unique", "false", "managed", managed, "failed", "false")
	}
	clone := el("clone", "id", r.get("id"), "multi_state", "false", "unique", "false", "managed", managed, "disabled", "false", "failed", "false", "failure_ignored", "false")
	for _, i := range c.all {
		if i.top == r.get("id") {
			clone.with(one(i))
		}
	}
	return clone
}
