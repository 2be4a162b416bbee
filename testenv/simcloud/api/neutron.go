package api

import (
	"fmt"
	"maps"
	"net/http"
	"time"
)

const neutronWork = 48 * time.Millisecond

func (s *Service) neutron() {
	s.mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		c := s.call(w, r)
		c.json(200, object{"versions": []object{version("v2.0", "CURRENT", "", "", c.base()+"/v2.0/")}})
	})
	s.mux.HandleFunc("GET /v2.0/{$}", func(w http.ResponseWriter, r *http.Request) {
		s.call(w, r).json(200, object{"resources": []object{}})
	})
	s.handle("GET /v2.0/extensions", need{work: neutronWork}, func(c *call) { c.json(200, object{"extensions": []object{}}) })
	s.resource("/v2.0", "network", "networks", s.store.networks, neutronWork, "name", "id", "router:external", "project_id")
	s.resource("/v2.0", "subnet", "subnets", s.store.subnets, neutronWork, "name", "id", "network_id")
	s.resource("/v2.0", "port", "ports", s.store.ports, neutronWork, "name", "id", "network_id", "device_id")
	for _, many := range []string{"routers", "security-groups", "floatingips", "agents", "quotas"} {
		key := many
		if many == "security-groups" {
			key = "security_groups"
		}
		s.handle("GET /v2.0/"+many, need{work: neutronWork}, func(c *call) { c.json(200, object{key: []object{}}) })
	}
	s.handle("POST /v2.0/networks", need{work: 2 * neutronWork, write: true}, func(c *call) { s.createNetwork(c) })
	s.handle("POST /v2.0/subnets", need{work: 2 * neutronWork, write: true}, func(c *call) {
		s.createWith(c, "subnet", s.store.subnets, object{"enable_dhcp": true, "ip_version": 4, "allocation_pools": []object{}, "dns_nameservers": []string{}})
	})
	s.handle("POST /v2.0/ports", need{work: 2 * neutronWork, write: true}, s.createPort)
}

// createWith stores a row with defaults under the fields of the request.
func (s *Service) createWith(c *call, one string, table map[string]object, row object) {
	var body map[string]object
	if !c.decode(&body) {
		return
	}
	maps.Copy(row, body[one])
	row["id"], row["project_id"], row["tenant_id"] = s.store.NewID(), c.token.Project, c.token.Project
	id, _ := row["id"].(string)
	s.store.put(table, id, row)
	c.json(201, object{one: row})
}

func (s *Service) createNetwork(c *call) {
	s.createWith(c, "network", s.store.networks, object{
		"status": "ACTIVE", "admin_state_up": true, "shared": false, "router:external": false, "subnets": []string{}, "mtu": 1450, "tags": []string{},
	})
}

func (s *Service) createPort(c *call) {
	var body struct {
		Port struct {
			Network string `json:"network_id"`
			Name    string `json:"name"`
		} `json:"port"`
	}
	if !c.decode(&body) {
		return
	}
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	if s.store.networks[body.Port.Network] == nil {
		c.fail(404, "Network "+body.Port.Network+" could not be found.")
		return
	}
	id := s.store.port(body.Port.Network, c.token.Project)
	s.store.ports[id]["name"] = body.Port.Name
	c.json(201, object{"port": s.store.ports[id]})
}

// port makes a port with an address of its network's first subnet. The caller
// holds the lock.
func (s *Store) port(network, project string) string {
	id := s.newID()
	s.addresses++
	n := s.addresses
	fixed := []object{}
	for subnet, row := range s.subnets {
		if cidr, _ := row["cidr"].(string); row["network_id"] == network && len(cidr) > 4 {
			fixed = append(fixed, object{"subnet_id": subnet, "ip_address": fmt.Sprintf("%s%d", cidr[:len(cidr)-4], 10+n%240)})
			break
		}
	}
	s.ports[id] = object{
		"id": id, "name": "", "network_id": network, "status": "ACTIVE", "admin_state_up": true, "project_id": project, "tenant_id": project,
		"mac_address": fmt.Sprintf("fa:16:3e:%02x:%02x:%02x", n>>16&255, n>>8&255, n&255), "fixed_ips": fixed, "device_id": "", "device_owner": "",
		"security_groups": []string{}, "tags": []string{},
	}
	return id
}
