package api

import (
	"fmt"
	"maps"
	"math"
	"net/http"
	"slices"
	"strings"
	"time"
)

const (
	octaviaWork  = 25 * time.Millisecond
	balancerTime = 800 * time.Millisecond // that a worker takes for what a balancer was told, as with the no-op drivers
)

// balancing is what Octavia has in its database.
type balancing struct {
	balancers map[string]*loadBalancer
	listeners map[string]object
	pools     map[string]object
	most      map[string]int // of each, that a project may have
}

// loadBalancer is one of a project's. Its state follows from the time, while there is
// a worker.
type loadBalancer struct {
	id, name, project, port, network string
	tags                             []any
	pending                          string // its status until then
	due                              time.Time
	made                             time.Time
}

func newBalancing() balancing {
	return balancing{
		balancers: map[string]*loadBalancer{}, listeners: map[string]object{}, pools: map[string]object{},
		most: map[string]int{"load_balancer": -1, "listener": -1, "pool": -1, "member": -1, "health_monitor": -1},
	}
}

func (b *loadBalancer) told(pending string) {
	b.pending, b.due = pending, time.Now().Add(balancerTime)
}

func (b *loadBalancer) status(now time.Time) string {
	if now.Before(b.due) {
		return b.pending
	}
	return "ACTIVE"
}

func (b *loadBalancer) gone(now time.Time) bool {
	return b.pending == "PENDING_DELETE" && !now.Before(b.due)
}

func (s *Store) viewBalancer(b *loadBalancer) object {
	row := object{
		"id": b.id, "name": b.name, "project_id": b.project, "provisioning_status": b.status(time.Now()), "operating_status": "ONLINE", "admin_state_up": true, "provider": "noop_driver",
		"vip_port_id": b.port, "vip_network_id": b.network, "vip_subnet_id": nil, "vip_address": nil, "tags": b.tags, "description": "", "flavor_id": nil, "availability_zone": nil,
		"created_at": iso(b.made)[:19], "updated_at": nil, "listeners": s.children(s.listeners, b.id), "pools": s.children(s.pools, b.id), "vip_qos_policy_id": nil,
	}
	if ips, _ := s.ports[b.port]["fixed_ips"].([]object); len(ips) > 0 {
		row["vip_address"], row["vip_subnet_id"] = ips[0]["ip_address"], ips[0]["subnet_id"]
	}
	return row
}

// children are the ids of a balancer's listeners, or pools.
func (s *Store) children(of map[string]object, balancer string) []object {
	ids := []object{}
	for _, id := range slices.Sorted(maps.Keys(of)) {
		if of[id]["balancer"] == balancer {
			ids = append(ids, object{"id": id})
		}
	}
	return ids
}

func (s *Service) octavia() {
	s.mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		c := s.call(w, r)
		c.json(http.StatusOK, object{"versions": []object{version("v2.0", "SUPPORTED", "", "", c.base()+"/v2"), version("v2.25", "CURRENT", "", "", c.base()+"/v2")}})
	})
	const lbaas = " /v2.0/lbaas/"
	s.balances("GET"+lbaas+"loadbalancers", func(c *call) {
		rows := []object{}
		for _, id := range slices.Sorted(maps.Keys(s.store.balancers)) {
			one := s.store.balancers[id]
			if c.mayBalance(one.project) && (c.r.URL.Query().Get("name") == "" || c.r.URL.Query().Get("name") == one.name) {
				rows = append(rows, s.store.viewBalancer(one))
			}
		}
		c.json(http.StatusOK, object{"loadbalancers": rows, "loadbalancers_links": []object{}})
	})
	s.balances("POST"+lbaas+"loadbalancers", createBalancer)
	s.balances("GET"+lbaas+"loadbalancers/{id}", func(c *call) {
		if one := c.balancer(c.r.PathValue("id")); one != nil {
			c.json(http.StatusOK, object{"loadbalancer": s.store.viewBalancer(one)})
		}
	})
	s.balances("DELETE"+lbaas+"loadbalancers/{id}", deleteBalancer)
	for many, rows := range map[string]map[string]object{"listeners": s.store.listeners, "pools": s.store.pools} {
		s.balances("GET"+lbaas+many, func(c *call) {
			found := []object{}
			for _, id := range slices.Sorted(maps.Keys(rows)) {
				if project, _ := rows[id]["project_id"].(string); c.mayBalance(project) {
					found = append(found, s.store.child(rows[id]))
				}
			}
			c.json(http.StatusOK, object{many: found, many + "_links": []object{}})
		})
		s.balances("GET"+lbaas+many+"/{id}", func(c *call) {
			row, one := rows[c.r.PathValue("id")], strings.TrimSuffix(many, "s")
			if project, _ := row["project_id"].(string); row == nil || !c.mayBalance(project) {
				c.fail(http.StatusNotFound, one+" "+c.r.PathValue("id")+" not found.")
				return
			}
			c.json(http.StatusOK, object{one: s.store.child(row)})
		})
	}
	s.balances("POST"+lbaas+"listeners", func(c *call) { c.adds("listener", s.store.listeners) })
	s.balances("POST"+lbaas+"pools", func(c *call) { c.adds("pool", s.store.pools) })
	s.balances("POST"+lbaas+"pools/{pool}/members", func(c *call) { c.adds("member", nil) })
	s.balances("GET"+lbaas+"quotas/{project}", func(c *call) { c.json(http.StatusOK, object{"quota": s.store.balancing.most}) })
}

