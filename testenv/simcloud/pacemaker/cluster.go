// Package pacemaker is a cluster of Pacemaker on simulated nodes, in the behaviour
// that faults lean on: it starts what it is to run and what somebody stopped behind
// its back, once its monitor looks; heeds constraints of location, with rules and
// their dates; counts failures; leaves where it is what went elsewhere. What its
// programs print is what Pacemaker 2.1.5 of Debian 12 prints, as far as scripts
// read it.
package pacemaker

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/openstack-eris/eris/testenv/simcloud/systemd"
)

// Host is the boot of a node, which runs what is of the class systemd.
type Host interface {
	Start(ctx context.Context, name string, wait bool) error
	Stop(ctx context.Context, name string, wait bool) error
	Show(name string) []systemd.Property
}

var _ Host = (*systemd.Manager)(nil)

// Unit is the one on whose being active it depends whether a node is in the
// cluster; a node in it has to have it.
const Unit = "pacemaker.service"

// tick is how often the cluster looks at what it has to do, lag how long its own
// picture stays behind what it has done.
const (
	tick = 50 * time.Millisecond
	lag  = 200 * time.Millisecond
)

// Cluster is what its members share. It outlives their boots.
type Cluster struct {
	mu      sync.Mutex
	config  *element
	members []*member
	all     []*instance
	lost    map[string]bool
	mute    map[string]bool
	remote  map[string]bool
	old     bool
}

// member is a node of the cluster. One that no simulated node joined as is there
// and does what it is told.
type member struct {
	name   string
	host   Host // nil while the node is off
	joined bool
}

// instance is a primitive on a node, or to be on one.
type instance struct {
	top, id, unit, agent string
	on                   string // the node
	role                 string // Started, Starting, Stopping, Stopped
	failed               bool
	failures             int
	due                  time.Time // when its role is to change
	looks                time.Time // when its monitor looks at it
	every                time.Duration
}

// New is a cluster of those nodes with those resources, as elements of XML one
// behind the other.
func New(ctx context.Context, nodes []string, resources string) (*Cluster, error) {
	list, err := parse("<resources>" + resources + "</resources>")
	if err != nil {
		return nil, fmt.Errorf("read resources: %w", err)
	}
	names := el("nodes")
	c := &Cluster{lost: map[string]bool{}, mute: map[string]bool{}, remote: map[string]bool{}}
	for i, name := range nodes {
		names.with(el("node", "id", fmt.Sprint(i+1), "uname", name))
		c.members = append(c.members, &member{name: name})
	}
	c.config = el("configuration").with(
		el("crm_config").with(el("cluster_property_set", "id", "cib-bootstrap-options").with(
			el("nvpair", "id", "cib-bootstrap-options-stonith-enabled", "name", "stonith-enabled", "value", "false"))),
		names, list, el("constraints"))
	go c.run(ctx)
	return c, nil
}

func (c *Cluster) run(ctx context.Context) {
	for ctx.Err() == nil {
		c.step(ctx)
		select {
		case <-time.After(tick):
		case <-ctx.Done():
		}
	}
}

// Join has a simulated node be the member of that name.
func (c *Cluster) Join(name string, host Host) {
	c.mu.Lock()
	defer c.mu.Unlock()
	m := c.member(name)
	m.host, m.joined = host, true
	c.gone(name)
}

// Leave is what a power cut does to a member.
func (c *Cluster) Leave(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.member(name).host = nil
	c.gone(name)
}

// Lose takes members away that no simulated node is.
func (c *Cluster) Lose(names ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, name := range names {
		c.lost[name] = true
		c.gone(name)
	}
}

// Mute has a member's programs get no answer, or get one again, while all goes on.
func (c *Cluster) Mute(name string, mute bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.mute[name] = mute
}

// Remote has a node be one of Pacemaker Remote.
func (c *Cluster) Remote(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.remote[name] = true
}

// Age has crm_mon be one before 2.0.3, which has no --output-as.
func (c *Cluster) Age() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.old = true
}

// Find gives back members that were lost.
func (c *Cluster) Find(names ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, name := range names {
		delete(c.lost, name)
	}
}

// gone forgets what ran on a node, with what failed there.
func (c *Cluster) gone(name string) {
	c.all = slices.DeleteFunc(c.all, func(i *instance) bool { return i.on == name })
}

func (c *Cluster) member(name string) *member {
	at := slices.IndexFunc(c.members, func(m *member) bool { return m.name == name })
	if at < 0 {
		return &member{name: name}
	}
	return c.members[at]
}

func active(host Host, unit string) string {
	for _, p := range host.Show(unit) {
		if p.Name == "ActiveState" {
			return p.Value
		}
	}
	return ""
}

// online tells whether a member is in the cluster.
func (c *Cluster) online(m *member) bool {
	if m.joined {
		return m.host != nil && active(m.host, Unit) == "active"
	}
	return !c.lost[m.name]
}

func (c *Cluster) quorum() bool {
	up := 0
	for _, m := range c.members {
		if c.online(m) {
			up++
		}
	}
	return 2*up > len(c.members)
}

// standby tells of a node what its own attributes say.
func (c *Cluster) standby(name string) bool {
	for _, n := range c.config.child("nodes").children {
		if n.get("uname") == name {
			return n.setting("standby") == "on"
		}
	}
	return false
}

// managed tells whether the cluster does anything with a resource.
func (c *Cluster) managed(r *element) bool {
	return c.config.child("crm_config").setting("maintenance-mode") != "true" && r.setting("is-managed") != "false"
}
