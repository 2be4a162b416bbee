package simcloud

import (
	"fmt"
	"net/netip"
	"slices"
	"time"

	"github.com/openstack-eris/eris/testenv/simcloud/node"
	"github.com/openstack-eris/eris/testenv/simcloud/systemd"
)

// A tenant's router that is on all nodes, as Neutron's L3 agent has it: a network
// namespace with its interfaces on each, and in it a keepalived, which agrees with
// the others by VRRP over the interface ha-. One of them has the addresses.

const (
	routerAgent  = "neutron-l3-agent"
	computeAgent = "nova-compute"

	routerID   = "3f7c2b52-6d0e-4a58-9d5c-0b1f6c2a7e11"
	routerConf = "/var/lib/neutron/ha_confs/" + routerID
	routerMAC  = "fa:16:3e:00:00:01" // of its ports, which are the same on every node

	built     = 400 * time.Millisecond // that the agent takes for a router
	advertise = time.Second
	masterOut = 3800 * time.Millisecond // without an advertisement: three intervals, and the skew of priority 50
	tunnels   = 4789                    // the port of VXLAN
)

// routed are the addresses that the primary has, by link.
func routed() map[string]netip.Prefix {
	return map[string]netip.Prefix{
		"ha-":            netip.MustParsePrefix("169.254.0.1/24"),
		"qr-1c7a51b0-52": netip.MustParsePrefix("10.20.0.1/24"),
		"qg-8e3f0d6c-9b": netip.MustParsePrefix("203.0.113.20/24"),
	}
}

// routers is the router on all nodes.
type routers struct {
	on      map[string]*instance
	primary string
	silent  time.Time // since when the primary is not heard; zero while it is
	told    time.Time // when they advertised last
	heard   []*machine
}

// instance is the router on one node.
type instance struct {
	manager *systemd.Manager // of the boot that it is of
	agent   int              // the process of the agent that has built it last
	due     time.Time        // when that agent has
	space   *node.Space      // in which its keepalived was started
	pid     int              // of that
}

// haLink is the name of a node's own port on the network of VRRP.
func haLink(index int) string { return fmt.Sprintf("ha-4d1e7f0%d-aa", index) }

// lookRouters does what the agents and the keepalived of the router do. The caller
// holds the lock.
func (c *Cloud) lookRouters(now time.Time) {
	if c.routers.on == nil {
		c.routers.on = map[string]*instance{}
	}
	var speaking []*machine
	for i, m := range c.machines {
		one := c.routers.on[m.Name()]
		if manager := m.Systemd(); one == nil || one.manager != manager {
			one = &instance{manager: manager}
			c.routers.on[m.Name()] = one
		}
		if one.manager == nil {
			continue
		}
		c.agent(now, m, one, i)
		if one.speaks(haLink(i)) {
			speaking = append(speaking, m)
		} else if one.thinks() {
			one.address(haLink(i), false) // it is in the state FAULT
		}
	}
	r := &c.routers
	if now.Sub(r.told) >= advertise || r.primary == "" {
		r.told, r.heard = now, together(speaking, "udp", tunnels)
	}
	heard := slices.DeleteFunc(slices.Clone(r.heard), func(m *machine) bool { return !slices.Contains(speaking, m) })
	named := func(name string) bool {
		return slices.ContainsFunc(heard, func(m *machine) bool { return m.Name() == name })
	}
	switch {
	case named(r.primary):
		r.silent = time.Time{}
	case len(heard) == 0:
	case r.primary != "" && r.silent.IsZero():
		r.silent = now
	case r.primary == "" || now.Sub(r.silent) >= masterOut:
		r.primary, r.silent = heard[0].Name(), time.Time{}
		c.machine(r.primary).Note("router", "primary")
	}
	for i, m := range c.machines {
		if slices.Contains(heard, m) {
			c.routers.on[m.Name()].address(haLink(i), m.Name() == r.primary)
		}
	}
}

// agent builds the router where a new process of the agent does not find it, and
// has keepalived read its configuration again where that runs, in whatever
// namespace: the agent asks for its process only.
func (c *Cloud) agent(now time.Time, m *machine, one *instance, index int) {
	status, _ := m.status(partOf(routerAgent).unit)
	switch {
	case !status.Serving || status.Held || one.agent == status.PID:
		one.due = time.Time{}
		return
	case one.due.IsZero():
		one.due = now.Add(built)
		if !c.started.Load() {
			one.due = now
		}
	}
	if now.Before(one.due) {
		return
	}
	if one.space != nil && !one.space.Named("qrouter-"+routerID) && one.space.Held() {
		return // its ports are in the old one, and cannot be made again; it tries that for ever
	}
	space := m.Space("qrouter-" + routerID)
	if space == nil {
		return
	}
	own := netip.PrefixFrom(netip.AddrFrom4([4]byte{169, 254, 192, byte(11 + index)}), 18)
	if !space.Links.Has(haLink(index)) {
		space.Links.Plug(haLink(index), fmt.Sprintf("fa:16:3e:01:00:%02x", index), own)
	}
	for name := range routed() {
		if name != "ha-" && !space.Links.Has(name) {
			space.Links.Plug(name, routerMAC)
		}
	}
	if _, runs := one.manager.Process(one.pid); !runs {
		conf := []byte("vrrp_instance VR_1 {\n    state BACKUP\n    interface " + haLink(index) + "\n    nopreempt\n}\n")
		if err := m.FS().WriteFile(routerConf+"/keepalived.conf", conf, 0o644); err != nil {
			m.Note("error", err.Error())
		}
		pid, err := space.Spawn("/system.slice/"+partOf(routerAgent).unit,
			[]string{"keepalived", "-P", "-f", routerConf + "/keepalived.conf", "-p", routerConf + ".pid.keepalived", "-r", routerConf + ".pid.keepalived-vrrp"})
		if err != nil {
			return // the node goes down
		}
		one.space, one.pid = space, pid
		one.address(haLink(index), false)
	}
	one.agent = status.PID
}

// thinks tells whether its keepalived runs.
func (i *instance) thinks() bool {
	held, there := i.manager.Process(i.pid)
	return there && !held
}

// speaks tells whether its keepalived runs and its link takes what it says.
func (i *instance) speaks(link string) bool {
	return i.space != nil && i.thinks() && i.space.Links.Up(link)
}

// address gives the router's addresses to its links, or takes them away. A
// keepalived that was killed does neither: what it had stays.
func (i *instance) address(link string, there bool) {
	for name, prefix := range routed() {
		if name == "ha-" {
			name = link
		}
		i.space.Links.Assign(name, prefix, there)
	}
}
