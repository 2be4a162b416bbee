package api

import (
	"fmt"
)

const (
	interfaceOwner = "network:router_interface"
	gatewayOwner   = "network:router_gateway"
)

func createRouter(c *call) {
	kind := c.kind("router")
	row := c.body("router", object{
		"name": "", "description": "", "admin_state_up": true, "external_gateway_info": nil, "availability_zone_hints": []string{},
		"distributed": false, "ha": false,
	})
	if row == nil || !c.within(kind, row["project_id"], 1) {
		return
	}
	info, _ := row["external_gateway_info"].(map[string]any)
	gateway, ok := c.gateway(info)
	if !ok {
		return
	}
	row["status"], row["routes"], row["tags"] = "ACTIVE", []string{}, []string{}
	row["external_gateway_info"] = c.leads(info, gateway)
	c.keep(kind, row)
	c.service.store.own(gateway, row["id"])
}

// gateway makes the port of a router on the network that its gateway information
// names; "" where there is none. It is false when the answer has been made.
func (c *call) gateway(info map[string]any) (port string, ok bool) {
	if info == nil {
		return "", true
	}
	network, _ := info["network_id"].(string)
	port = c.outside(network, gatewayOwner)
	return port, port != ""
}

// leads is the gateway information of a router as it is shown.
func (c *call) leads(info map[string]any, port string) any {
	if port == "" {
		return nil
	}
	return object{"network_id": info["network_id"], "enable_snat": true, "external_fixed_ips": c.service.store.ports[port]["fixed_ips"]}
}

// own gives a port to a device.
func (s *Store) own(port string, device any) {
	if row := s.ports[port]; row != nil {
		row["device_id"] = device
	}
}

// updateRouter changes a router's name, state and gateway.
func updateRouter(c *call) {
	store := c.service.store
	row := c.find(c.kind("router"), c.r.PathValue("id"), c.owns)
	if row == nil {
		return
	}
	unsaid := object{}
	given := c.body("router", object{"name": row["name"], "description": row["description"], "admin_state_up": row["admin_state_up"], "external_gateway_info": unsaid})
	if given == nil {
		return
	}
	info, _ := given["external_gateway_info"].(map[string]any)
	if info == nil || len(info) > 0 { // it was said
		for _, floating := range store.floating {
			if floating["router_id"] == row["id"] {
				c.refuse(409, "RouterExternalGatewayInUseByFloatingIp", fmt.Sprintf("Gateway cannot be updated for router %s, since a gateway to external network is required by one or more floating IPs.", row["id"]))
				return
			}
		}
		port, ok := c.gateway(info)
		if !ok {
			return
		}
		for key, old := range store.ports {
			if old["device_id"] == row["id"] && old["device_owner"] == gatewayOwner {
				delete(store.ports, key)
			}
		}
		row["external_gateway_info"] = c.leads(info, port)
		store.own(port, row["id"])
	}
	for _, name := range []string{"name", "description", "admin_state_up"} {
		row[name] = given[name]
	}
	c.json(200, object{"router": row})
}

// outside makes a port of Neutron's own on a network that leads outside;
// without one the answer has been made.
func (c *call) outside(network, owner string) string {
	store := c.service.store
	row := c.find(c.kind("network"), network, c.sees)
	if row == nil {
		return ""
	}
	if row["router:external"] != true {
		c.refuse(400, "BadRequest", "Bad router request: Network "+network+" is not an external network.")
		return ""
	}
	id, full := store.addPort(network, "")
	if full {
		c.refuse(409, "IpAddressGenerationFailure", "No more IP addresses available on network "+network+".")
		return ""
	}
	store.ports[id]["device_owner"] = owner
	return id
}

// removeRouter tells whether a router may go. Its gateway goes with it.
func removeRouter(c *call, row object) bool {
	store, id := c.service.store, row["id"]
	for _, port := range store.ports {
		if port["device_id"] == id && port["device_owner"] == interfaceOwner {
			c.refuse(409, "RouterInUse", fmt.Sprintf("Router %s still has ports", id))
			return false
		}
	}
	for key, port := range store.ports {
		if port["device_id"] == id {
			delete(store.ports, key)
		}
	}
	return true
}

