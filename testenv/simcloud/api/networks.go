package api

import (
	"fmt"
	"net/netip"
	"slices"
)

func createNetwork(c *call) {
	kind := c.kind("network")
	row := c.body("network", object{
		"name": "", "description": "", "admin_state_up": true, "shared": false, "router:external": false, "mtu": 1450,
		"port_security_enabled": true, "availability_zone_hints": []string{}, "dns_domain": "",
	})
	if row == nil || !c.within(kind, row["project_id"], 1) {
		return
	}
	if (row["shared"] == true || row["router:external"] == true) && !c.admin() {
		c.refuse(403, "PolicyNotAuthorized", "rule:create_network:shared is disallowed by policy")
		return
	}
	row["status"], row["subnets"], row["tags"], row["availability_zones"] = "ACTIVE", []string{}, []string{}, []string{"nova"}
	c.keep(kind, row)
}

// removeNetwork tells whether a network may go. Its subnets go with it, and the
// ports that Neutron has made itself.
func removeNetwork(c *call, row object) bool {
	store, id := c.service.store, row["id"].(string)
	for _, port := range store.ports {
		if port["network_id"] == id && port["device_owner"] != "network:dhcp" {
			c.refuse(409, "NetworkInUse", "Unable to complete operation on network "+id+". There are one or more ports still in use on the network, id for these ports is "+fmt.Sprint(port["id"])+".")
			return false
		}
	}
	for subnet, each := range store.subnets {
		if each["network_id"] == id {
			delete(store.subnets, subnet)
		}
	}
	return true
}

func createSubnet(c *call) {
	store, kind := c.service.store, c.kind("subnet")
	row := c.body("subnet", object{
		"name": "", "description": "", "network_id": "", "cidr": "", "ip_version": 0, "gateway_ip": "", "enable_dhcp": true,
		"allocation_pools": nil, "dns_nameservers": []string{}, "host_routes": []string{},
	})
	if row == nil {
		return
	}
	id, _ := row["network_id"].(string)
	network := c.find(c.kind("network"), id, c.owns)
	if network == nil || !c.within(kind, row["project_id"], 1) {
		return
	}
	block, ok := parsePrefix(row["cidr"])
	if !ok || !block.Addr().Is4() || block.Bits() > 30 {
		c.refuse(400, "HTTPBadRequest", fmt.Sprintf("Invalid input for cidr. Reason: '%v' is not a valid IP subnet.", row["cidr"]))
		return
	}
	if version, _ := row["ip_version"].(float64); version != 4 {
		c.refuse(400, "InvalidInput", "Invalid input for operation: ip_version must be 4 here.")
		return
	}
	for _, other := range store.subnets {
		if taken, _ := parsePrefix(other["cidr"]); other["network_id"] == id && taken.Overlaps(block) {
			c.refuse(400, "InvalidInput", fmt.Sprintf("Invalid input for operation: Requested subnet with cidr: %s for network: %s overlaps with another subnet.", block, id))
			return
		}
	}
	if row["gateway_ip"] == "" {
		row["gateway_ip"] = block.Addr().Next().String()
	}
	if row["allocation_pools"] == nil {
		row["allocation_pools"] = []object{{"start": block.Addr().Next().Next().String(), "end": before(last(block)).String()}}
	}
	row["ip_version"], row["tags"] = 4, []string{}
	c.keep(kind, row)
	names, _ := network["subnets"].([]string)
	network["subnets"] = append(slices.Clone(names), row["id"].(string))
}

// removeSubnet tells whether a subnet may go.
func removeSubnet(c *call, row object) bool {
	store, id := c.service.store, row["id"].(string)
	for _, port := range store.ports {
		if port["device_owner"] != "network:dhcp" && addressIn(port, id) != "" {
			c.refuse(409, "SubnetInUse", "Unable to complete operation on subnet "+id+": One or more ports have an IP allocation from this subnet.")
			return false
		}
	}
	network := store.networks[row["network_id"].(string)]
	names, _ := network["subnets"].([]string)
	network["subnets"] = slices.DeleteFunc(slices.Clone(names), func(each string) bool { return each == id })
	return true
}

// last is the last address of a block.
func last(block netip.Prefix) netip.Addr {
	bytes := block.Addr().As4()
	for bit := block.Bits(); bit < 32; bit++ {
		bytes[bit/8] |= 1 << (7 - bit%8)
	}
	return netip.AddrFrom4(bytes)
}

func before(address netip.Addr) netip.Addr { return address.Prev() }

// addressIn is the address that a port has in a subnet; "" when it has none.
func addressIn(port object, subnet string) string {
	fixed, _ := port["fixed_ips"].([]object)
	for _, each := range fixed {
		if each["subnet_id"] == subnet {
			address, _ := each["ip_address"].(string)
			return address
		}
	}
	return ""
}

// free finds an address of a subnet's pools that nobody has, "" when there is
// none. They are given round about, as Neutron does with its window of them.
func (s *Store) free(subnet string) string {
	taken := map[string]bool{}
	for _, port := range s.ports {
		taken[addressIn(port, subnet)] = true
	}
	row := s.subnets[subnet]
	gateway, _ := row["gateway_ip"].(string)
	taken[gateway] = true
	from, to := pool(row)
	if !from.IsValid() || !to.IsValid() {
		return ""
	}
	s.addresses++
	size := number(to) - number(from) + 1
	for n := range size {
		address := address(number(from) + (uint32(s.addresses)+n)%size).String()
		if !taken[address] {
			return address
		}
	}
	return ""
}

// pool is the first pool of a subnet.
func pool(subnet object) (from, to netip.Addr) {
	bounds := func(start, end any) (netip.Addr, netip.Addr) {
		from, err := netip.ParseAddr(fmt.Sprint(start))
		to, also := netip.ParseAddr(fmt.Sprint(end))
		if err != nil || also != nil || !from.Is4() || !to.Is4() || to.Less(from) {
			return netip.Addr{}, netip.Addr{}
		}
		return from, to
	}
	switch pools := subnet["allocation_pools"].(type) {
	case []object:
		return bounds(pools[0]["start"], pools[0]["end"])
	case []any:
		if first, ok := pools[0].(map[string]any); ok {
			return bounds(first["start"], first["end"])
		}
	}
	return netip.Addr{}, netip.Addr{}
}

func number(a netip.Addr) uint32 {
	b := a.As4()
	return uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
}

func address(n uint32) netip.Addr {
	return netip.AddrFrom4([4]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)})
}
