package api_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNetworksStayWhileTheyAreUsed(t *testing.T) {
	newScript(t).run("neutron-api",
		step{`POST /v2.0/networks < {"network": {"name": "n"}}`, 201, `"status":"ACTIVE"`, "net"},
		step{`POST /v2.0/subnets < {"subnet": {"network_id": "{net}", "cidr": "10.1.0.0/29", "ip_version": 4}}`, 201, `"gateway_ip":"10.1.0.1"`, "sub"},
		step{`GET /v2.0/networks/{net}`, 200, `"subnets":["`, ""},
		step{`POST /v2.0/subnets < {"subnet": {"network_id": "{net}", "cidr": "10.1.0.0/24", "ip_version": 4}}`, 400, "overlaps with another subnet", ""},
		step{`POST /v2.0/subnets < {"subnet": {"network_id": "{net}", "cidr": "10.1.0.1/24", "ip_version": 4}}`, 400, "is not a valid IP subnet", ""},
		step{`POST /v2.0/subnets < {"subnet": {"network_id": "none", "cidr": "10.1.0.0/24", "ip_version": 4}}`, 404, "NetworkNotFound", ""},
		step{`POST /v2.0/ports < {"port": {"network_id": "{net}", "name": "p"}}`, 201, `"ip_address":"10.1.0.`, "port"},
		step{`DELETE /v2.0/subnets/{sub}`, 409, `"type":"SubnetInUse"`, ""},
		step{`DELETE /v2.0/networks/{net}`, 409, `"type":"NetworkInUse"`, ""},
		step{`GET /v2.0/ports?network_id={net}&name=p`, 200, `"name":"p"`, ""},
		step{`DELETE /v2.0/ports/{port}`, 204, "", ""},
		step{`DELETE /v2.0/ports/{port}`, 404, `"type":"PortNotFound"`, ""},
		step{`DELETE /v2.0/networks/{net}`, 204, "", ""},
		step{`GET /v2.0/subnets/{sub}`, 404, `"type":"SubnetNotFound"`, ""}, // went with it
	)
}

func TestNamesAndGatewaysCanBeChanged(t *testing.T) {
	s := newScript(t)
	s.run("neutron-api",
		step{`POST /v2.0/networks < {"network": {"name": "n"}}`, 201, "", "net"},
		step{`PUT /v2.0/networks/{net} < {"network": {"name": "m"}}`, 200, `"name":"m"`, ""},
		step{`PUT /v2.0/networks/{net} < {"network": {"status": "DOWN"}}`, 400, "Unrecognized attribute(s) 'status'", ""},
		step{`PUT /v2.0/networks/none < {"network": {"name": "m"}}`, 404, "NetworkNotFound", ""},
		step{`POST /v2.0/routers < {"router": {"name": "r"}}`, 201, `"external_gateway_info":null`, "router"},
		step{`PUT /v2.0/routers/{router} < {"router": {"external_gateway_info": {"network_id": "{net}"}}}`, 400, "is not an external network", ""},
		step{`PUT /v2.0/routers/{router} < {"router": {"external_gateway_info": {"network_id": "{public}"}}}`, 200, `"network_id":"{public}"`, ""},
		step{`PUT /v2.0/routers/{router} < {"router": {"name": "q"}}`, 200, `"network_id":"{public}"`, ""},
		step{`GET /v2.0/ports?device_id={router}`, 200, "network:router_gateway", ""},
		step{`PUT /v2.0/routers/{router} < {"router": {"external_gateway_info": null}}`, 200, `"external_gateway_info":null`, ""},
		step{`GET /v2.0/ports?device_id={router}`, 200, `{"ports":[]}`, ""},
	)
}

func TestWrongBodiesAreRefused(t *testing.T) {
	newScript(t).run("neutron-api",
		step{`POST /v2.0/networks < {"network": {"nme": "n"}}`, 400, "Unrecognized attribute(s) 'nme'", ""},
		step{`POST /v2.0/networks < {"network": {"name": 5}}`, 400, "'5' is not a valid string", ""},
		step{`POST /v2.0/networks < {"port": {}}`, 400, "Unable to find 'network' in request body", ""},
		step{`POST /v2.0/networks < oops`, 400, "", ""},
		step{`PUT /v2.0/quotas/{project} < {"quota": {"nets": 1}}`, 400, "Unrecognized", ""},
	)
}