// balances serves a pattern with the database locked, and what balancers were told
// done up to now.
func (s *Service) balances(pattern string, answer func(*call)) {
	s.locked(pattern, octaviaWork, func(c *call) {
		now := time.Now()
		s.store.advance(now)
		for id, one := range s.store.balancers {
			if one.gone(now) {
				s.store.unbalance(id, one)
			}
		}
		answer(c)
	})
}

// unbalance forgets a balancer with all that belongs to it. The caller holds the lock.
func (s *Store) unbalance(id string, one *loadBalancer) {
	delete(s.balancers, id)
	s.dropPort(one.port)
	for _, rows := range []map[string]object{s.listeners, s.pools} {
		maps.DeleteFunc(rows, func(_ string, row object) bool { return row["balancer"] == id })
	}
}

// mayBalance tells whether the request's user is shown what a project has.
func (c *call) mayBalance(project string) bool {
	wanted := c.r.URL.Query().Get("project_id")
	return (project == c.token.Project || c.admin()) && (wanted == "" || wanted == project)
}

// child is a listener, a pool or a member as it is shown: it is pending for as long as
// its balancer is.
func (s *Store) child(row object) object {
	shown := maps.Clone(row)
	of, _ := row["balancer"].(string)
	delete(shown, "balancer")
	if one := s.balancers[of]; one != nil && one.status(time.Now()) == "ACTIVE" {
		shown["provisioning_status"], shown["operating_status"] = "ACTIVE", "ONLINE"
	}
	return shown
}

// balancer is the one of that id; otherwise the answer has been made. The caller holds
// the lock.
func (c *call) balancer(id string) *loadBalancer {
	one := c.service.store.balancers[id]
	if one == nil || one.project != c.token.Project && !c.admin() {
		c.fail(http.StatusNotFound, "Load Balancer "+id+" not found.")
		return nil
	}
	return one
}

// mutable tells whether a balancer can be told something; otherwise the answer has
// been made.
func (c *call) mutable(one *loadBalancer) bool {
	if one.status(time.Now()) == "ACTIVE" {
		return true
	}
	c.fail(http.StatusConflict, "Load Balancer "+one.id+" is immutable and cannot be updated.")
	return false
}

// counted tells whether the project may have one more; otherwise the answer has been
// made.
func (c *call) counted(resource, words string, used int) bool {
	if most := c.service.store.balancing.most[resource]; most >= 0 && used >= most {
		c.fail(http.StatusForbidden, "Quota has been met for resources: "+words)
		return false
	}
	return true
}

