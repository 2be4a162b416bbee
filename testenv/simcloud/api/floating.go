package api

import "fmt"

const floatingOwner = "network:floatingip"

func createFloating(c *call) {
	kind := c.kind("floatingip")
	row := c.body("floatingip", object{
		"description": "", "floating_network_id": "", "port_id": nil, "fixed_ip_address": nil, "floating_ip_address": nil, "dns_name": "",
		"dns_domain": "", "subnet_id": nil,
	})
	if row == nil || !c.within(kind, row["project_id"], 1) {
		return
	}
	network, _ := row["floating_network_id"].(string)
	port := c.outside(network, floatingOwner)
	if port == "" {
		return
	}
	store := c.service.store
	fixed, _ := store.ports[port]["fixed_ips"].([]object)
	if len(fixed) > 0 {
		row["floating_ip_address"] = fixed[0]["ip_address"]
	}
	row["tags"] = []string{}
	wanted := row["port_id"]
	lead(row, nil, nil, nil)
	if wanted != nil && !c.associate(row, wanted) {
		delete(store.ports, port)
		return
	}
	c.keep(kind, row)
	store.ports[port]["device_id"] = row["id"]
}

// lead has a floating IP lead to a port's address through a router, or nowhere.
func lead(row object, port, address, router any) {
	row["port_id"], row["fixed_ip_address"], row["router_id"], row["status"] = port, address, router, "DOWN"
	if port != nil {
		row["status"] = "ACTIVE"
	}
}

// associate has a floating IP lead to a port; where it cannot the answer has
// been made.
func (c *call) associate(row object, wanted any) bool {
	store := c.service.store
	id, _ := wanted.(string)
	port := c.find(c.kind("port"), id, c.owns)
	if port == nil {
		return false
	}
	for key, other := range store.floating {
		if other["port_id"] == id && key != row["id"] {
			c.refuse(409, "FloatingIPPortAlreadyAssociated", fmt.Sprintf("Cannot associate floating IP %s with port %s using fixed IP, as that fixed IP already has a floating IP on external network %s.", row["floating_ip_address"], id, row["floating_network_id"]))
			return false
		}
	}
	fixed, _ := port["fixed_ips"].([]object)
	for _, each := range fixed {
		subnet, _ := each["subnet_id"].(string)
		if router := store.way(subnet, row["floating_network_id"]); router != "" {
			lead(row, id, each["ip_address"], router)
			return true
		}
	}
	c.refuse(404, "ExternalGatewayForFloatingIPNotFound", fmt.Sprintf("External network %s is not reachable from subnet of port %s. Therefore, cannot associate Port %s with a Floating IP.", row["floating_network_id"], id, id))
	return false
}

// way is the router that leads from a subnet to a network outside; "" when none
// does.
func (s *Store) way(subnet string, outside any) string {
	for id, router := range s.routers {
		info, _ := router["external_gateway_info"].(object)
		if info["network_id"] == outside && s.subnets[subnet] != nil && s.interfaceOf(router, s.subnets[subnet]) != "" {
			return id
		}
	}
	return ""
}

func updateFloating(c *call) {
	row := c.find(c.kind("floatingip"), c.r.PathValue("id"), c.owns)
	if row == nil {
		return
	}
	given := c.body("floatingip", object{"description": row["description"], "port_id": row["port_id"], "fixed_ip_address": nil})
	if given == nil {
		return
	}
	if given["port_id"] == nil {
		lead(row, nil, nil, nil)
	} else if !c.associate(row, given["port_id"]) {
		return
	}
	row["description"] = given["description"]
	c.json(200, object{"floatingip": row})
}

// removeFloating lets its address go.
func removeFloating(c *call, row object) bool {
	for key, port := range c.service.store.ports {
		if port["device_id"] == row["id"] && port["device_owner"] == floatingOwner {
			delete(c.service.store.ports, key)
		}
	}
	return true
}