func TestAddressesRunOut(t *testing.T) {
	s := newScript(t)
	s.run("neutron-api",
		step{`POST /v2.0/networks < {"network": {"name": "n"}}`, 201, "", "net"},
		step{`POST /v2.0/subnets < {"subnet": {"network_id": "{net}", "cidr": "10.1.0.0/29", "ip_version": 4}}`, 201, "", ""},
	)
	seen := map[string]bool{}
	for range 5 { // .2 to .6
		answer := s.ask("neutron-api", `POST /v2.0/ports < {"port": {"network_id": "{net}"}}`)
		require.Equal(t, 201, answer.Code)
		_, address, _ := strings.Cut(answer.Body.String(), `"ip_address":"`)
		address, _, _ = strings.Cut(address, `"`)
		require.False(t, seen[address], address)
		seen[address] = true
	}
	s.run("neutron-api", step{`POST /v2.0/ports < {"port": {"network_id": "{net}"}}`, 409, `"type":"IpAddressGenerationFailure"`, ""})
}

func TestARouterStaysWhileItHasInterfaces(t *testing.T) {
	newScript(t).run("neutron-api",
		step{`POST /v2.0/networks < {"network": {"name": "n"}}`, 201, "", "net"},
		step{`POST /v2.0/subnets < {"subnet": {"network_id": "{net}", "cidr": "10.1.0.0/24", "ip_version": 4}}`, 201, "", "sub"},
		step{`POST /v2.0/routers < {"router": {"name": "r", "external_gateway_info": {"network_id": "{net}"}}}`, 400, "is not an external network", ""},
		step{`POST /v2.0/routers < {"router": {"name": "r", "external_gateway_info": {"network_id": "{public}"}}}`, 201, `"ip_address":"198.51.100.`, ""},
		step{`GET /v2.0/routers?name=r`, 200, "", ""},
		step{`POST /v2.0/routers < {"router": {"name": "q"}}`, 201, "", "router"},
		step{`PUT /v2.0/routers/{router}/add_router_interface < {}`, 400, "Either subnet_id or port_id must be specified", ""},
		step{`PUT /v2.0/routers/{router}/add_router_interface < {"subnet_id": "none"}`, 404, "SubnetNotFound", ""},
		step{`PUT /v2.0/routers/none/add_router_interface < {"subnet_id": "{sub}"}`, 404, "RouterNotFound", ""},
		step{`PUT /v2.0/routers/{router}/add_router_interface < {"subnet_id": "{sub}"}`, 200, `"port_id":"`, ""},
		step{`PUT /v2.0/routers/{router}/add_router_interface < {"subnet_id": "{sub}"}`, 400, "already has a port on subnet", ""},
		step{`GET /v2.0/ports?device_id={router}`, 200, `"ip_address":"10.1.0.1"`, "port"},
		step{`DELETE /v2.0/ports/{port}`, 409, `"type":"ServicePortInUse"`, ""},
		step{`DELETE /v2.0/routers/{router}`, 409, `"type":"RouterInUse"`, ""},
		step{`DELETE /v2.0/subnets/{sub}`, 409, `"type":"SubnetInUse"`, ""},
		step{`PUT /v2.0/routers/{router}/remove_router_interface < {"port_id": "{port}"}`, 200, "", ""},
		step{`PUT /v2.0/routers/{router}/remove_router_interface < {"subnet_id": "{sub}"}`, 404, "RouterInterfaceNotFoundForSubnet", ""},
		step{`DELETE /v2.0/routers/{router}`, 204, "", ""},
		step{`DELETE /v2.0/networks/{net}`, 204, "", ""},
	)
}