func createBalancer(c *call) {
	var body struct {
		Balancer struct {
			Name    string `json:"name"`
			Network string `json:"vip_network_id"`
			Subnet  string `json:"vip_subnet_id"`
			Tags    []any  `json:"tags"`
			Up      any    `json:"admin_state_up"`
		} `json:"loadbalancer"`
	}
	if !c.decode(&body) {
		return
	}
	store, ask, used := c.service.store, body.Balancer, 0
	if ask.Network == "" {
		ask.Network, _ = store.subnets[ask.Subnet]["network_id"].(string)
	}
	for _, one := range store.balancers {
		if one.project == c.token.Project {
			used++
		}
	}
	switch {
	case len(ask.Name) > longestName:
		c.fail(http.StatusBadRequest, "Invalid input for field/attribute name. Value should have a maximum character requirement of 255")
	case ask.Up != nil && !isFlag(ask.Up):
		c.fail(http.StatusBadRequest, "Invalid input for field/attribute admin_state_up. Value should be a boolean")
	case body.Balancer.Network == "" && ask.Subnet == "":
		c.fail(http.StatusBadRequest, "Validation failure: VIP must contain one of: vip_port_id, vip_network_id, vip_subnet_id.")
	case store.networks[ask.Network] == nil:
		c.fail(http.StatusBadRequest, "Network "+ask.Network+" not found.")
	case c.counted("load_balancer", "Load Balancer", used):
		one := &loadBalancer{id: store.newID(), name: ask.Name, project: c.token.Project, network: ask.Network, tags: ask.Tags, made: time.Now()}
		if one.tags == nil {
			one.tags = []any{}
		}
		one.port = store.port(ask.Network, c.token.Project)
		store.ports[one.port]["name"], store.ports[one.port]["device_owner"], store.ports[one.port]["device_id"] = "octavia-lb-"+one.id, "Octavia", "lb-"+one.id
		one.told("PENDING_CREATE")
		store.balancers[one.id] = one
		c.json(http.StatusCreated, object{"loadbalancer": store.viewBalancer(one)})
	}
}

func isFlag(value any) bool {
	_, is := value.(bool)
	return is
}

func deleteBalancer(c *call) {
	one := c.balancer(c.r.PathValue("id"))
	switch store := c.service.store; {
	case one == nil || !c.mutable(one):
	case strings.ToLower(c.r.URL.Query().Get("cascade")) != "true" && len(store.children(store.listeners, one.id))+len(store.children(store.pools, one.id)) > 0:
		c.fail(http.StatusBadRequest, "Cannot delete Load Balancer "+one.id+" - it has children")
	default:
		one.told("PENDING_DELETE")
		c.w.WriteHeader(http.StatusNoContent)
	}
}

// adds gives a balancer a listener, a pool or a member.
func (c *call) adds(kind string, rows map[string]object) {
	var body map[string]object
	store := c.service.store
	if !c.decode(&body) {
		return
	}
	row := body[kind]
	id, _ := row["loadbalancer_id"].(string)
	for _, of := range []object{store.listeners[fmt.Sprint(row["listener_id"])], store.pools[c.r.PathValue("pool")]} {
		if of != nil {
			id, _ = of["balancer"].(string)
		}
	}
	used := 0
	for _, each := range rows {
		if each["project_id"] == c.token.Project {
			used++
		}
	}
	name, isText := row["name"].(string)
	port, isPort := row["protocol_port"].(float64)
	lacks := ""
	for _, name := range map[string][]string{"listener": {"protocol", "protocol_port"}, "pool": {"protocol", "lb_algorithm"}, "member": {"address", "protocol_port"}}[kind] {
		if row[name] == nil {
			lacks = name
		}
	}
	one := store.balancers[id]
	switch {
	case row["name"] != nil && !isText, len(name) > longestName:
		c.fail(http.StatusBadRequest, "Invalid input for field/attribute name. Value should be a text of at most 255 characters")
	case row["protocol_port"] != nil && (!isPort || port != math.Trunc(port) || port < 1 || port > 65535):
		c.fail(http.StatusBadRequest, "Invalid input for field/attribute protocol_port. Value should be from 1 to 65535")
	case row["admin_state_up"] != nil && !isFlag(row["admin_state_up"]):
		c.fail(http.StatusBadRequest, "Invalid input for field/attribute admin_state_up. Value should be a boolean")
	case lacks != "":
		c.fail(http.StatusBadRequest, "Invalid input for field/attribute "+lacks+". Value: 'None'. Mandatory field missing.")
	case one == nil:
		c.balancer(id)
	case c.mutable(one) && c.counted(kind, strings.ToUpper(kind[:1])+kind[1:], used):
		fresh := object{"id": store.newID(), "project_id": c.token.Project, "provisioning_status": "PENDING_CREATE", "operating_status": "OFFLINE", "admin_state_up": true, "tags": []string{}}
		maps.Copy(fresh, row)
		fresh["balancer"], fresh["loadbalancers"] = one.id, []object{{"id": one.id}}
		if rows != nil {
			rows[fresh["id"].(string)] = fresh
		}
		one.told("PENDING_UPDATE")
		c.json(http.StatusCreated, object{kind: store.child(fresh)})
	}
}
