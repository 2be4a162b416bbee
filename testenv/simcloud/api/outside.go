package api

import (
	"math/rand/v2"
	"net/netip"
)

// Outside says out of which /24 the network public gives its addresses. It is said
// before anybody asks.
func (s *Store) Outside(block netip.Prefix) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id, _ := find(s.networks, "", "public")
	for _, subnet := range s.subnets {
		if subnet["network_id"] == id {
			subnet["cidr"], subnet["gateway_ip"] = block.Masked().String(), hostAt(block, 1)
			subnet["allocation_pools"] = []object{{"start": hostAt(block, 10), "end": hostAt(block, 250)}}
		}
	}
	for _, port := range s.ports {
		if fixed, _ := port["fixed_ips"].([]object); port["network_id"] == id && len(fixed) > 0 {
			fixed[0]["ip_address"] = hostAt(block, 10)
		}
	}
}

// hostAt is the nth address of a /24.
func hostAt(block netip.Prefix, n byte) string {
	base := block.Masked().Addr().As4()
	return netip.AddrFrom4([4]byte{base[0], base[1], base[2], n}).String()
}

// join makes the router r1 of a project, which leads from the network private outside.
// Its ids are of a source of their own: what else the seed decides stays.
func (s *Store) join(project string) {
	own := &Store{rand: rand.New(rand.NewPCG(1, 59))}
	id := own.newID()
	port := func(name, owner, mac string, n byte) object {
		network, _ := find(s.networks, "", name)
		var fixed []object
		for subnet, row := range s.subnets {
			if block, ok := parsePrefix(row["cidr"]); ok && row["network_id"] == network {
				fixed = append(fixed, object{"subnet_id": subnet, "ip_address": hostAt(block, n)})
			}
		}
		row := object{
			"id": own.newID(), "name": "", "description": "", "network_id": network, "status": "ACTIVE", "admin_state_up": true, "project_id": "", "tenant_id": "",
			"mac_address": mac, "fixed_ips": fixed, "device_id": id, "device_owner": owner, "security_groups": []string{}, "tags": []string{}, "port_security_enabled": false,
		}
		s.ports[row["id"].(string)] = row
		return row
	}
	gateway := port("public", gatewayOwner, "fa:16:3e:01:00:01", 10)
	port("private", interfaceOwner, "fa:16:3e:01:00:02", 1)
	s.routers[id] = object{
		"id": id, "name": "r1", "description": "", "admin_state_up": true, "status": "ACTIVE", "routes": []string{}, "tags": []string{},
		"distributed": false, "ha": false, "availability_zone_hints": []string{}, "project_id": project, "tenant_id": project,
		"external_gateway_info": object{"network_id": gateway["network_id"], "enable_snat": true, "external_fixed_ips": gateway["fixed_ips"]},
	}
}