func TestAFloatingIPNeedsAWayOutside(t *testing.T) {
	newScript(t).run("neutron-api",
		step{`POST /v2.0/networks < {"network": {"name": "n"}}`, 201, "", "net"},
		step{`POST /v2.0/subnets < {"subnet": {"network_id": "{net}", "cidr": "10.1.0.0/24", "ip_version": 4}}`, 201, "", "sub"},
		step{`POST /v2.0/ports < {"port": {"network_id": "{net}"}}`, 201, `"ip_address":"10.1.0.`, ""},
		step{`GET /v2.0/ports?network_id={net}`, 200, "", "port"},
		step{`POST /v2.0/floatingips < {"floatingip": {"floating_network_id": "{net}"}}`, 400, "is not an external network", ""},
		step{`POST /v2.0/floatingips < {"floatingip": {"floating_network_id": "{public}"}}`, 201, `"status":"DOWN"`, ""},
		step{`GET /v2.0/floatingips`, 200, `"floating_ip_address":"198.51.100.`, "address"},
		step{`PUT /v2.0/floatingips/{address} < {"floatingip": {"port_id": "{port}"}}`, 404, "ExternalGatewayForFloatingIPNotFound", ""},
		step{`PUT /v2.0/floatingips/{address} < {"floatingip": {"port_id": "none"}}`, 404, "PortNotFound", ""},
		step{`POST /v2.0/floatingips < {"floatingip": {"floating_network_id": "{public}", "port_id": "{port}"}}`, 404, "ExternalGatewayForFloatingIPNotFound", ""},
		step{`DELETE /v2.0/floatingips/{address}`, 204, "", ""},
		step{`GET /v2.0/ports?device_owner=network:floatingip`, 200, `{"ports":[]}`, ""}, // also of the one that was not made
	)
}

func TestAFloatingIPLeadsToOnePort(t *testing.T) {
	s := newScript(t)
	s.run("neutron-api",
		step{`POST /v2.0/networks < {"network": {"name": "n"}}`, 201, "", "net"},
		step{`POST /v2.0/subnets < {"subnet": {"network_id": "{net}", "cidr": "10.1.0.0/24", "ip_version": 4}}`, 201, "", "sub"},
		step{`POST /v2.0/ports < {"port": {"network_id": "{net}"}}`, 201, "", ""},
		step{`GET /v2.0/ports?network_id={net}`, 200, "", "port"},
		step{`POST /v2.0/routers < {"router": {"name": "in"}}`, 201, "", ""},
		step{`POST /v2.0/routers < {"router": {"name": "out", "external_gateway_info": {"network_id": "{public}"}}}`, 201, "", ""},
	)
	s.kept["router"] = idOf(t, s.ask("neutron-api", "GET /v2.0/routers?name=out").Body.Bytes(), "routers")
	s.run("neutron-api",
		step{`PUT /v2.0/routers/{router}/add_router_interface < {"subnet_id": "{sub}"}`, 200, "", ""},
		step{`POST /v2.0/floatingips < {"floatingip": {"floating_network_id": "{public}", "port_id": "{port}"}}`, 201, `"status":"ACTIVE"`, ""},
	)
	s.kept["address"] = idOf(t, s.ask("neutron-api", "GET /v2.0/floatingips").Body.Bytes(), "floatingips")
	s.run("neutron-api",
		step{`POST /v2.0/floatingips < {"floatingip": {"floating_network_id": "{public}", "port_id": "{port}"}}`, 409, "FloatingIPPortAlreadyAssociated", ""},
		step{`PUT /v2.0/routers/{router}/remove_router_interface < {"subnet_id": "{sub}"}`, 409, "RouterInterfaceInUseByFloatingIP", ""},
		step{`PUT /v2.0/routers/{router} < {"router": {"external_gateway_info": null}}`, 409, "RouterExternalGatewayInUseByFloatingIp", ""},
		step{`PUT /v2.0/floatingips/{address} < {"floatingip": {"description": "d"}}`, 200, `"port_id":"`, ""},
		step{`PUT /v2.0/floatingips/{address} < {"floatingip": {"port_id": null}}`, 200, `"port_id":null`, ""},
		step{`PUT /v2.0/floatingips/{address} < {"floatingip": {"port_id": "{port}"}}`, 200, `"router_id":"`, ""},
		step{`DELETE /v2.0/ports/{port}`, 204, "", ""},
		step{`GET /v2.0/floatingips/{address}`, 200, `"port_id":null`, ""},
		step{`DELETE /v2.0/floatingips/{address}`, 204, "", ""},
		step{`DELETE /v2.0/floatingips/{address}`, 404, "FloatingIPNotFound", ""},
		step{`GET /v2.0/ports?device_owner=network:floatingip`, 200, `{"ports":[]}`, ""},
	)
}