// faced is the request of an interface: the router, the subnet, and the port
// that was named. Without a router the answer has been made.
func (c *call) faced() (router, subnet object, port string) {
	var ask struct {
		Subnet string `json:"subnet_id"`
		Port   string `json:"port_id"`
	}
	if !c.decode(&ask) {
		return nil, nil, ""
	}
	if router = c.find(c.kind("router"), c.r.PathValue("id"), c.owns); router == nil {
		return nil, nil, ""
	}
	if (ask.Subnet == "") == (ask.Port == "") {
		c.refuse(400, "BadRequest", "Bad router request: Either subnet_id or port_id must be specified.")
		return nil, nil, ""
	}
	if ask.Port != "" {
		row := c.find(c.kind("port"), ask.Port, c.owns)
		if row == nil {
			return nil, nil, ""
		}
		if fixed, _ := row["fixed_ips"].([]object); len(fixed) > 0 {
			ask.Subnet, _ = fixed[0]["subnet_id"].(string)
		}
	}
	if subnet = c.find(c.kind("subnet"), ask.Subnet, c.owns); subnet == nil {
		return nil, nil, ""
	}
	return router, subnet, ask.Port
}

// interfaceOf is the id of the port that a router has in a subnet; "" when it
// has none.
func (s *Store) interfaceOf(router, subnet object) string {
	for id, port := range s.ports {
		if port["device_id"] == router["id"] && port["device_owner"] == interfaceOwner && addressIn(port, subnet["id"].(string)) != "" {
			return id
		}
	}
	return ""
}

func addInterface(c *call) {
	store := c.service.store
	router, subnet, port := c.faced()
	if router == nil {
		return
	}
	network, _ := subnet["network_id"].(string)
	gateway, _ := subnet["gateway_ip"].(string)
	switch {
	case store.interfaceOf(router, subnet) != "":
		c.refuse(400, "BadRequest", fmt.Sprintf("Bad router request: Router already has a port on subnet %s.", subnet["id"]))
		return
	case port == "" && gateway == "":
		c.refuse(400, "BadRequest", "Bad router request: Subnet for router interface must have a gateway IP.")
		return
	case port == "" && store.holder(subnet["id"].(string), gateway):
		c.refuse(409, "IpAddressInUse", fmt.Sprintf("Unable to complete operation for network %s. The IP address %s is in use.", network, gateway))
		return
	case port == "":
		project, _ := router["project_id"].(string)
		if !c.within(c.kind("port"), project, 1) {
			return
		}
		port, _ = store.addPort(network, project)
		if port == "" {
			c.refuse(409, "IpAddressGenerationFailure", "No more IP addresses available on network "+network+".")
			return
		}
		store.ports[port]["fixed_ips"] = []object{{"subnet_id": subnet["id"], "ip_address": gateway}}
	}
	store.ports[port]["device_id"], store.ports[port]["device_owner"] = router["id"], interfaceOwner
	c.json(200, facing(router, subnet, port))
}

// holder tells whether a port has that address of a subnet.
func (s *Store) holder(subnet, address string) bool {
	for _, port := range s.ports {
		if addressIn(port, subnet) == address {
			return true
		}
	}
	return false
}

func facing(router, subnet object, port string) object {
	return object{
		"id": router["id"], "project_id": router["project_id"], "tenant_id": router["project_id"], "port_id": port,
		"network_id": subnet["network_id"], "subnet_id": subnet["id"], "subnet_ids": []any{subnet["id"]},
	}
}

func removeInterface(c *call) {
	store := c.service.store
	router, subnet, _ := c.faced()
	if router == nil {
		return
	}
	port := store.interfaceOf(router, subnet)
	if port == "" {
		c.refuse(404, "RouterInterfaceNotFoundForSubnet", fmt.Sprintf("Router %s has no interface on subnet %s", router["id"], subnet["id"]))
		return
	}
	for _, floating := range store.floating {
		if target, _ := floating["port_id"].(string); floating["router_id"] == router["id"] && addressIn(store.ports[target], subnet["id"].(string)) != "" {
			c.refuse(409, "RouterInterfaceInUseByFloatingIP", fmt.Sprintf("Router interface for subnet %s on router %s cannot be deleted, as it is required by one or more floating IPs.", subnet["id"], router["id"]))
			return
		}
	}
	delete(store.ports, port)
	c.json(200, facing(router, subnet, port))
}
