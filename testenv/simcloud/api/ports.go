package api

import (
	"fmt"
	"maps"
	"slices"
)

func createPort(c *call) {
	store, kind := c.service.store, c.kind("port")
	row := c.body("port", object{
		"name": "", "description": "", "network_id": "", "admin_state_up": true, "mac_address": "", "fixed_ips": nil, "device_id": "",
		"device_owner": "", "security_groups": nil, "port_security_enabled": true, "binding:host_id": "", "binding:vnic_type": "normal",
		"binding:profile": nil, "allowed_address_pairs": []string{}, "dns_name": "",
	})
	if row == nil {
		return
	}
	network, _ := row["network_id"].(string)
	if c.find(c.kind("network"), network, c.sees) == nil || !c.within(kind, row["project_id"], 1) {
		return
	}
	project, _ := row["project_id"].(string)
	id, full := store.addPort(network, project)
	if full {
		c.refuse(409, "IpAddressGenerationFailure", "No more IP addresses available on network "+network+".")
		return
	}
	made := store.ports[id]
	for _, name := range []string{"name", "description", "admin_state_up", "device_id", "device_owner"} {
		made[name] = row[name]
	}
	made["status"] = "DOWN" // nothing is plugged in
	if groups, given := row["security_groups"].([]any); given {
		made["security_groups"] = texts(groups)
	} else {
		made["security_groups"] = []string{store.defaultGroup(project)}
	}
	for _, group := range made["security_groups"].([]string) {
		if store.groups[group] == nil {
			delete(store.ports, id)
			c.refuse(404, "SecurityGroupNotFound", "Security group "+group+" does not exist.")
			return
		}
	}
	c.json(201, object{"port": made})
}

func texts(values []any) []string {
	all := []string{}
	for _, value := range values {
		all = append(all, fmt.Sprint(value))
	}
	return all
}

// removePort tells whether a port may go, and what leads to it leads nowhere.
func removePort(c *call, row object) bool {
	id := row["id"].(string)
	switch owner := row["device_owner"]; owner {
	case "network:router_interface", "network:router_gateway", "network:floatingip":
		c.refuse(409, "ServicePortInUse", fmt.Sprintf("Port %s cannot be deleted directly via the port API: has device owner %s.", id, owner))
		return false
	}
	c.service.store.dropPort(id)
	return true
}

// dropPort deletes a port and takes the floating IPs off it. The caller holds
// the lock.
func (s *Store) dropPort(id string) {
	delete(s.ports, id)
	for _, floating := range s.floating {
		if floating["port_id"] == id {
			lead(floating, nil, nil, nil)
		}
	}
}

// port makes a port with an address of its network's first subnet. The caller
// holds the lock.
func (s *Store) port(network, project string) string {
	id, _ := s.addPort(network, project)
	return id
}

// addPort makes a port with an address of its network's first subnet that has
// one; full means that none has. The caller holds the lock.
func (s *Store) addPort(network, project string) (id string, full bool) {
	fixed := []object{}
	for _, subnet := range slices.Sorted(maps.Keys(s.subnets)) {
		if s.subnets[subnet]["network_id"] != network {
			continue
		}
		full = true
		if address := s.free(subnet); address != "" {
			fixed, full = append(fixed, object{"subnet_id": subnet, "ip_address": address}), false
			break
		}
	}
	if full {
		return "", true
	}
	id = s.newID()
	s.macs++
	n := s.macs
	s.ports[id] = object{
		"id": id, "name": "", "description": "", "network_id": network, "status": "ACTIVE", "admin_state_up": true, "project_id": project, "tenant_id": project,
		"mac_address": fmt.Sprintf("fa:16:3e:%02x:%02x:%02x", n>>16&255, n>>8&255, n&255), "fixed_ips": fixed, "device_id": "", "device_owner": "",
		"security_groups": []string{}, "tags": []string{}, "port_security_enabled": true,
	}
	return id, false
}
