package simcloud

import (
	"net/http"
	"time"

	"github.com/openstack-eris/eris/testenv/simcloud/balancer"
	"github.com/openstack-eris/eris/testenv/simcloud/cluster"
)

const (
	pace     = 20 * time.Millisecond // between two looks at the cloud
	dbWindow = 2 * time.Second       // that the database's health checks take to see a loss
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
	c.lookAddress(now)
	c.lookDatabase(now)
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
	candidates := []cluster.Candidate{}
	for _, m := range c.machines {
		ok := m.reach(haproxy) == balancer.Serving && m.reach(keepalived) == balancer.Serving
		candidates = append(candidates, cluster.Candidate{Name: m.Name(), OK: ok})
	}
	holder := c.address.Update(now, candidates)
	mode, pid := balancer.Closed, 0
	if m := c.machine(holder); m != nil {
		status, _ := m.status(haproxy)
		pid = status.PID
		switch m.reach(haproxy) {
		case balancer.Serving:
			mode = balancer.Open
		case balancer.Mute, balancer.Dark:
			mode = balancer.Dumb
		case balancer.Refused:
		}
	}
	moved := mode == balancer.Open && (holder != c.holder || pid != c.pid)
	if holder != c.holder {
		c.machine(holder).Note("address", "taken")
	}
	c.holder, c.mode = holder, mode
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

func (c *Cloud) lookDatabase(now time.Time) {
	unit := partOf("mariadb").unit
	states := map[string]cluster.State{}
	for _, m := range c.machines {
		switch status, on := m.status(unit); {
		case !on || status.Held:
			states[m.Name()] = cluster.Silent
		case status.Serving:
			states[m.Name()] = cluster.Present
		case status.Clean:
			states[m.Name()] = cluster.Left
		}
	}
	c.galera.Update(now, states)
	switch {
	case c.writer != "" && c.galera.Primary(c.writer):
		c.badDB = time.Time{}
		return
	case c.writer != "" && c.badDB.IsZero():
		c.badDB = now
		return
	case c.writer != "" && now.Sub(c.badDB) < dbWindow:
		return
	}
	for _, m := range c.machines {
		if c.galera.Primary(m.Name()) {
			c.writer, c.badDB = m.Name(), time.Time{}
			return
		}
	}
}

// answer is what a database says to a query.
type answer int

const (
	no answer = iota
	yes
	later // it has not said anything yet
)

// database tells what a query meets now, and when to ask again.
func (c *Cloud) database(write bool) (answer, <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	m := c.machine(c.writer)
	if m == nil {
		return no, c.pulse
	}
	switch reach := m.reach(partOf("mariadb").unit); {
	case reach == balancer.Dark || reach == balancer.Mute:
		return later, c.pulse
	case reach == balancer.Refused || !c.galera.Primary(c.writer):
		return no, c.pulse
	case write && c.galera.Stalled():
		return later, c.pulse
	}
	return yes, c.pulse
}

// ask makes a request of a service's virtual address without a socket; status
// 0 means that there was no answer.
func (c *Cloud) ask(name string, r *http.Request) (status int, body []byte) {
	for {
		c.mu.Lock()
		mode, pulse := c.mode, c.pulse
		c.mu.Unlock()
		switch mode {
		case balancer.Closed:
			return 0, nil
		case balancer.Open:
			status, _, body = balancer.Ask(c.services[name].balancer, r)
			return status, body
		case balancer.Dumb:
		}
		select {
		case <-pulse:
		case <-r.Context().Done():
			return 0, nil
		}
	}
}
