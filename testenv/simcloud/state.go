package simcloud

import (
	"context"
	"net/http"
	"net/netip"
	"slices"
	"time"

	"github.com/openstack-eris/eris/testenv/simcloud/balancer"
	"github.com/openstack-eris/eris/testenv/simcloud/cluster"
)

const (
	pace     = 20 * time.Millisecond // between two looks at the cloud
	dbWindow = 2 * time.Second       // that the database's health checks take to see a loss

	galeraPort, rabbitPort = 4567, 25672 // among the members

	addressState = "/run/keepalived.state" // what a node's keepalived told of itself last

	databaseFiles = "/var/lib/mysql"
	commitBytes   = 16 << 10 // that a write brings to the disk
	fullBelow     = 1 << 20  // bytes that are left on a disk on which a database cannot write
)

// run looks at the cloud until it ends.
func (c *Cloud) run() {
	ticker := time.NewTicker(pace)
	defer ticker.Stop()
	for {
		select {
		case now := <-ticker.C:
			c.look(now)
		case <-c.ctx.Done():
			return
		}
	}
}

// look brings everything that follows from the state of the nodes up to date:
// who holds the virtual address, what clients meet there, the health checks,
// and the database.
func (c *Cloud) look(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lookSwitches()
	c.lookAddress(now)
	c.lookDatabase(now)
	c.lookRouters(now)
	c.reported(now)
	for _, s := range c.services {
		s.balancer.Tick(now)
	}
	for _, m := range c.machines {
		m.load.average(pace)
	}
	close(c.pulse)
	c.pulse = make(chan struct{})
}

func (c *Cloud) lookAddress(now time.Time) {
	haproxy, keepalived := partOf("haproxy").unit, partOf("keepalived").unit
	candidates, heard := []cluster.Candidate{}, together(c.serving(keepalived), "vrrp", 0)
	for _, m := range c.machines {
		// A holder that the others do not hear keeps the address, and so does
		// the one who takes it then: clients go to who said so last.
		speaks := slices.Contains(heard, m)
		ok := m.reach(haproxy) == balancer.Serving && speaks
		candidates = append(candidates, cluster.Candidate{Name: m.Name(), OK: ok, Speaks: speaks})
	}
	holder, between := c.address.Update(now, candidates)
	mode, pid := balancer.Closed, 0
	if m := c.machine(holder); m != nil {
		status, _ := m.status(haproxy)
		pid = status.PID
		switch reach := m.reach(haproxy); {
		case between || m.rack.cut() || !m.Hears(netip.MustParseAddr(virtualAddress)):
			mode = balancer.Gone // no packet for the address comes there
		case reach == balancer.Serving:
			mode = balancer.Open
		case reach == balancer.Mute:
			mode = balancer.Dumb
		}
	}
	c.tellStates(holder, between)
	moved := mode == balancer.Open && (holder != c.holder || pid != c.pid)
	if holder != c.holder {
		c.machine(holder).Note("address", "taken")
	}
	c.holder, c.mode = holder, mode
	c.balancing.Store(c.machine(holder))
	for _, s := range c.services {
		if moved {
			s.front.Reset()
			s.balancer.Forget()
		}
		if err := s.front.Set(c.ctx, mode); err != nil {
			c.machines[0].Note("error", err.Error())
		}
	}
	if mode == balancer.Open {
		c.pid = pid
	}
}

// tellStates leaves on each node what its keepalived says of itself: one that is
// frozen or was killed says nothing new.
func (c *Cloud) tellStates(holder string, between bool) {
	for _, m := range c.machines {
		state := "BACKUP\n"
		switch status, on := m.status(partOf("keepalived").unit); {
		case !on || status.Held || !status.Serving && !status.Clean:
			continue
		case !status.Serving:
			state = "STOP\n"
		case m.Name() == holder && !between:
			state = "MASTER\n"
		}
		if was, err := m.FS().ReadFile(addressState); err == nil && string(was) == state {
			continue
		}
		if err := m.FS().WriteFile(addressState, []byte(state), 0o644); err != nil {
			m.Note("error", err.Error())
		}
	}
}

func (c *Cloud) lookDatabase(now time.Time) {
	unit := partOf("mariadb").unit
	hearing := slices.DeleteFunc(c.serving(unit), c.isolated.has)
	states, member := map[string]cluster.State{}, together(hearing, "tcp", galeraPort)
	for _, m := range c.machines {
		switch status, on := m.status(unit); {
		case !on || status.Held:
			states[m.Name()] = cluster.Silent
		case status.Serving && slices.Contains(member, m):
			states[m.Name()] = cluster.Present
		case status.Serving:
			states[m.Name()] = cluster.Apart
		case status.Clean:
			states[m.Name()] = cluster.Left
		}
	}
	c.galera.Update(now, states)
	switch {
	case c.writer != "" && c.answers(c.writer):
		c.badDB = time.Time{}
		return
	case c.writer != "" && c.badDB.IsZero():
		c.badDB = now
		return
	case c.writer != "" && now.Sub(c.badDB) < dbWindow:
		return
	}
	for _, m := range c.machines {
		if c.answers(m.Name()) {
			c.writer, c.badDB = m.Name(), time.Time{}
			return
		}
	}
}

