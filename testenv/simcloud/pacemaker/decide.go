package pacemaker

import (
	"context"
	"slices"
	"time"
)

// step does what is due: it decides where everything is to be, and has it so.
func (c *Cluster) step(ctx context.Context) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, r := range c.config.child("resources").children {
		wanted := c.wanted(r)
		for _, m := range c.members {
			if !c.online(m) {
				c.gone(m.name)
				continue
			}
			for _, i := range c.instances(r, m.name) {
				c.advance(ctx, m, i, slices.Contains(wanted, m.name), c.managed(r))
			}
		}
	}
}

// wanted are the nodes on which a resource is to run now.
func (c *Cluster) wanted(r *element) []string {
	var may []string
	for _, m := range c.members {
		if c.quorum() && c.online(m) && !c.standby(m.name) && !c.banned(r.get("id"), m.name) && !c.fatal(r, m.name) {
			may = append(may, m.name)
		}
	}
	if r.tag == "clone" || len(may) == 0 {
		return may
	}
	// What there is once stays where it is, and else goes to the first that may
	// have it, once it has ended where it was.
	for _, i := range c.all {
		if i.top == r.get("id") && i.role != "Stopped" {
			if slices.Contains(may, i.on) {
				return []string{i.on}
			}
			return nil
		}
	}
	return may[:1]
}

// fatal tells whether a part of a resource has failed to start on a node.
func (c *Cluster) fatal(r *element, node string) bool {
	return slices.ContainsFunc(c.all, func(i *instance) bool { return i.top == r.get("id") && i.on == node && i.failures >= infinity })
}

// infinity is a count of failures after which nothing is tried again.
const infinity = 1000000

// banned tells whether a constraint keeps a resource off a node now.
func (c *Cluster) banned(id, node string) bool {
	for _, rule := range c.config.child("constraints").children {
		if rule.get("rsc") != id {
			continue
		}
		if rule.get("node") == node && rule.get("score") == "-INFINITY" {
			return true
		}
		for _, r := range rule.children {
			if r.get("score") == "-INFINITY" && holds(r, node) {
				return true
			}
		}
	}
	return false
}

// holds tells whether all that a rule asks is so.
func holds(rule *element, node string) bool {
	for _, e := range rule.children {
		switch e.tag {
		case "expression":
			if e.get("attribute") != "#uname" || e.get("operation") != "eq" || e.get("value") != node {
				return false
			}
		case "date_expression":
			end, err := time.Parse(time.RFC3339, e.get("end"))
			if err != nil || e.get("operation") != "lt" || !time.Now().Before(end) {
				return false
			}
		}
	}
	return true
}

// primitives are the parts of a resource.
func primitives(r *element) []*element {
	if r.tag == "primitive" {
		return []*element{r}
	}
	return r.all("primitive")
}

// instances are a resource's on a node that is in the cluster.
func (c *Cluster) instances(r *element, node string) []*instance {
	var found []*instance
	for _, p := range primitives(r) {
		at := slices.IndexFunc(c.all, func(i *instance) bool { return i.top == r.get("id") && i.id == p.get("id") && i.on == node })
		if at < 0 {
			i := &instance{top: r.get("id"), id: p.get("id"), on: node, role: "Stopped"}
			i.agent = p.get("class") + ":" + p.get("type")
			if p.get("class") == "ocf" {
				i.agent = "ocf:" + p.get("provider") + ":" + p.get("type")
			} else {
				i.unit = p.get("type") + ".service"
			}
			for _, op := range p.all("op") {
				if every, err := time.ParseDuration(op.get("interval")); err == nil && op.get("name") == "monitor" {
					i.every = every
				}
			}
			at = len(c.all)
			c.all = append(c.all, i)
		}
		found = append(found, c.all[at])
	}
	return found
}

// works is what an agent's monitor would say: of a unit that it is active, also
// when its processes stand still.
func (i *instance) works(m *member) bool {
	return m.host == nil || i.unit == "" || active(m.host, i.unit) == "active"
}

// advance takes an instance one step further.
func (c *Cluster) advance(ctx context.Context, m *member, i *instance, wanted, managed bool) {
	now := time.Now()
	if now.Before(i.due) || !managed {
		return
	}
	local := m.host != nil && i.unit != ""
	switch i.role {
	case "Stopped":
		if wanted {
			i.role, i.due = "Starting", now.Add(lag)
			if local {
				_ = m.host.Start(ctx, i.unit, false)
			}
		}
	case "Starting":
		switch {
		case i.works(m):
			i.role, i.failed, i.looks = "Started", false, now.Add(i.every)
		case active(m.host, i.unit) != "activating": // a start that fails is fatal: it is tried nowhere twice
			i.failed, i.failures = true, infinity
			c.end(ctx, m, i)
		}
	case "Stopping":
		if !local || active(m.host, i.unit) == "inactive" || active(m.host, i.unit) == "failed" {
			i.role, i.failed, i.due = "Stopped", false, now
		}
	case "Started":
		switch {
		case !wanted:
			c.end(ctx, m, i)
		case i.every == 0 || now.Before(i.looks):
		case i.works(m):
			i.looks = now.Add(i.every)
		default:
			i.failed = true
			i.failures++
			c.end(ctx, m, i)
		}
	}
}

// end begins the end of an instance; the cluster notices it only after a while.
func (c *Cluster) end(ctx context.Context, m *member, i *instance) {
	i.role, i.due = "Stopping", time.Now().Add(lag)
	if m.host != nil && i.unit != "" {
		_ = m.host.Stop(ctx, i.unit, false)
	}
}