func TestSecurityGroupsHaveRulesAndStayWhileTheyAreUsed(t *testing.T) {
	s := newScript(t)
	s.run("neutron-api",
		step{`GET /v2.0/security-groups`, 200, `"name":"default"`, ""},
		step{`POST /v2.0/security-groups < {"security_group": {"name": "default"}}`, 409, "SecurityGroupDefaultAlreadyExists", ""},
		step{`POST /v2.0/security-groups < {"security_group": {"name": "g"}}`, 201, `"ethertype":"IPv6"`, ""},
	)
	s.kept["group"] = idOf(t, s.ask("neutron-api", "GET /v2.0/security-groups?name=g").Body.Bytes(), "security_groups")
	const rule = `POST /v2.0/security-group-rules < {"security_group_rule": {"security_group_id": "{group}", "direction": "ingress", "protocol": "tcp", "port_range_min": %d, "port_range_max": %d}}`
	s.run("neutron-api",
		step{fmt.Sprintf(rule, 80, 80), 201, "", "rule"},
		step{fmt.Sprintf(rule, 80, 80), 409, "SecurityGroupRuleExists", ""},
		step{fmt.Sprintf(rule, 81, 80), 400, "SecurityGroupInvalidPortRange", ""},
		step{`POST /v2.0/security-group-rules < {"security_group_rule": {"security_group_id": "none", "direction": "ingress"}}`, 404, "SecurityGroupNotFound", ""},
		step{`POST /v2.0/security-group-rules < {"security_group_rule": {"security_group_id": "{group}", "direction": "up"}}`, 400, "direction", ""},
		step{`POST /v2.0/ports < {"port": {"network_id": "{private}", "security_groups": ["none"]}}`, 404, "SecurityGroupNotFound", ""},
		step{`POST /v2.0/ports < {"port": {"network_id": "{private}", "name": "p", "security_groups": ["{group}"]}}`, 201, "", ""},
		step{`DELETE /v2.0/security-groups/{group}`, 409, "SecurityGroupInUse", ""},
	)
	s.kept["port"] = idOf(t, s.ask("neutron-api", "GET /v2.0/ports?name=p").Body.Bytes(), "ports")
	s.run("neutron-api",
		step{`DELETE /v2.0/ports/{port}`, 204, "", ""},
		step{`DELETE /v2.0/security-groups/{group}`, 204, "", ""},
		step{`GET /v2.0/security-group-rules/{rule}`, 404, "SecurityGroupRuleNotFound", ""},
	)
}

func TestQuotasAreKept(t *testing.T) {
	newScript(t).run("neutron-api",
		step{`GET /v2.0/quotas/{project}/details.json`, 200, `"network":{"limit":100,"reserved":0,"used":2}`, ""},
		step{`PUT /v2.0/quotas/{project} < {"quota": {"network": 3, "router": 0, "security_group": 0, "floatingip": 0, "subnet": 0, "port": 0}}`, 200, "", ""},
		step{`GET /v2.0/quotas/{project}`, 200, `"router":0`, ""},
		step{`POST /v2.0/networks < {"network": {"name": "n"}}`, 201, "", "net"},
		step{`POST /v2.0/networks < {"network": {"name": "n"}}`, 409, `"type":"OverQuota"`, ""},
		step{`POST /v2.0/subnets < {"subnet": {"network_id": "{net}", "cidr": "10.1.0.0/24", "ip_version": 4}}`, 409, "Quota exceeded for resources: ['subnet'].", ""},
		step{`POST /v2.0/ports < {"port": {"network_id": "{net}"}}`, 409, "OverQuota", ""},
		step{`POST /v2.0/routers < {"router": {"name": "r"}}`, 409, "OverQuota", ""},
		step{`POST /v2.0/floatingips < {"floatingip": {"floating_network_id": "{public}"}}`, 409, "OverQuota", ""},
		step{`POST /v2.0/security-groups < {"security_group": {"name": "g"}}`, 409, "OverQuota", ""},
	)
}

func TestListsComeInPages(t *testing.T) {
	s := newScript(t)
	first := s.ask("neutron-api", "GET /v2.0/networks?limit=1").Body.String()
	require.Contains(t, first, `"networks_links":[{"href":"http://example.com/v2.0/networks?limit=1\u0026marker=`)
	require.Equal(t, 1, strings.Count(first, `"mtu"`))
	s.kept["marker"] = idOf(t, []byte(first), "networks")
	second := s.ask("neutron-api", "GET /v2.0/networks?limit=1&marker={marker}").Body.String()
	require.NotContains(t, second, "networks_links")
	require.NotEqual(t, s.kept["marker"], idOf(t, []byte(second), "networks"))
}