// answers tells whether the balancer's check finds a database in order.
func (c *Cloud) answers(name string) bool {
	p := path{from: c.machine(c.holder), to: c.machine(name), port: partOf("mariadb").port}
	return c.galera.Primary(name) && p.meets(partOf("mariadb").unit) == balancer.Serving
}

// serving lists the machines on which a unit's process runs and is not frozen.
func (c *Cloud) serving(unit string) []*machine {
	var list []*machine
	for _, m := range c.machines {
		if m.reach(unit) == balancer.Serving {
			list = append(list, m)
		}
	}
	return list
}

// answer is what a database says to a query.
type answer int

const (
	no answer = iota
	yes
	later // it has not said anything yet
)

// database tells what a query from a node meets now, and when to ask again.
// It goes through the virtual address.
func (c *Cloud) database(from *machine, unit string, write bool) (answer, <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	m := c.machine(c.writer)
	if m == nil {
		return no, c.pulse
	}
	holder, port := c.machine(c.holder), partOf("mariadb").port
	switch reach := (path{from: holder, to: m, port: port}).meets(partOf("mariadb").unit); {
	case !c.virtual(from, port).open():
		return later, c.pulse
	case c.virtual(from, port).of(unit).finds(balancer.Serving) == balancer.Refused:
		return no, c.pulse
	case c.virtual(from, port).of(unit).finds(balancer.Serving) == balancer.Mute:
		return later, c.pulse
	case reach == balancer.Dark || reach == balancer.Mute:
		return later, c.pulse
	case reach == balancer.Refused || !c.galera.Primary(c.writer):
		return no, c.pulse
	case write && c.galera.Stalled():
		return later, c.pulse
	case write && !m.writable(databaseFiles):
		return no, c.pulse
	}
	return yes, c.pulse
}

// databaseWay is that of a unit's queries to the virtual address.
func (c *Cloud) databaseWay(from *machine, unit string) path {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.virtual(from, partOf("mariadb").port).of(unit)
}

// databaseLag is what packets cost a query that are lost on its way, and with
// those that Galera sends to each member a write.
func (c *Cloud) databaseLag(from *machine, write bool) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	writer, port := c.machine(c.writer), partOf("mariadb").port
	if writer == nil {
		return 0
	}
	lag := c.virtual(from, port).takes(message) + path{from: c.machine(c.holder), to: writer, port: port}.takes(message)
	slowest := time.Duration(0)
	for _, m := range c.machines {
		if write && m != writer && c.galera.Primary(m.Name()) {
			slowest = max(slowest, path{from: writer, to: m, port: galeraPort}.takes(message))
		}
	}
	return lag + slowest
}

// commit is how long the database's node takes now to write to its disk.
func (c *Cloud) commit() time.Duration {
	c.mu.Lock()
	m := c.machine(c.writer)
	c.mu.Unlock()
	if m == nil {
		return 0
	}
	manager := m.Systemd()
	if manager == nil {
		return 0
	}
	return manager.Transfer(partOf("mariadb").unit, commitBytes, true)
}

// writable tells whether there is room on a disk, and it takes anything.
func (m *machine) writable(name string) bool {
	s, err := m.FS().Statfs(name)
	return err == nil && !s.ReadOnly && (s.Size == 0 || s.Size-s.Used >= fullBelow)
}

// virtual is the path from a node to the virtual address. The caller holds the
// lock.
func (c *Cloud) virtual(from *machine, port int) path {
	return path{from: from, to: c.machine(c.holder), address: virtualAddress, port: port}
}

// ask makes a request of a service's virtual address without a socket; status
// 0 means that there was no answer.
func (c *Cloud) ask(from *machine, user int, name string, r *http.Request) (status int, body []byte) {
	for {
		c.mu.Lock()
		mode, pulse := c.mode, c.pulse
		way := c.virtual(from, partOf(name).port)
		way.user = user
		if !way.open() {
			mode = balancer.Dumb
		}
		c.mu.Unlock()
		switch mode {
		case balancer.Closed:
			return 0, nil
		case balancer.Open:
			led := way.redirected()
			if led.Reset || led.Nobody || led.Silent || wait(r.Context(), way.takes(message)+led.Late) != nil {
				return 0, nil
			}
			if led.Status != 0 {
				return led.Status, nil
			}
			status, _, body = balancer.Ask(c.services[name].balancer, r)
			return status, body
		case balancer.Dumb, balancer.Gone:
		}
		select {
		case <-pulse:
		case <-r.Context().Done():
			return 0, nil
		}
	}
}

// wait returns early, with its error, when ctx ends.
func wait(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
