package api

import (
	"cmp"
	"net/http"
	"slices"
	"time"
)

// agentsSilentFor is how long Neutron takes an agent for alive that it has not heard
// of (agent_down_time); Nova and Cinder take a minute.
const agentsSilentFor = 75 * time.Second

// Daemon is a service of the cloud that reports to its API on its own, by its binary
// and host.
type Daemon struct{ Binary, Host string }

// reporter is one, as its API's database has it.
type reporter struct {
	Daemon
	id    string
	first time.Time
	heard time.Time // when it reported last
	off   bool
}

// Reports notes that a daemon has reported, at the first time that it is there.
func (s *Store) Reports(d Daemon, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	one := s.reporters[d]
	if one == nil {
		one = &reporter{Daemon: d, id: s.computeID(), first: now}
		s.reporters[d] = one
	}
	one.heard = now
}

// missed is after how long without a report a daemon is taken for down: the usual
// time of its API, unless another is set for all.
func (s *Store) missed(usual time.Duration) time.Duration { return cmp.Or(s.Silent, usual) }

// reporting are the daemons with these binaries, by binary and host. Called with mu held.
func (s *Store) reporting(binaries ...string) []*reporter {
	var found []*reporter
	for _, one := range s.reporters {
		if slices.Contains(binaries, one.Binary) {
			found = append(found, one)
		}
	}
	slices.SortFunc(found, func(a, b *reporter) int { return cmp.Or(cmp.Compare(a.Binary, b.Binary), cmp.Compare(a.Host, b.Host)) })
	return found
}

// agentKinds are the agents of Neutron: what it calls them, and their topic.
func agentKinds() map[string][2]string {
	return map[string][2]string{"neutron-l3-agent": {"L3 agent", "l3_agent"}}
}

func (s *Store) agentView(one *reporter, now time.Time) object {
	kind, stamp := agentKinds()[one.Binary], func(at time.Time) string { return at.UTC().Format("2006-01-02 15:04:05") }
	return object{
		"id": one.id, "agent_type": kind[0], "binary": one.Binary, "topic": kind[1], "host": one.Host, "admin_state_up": !one.off,
		"alive": now.Sub(one.heard) < s.missed(agentsSilentFor), "availability_zone": "nova", "description": nil, "resources_synced": nil,
		"created_at": stamp(one.first), "started_at": stamp(one.first), "heartbeat_timestamp": stamp(one.heard),
		"configurations": object{"agent_mode": "legacy", "log_agent_heartbeats": false},
	}
}

// agents serves Neutron's agents. Who is no administrator sees none.
func (s *Service) agents() {
	all := func(c *call) []*reporter {
		if !c.admin() {
			return nil
		}
		return s.store.reporting("neutron-l3-agent")
	}
	find := func(c *call) *reporter {
		for _, one := range all(c) {
			if one.id == c.r.PathValue("id") {
				return one
			}
		}
		c.refuse(http.StatusNotFound, "AgentNotFound", "Agent "+c.r.PathValue("id")+" could not be found.")
		return nil
	}
	s.locked("GET /v2.0/agents", neutronWork, func(c *call) {
		rows, query := []object{}, c.r.URL.Query()
		fields := query["fields"]
		for _, one := range all(c) {
			row := s.store.agentView(one, time.Now())
			if !matches(row, query) {
				continue
			}
			for name := range row {
				if len(fields) > 0 && !slices.Contains(fields, name) {
					delete(row, name)
				}
			}
			rows = append(rows, row)
		}
		c.json(http.StatusOK, object{"agents": rows})
	})
	s.locked("GET /v2.0/agents/{id}", neutronWork/2, func(c *call) {
		if one := find(c); one != nil {
			c.json(http.StatusOK, object{"agent": s.store.agentView(one, time.Now())})
		}
	})
	s.locked("PUT /v2.0/agents/{id}", neutronWork, func(c *call) {
		one := find(c)
		if one == nil {
			return
		}
		if given := c.body("agent", object{"admin_state_up": !one.off}); given != nil {
			one.off = given["admin_state_up"] != true
			c.json(http.StatusOK, object{"agent": s.store.agentView(one, time.Now())})
		}
	})
}

// volumeServices serves Cinder's services, to administrators.
func (s *Service) volumeServices() {
	s.locked("GET /v3/{project}/os-services", cinderWork, func(c *call) {
		if !c.admin() {
			c.fail(http.StatusForbidden, "Policy doesn't allow volume_extension:services:index to be performed.")
			return
		}
		rows, query, now := []object{}, c.r.URL.Query(), time.Now()
		for _, one := range s.store.reporting("cinder-scheduler", "cinder-volume") {
			row := object{
				"binary": one.Binary, "host": one.Host, "zone": "nova", "updated_at": stamp(one.heard), "disabled_reason": nil,
				"status": map[bool]string{true: "disabled", false: "enabled"}[one.off],
				"state":  map[bool]string{true: "up", false: "down"}[now.Sub(one.heard) < s.store.missed(silentFor)],
			}
			if one.Binary == "cinder-volume" {
				row["frozen"], row["replication_status"], row["active_backend_id"] = false, "disabled", nil
			}
			if matches(row, query) {
				rows = append(rows, row)
			}
		}
		c.json(http.StatusOK, object{"services": rows})
	})
	for _, word := range []string{"enable", "disable"} {
		s.locked("PUT /v3/{project}/os-services/"+word, cinderWork, func(c *call) {
			var body Daemon
			switch {
			case !c.admin():
				c.fail(http.StatusForbidden, "Policy doesn't allow volume_extension:services:update to be performed.")
				return
			case !c.decode(&body):
				return
			}
			one := s.store.reporters[body]
			if one == nil || !slices.Contains([]string{"cinder-scheduler", "cinder-volume"}, one.Binary) {
				c.fail(http.StatusNotFound, "Service could not be found on host "+body.Host+".")
				return
			}
			one.off = word == "disable"
			c.json(http.StatusOK, object{"host": one.Host, "service": one.Binary, "binary": one.Binary, "disabled": one.off, "status": word + "d"})
		})
	}
}
