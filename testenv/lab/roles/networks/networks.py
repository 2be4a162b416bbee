#!/usr/bin/python3
"""The lab's networks, made once all agents are alive: Neutron places routers
and DHCP servers on the agents that it knows at that moment. Repeatable."""

import ipaddress
import sys
import time

import openstack

AGENTS = { {{- range $i, $n := membersOf "neutron-network"}}{{if $i}}, {{end}}("L3 agent", "{{$n.Name}}"), ("DHCP agent", "{{$n.Name}}"), ("Metadata agent", "{{$n.Name}}"){{end -}} }
AGENTS |= { {{- range $i, $n := membersOf "neutron-linuxbridge"}}{{if $i}}, {{end}}("Linux bridge agent", "{{$n.Name}}"){{end -}} }
PROVIDER = ipaddress.IPv4Network("{{(index .Networks 1).Prefix}}")
PATIENCE = 150  # seconds


def wait_for_agents(network):
    end = time.monotonic() + PATIENCE
    while True:
        try:
            missing = AGENTS - {(agent.agent_type, agent.host) for agent in network.agents() if agent.is_alive}
        except openstack.exceptions.HttpException as e:  # the API has just been started
            missing = {str(e)}
        if not missing:
            return
        if time.monotonic() > end:
            sys.exit("not alive after %d s: %s" % (PATIENCE, sorted(missing)))
        time.sleep(1)


def main():
    network = openstack.connect().network
    wait_for_agents(network)

    external = network.find_network("ext") or network.create_network(
        name="ext", is_router_external=True, is_shared=False,
        provider_network_type="flat", provider_physical_network="external")
    if not network.find_subnet("ext"):
        network.create_subnet(
            name="ext", network_id=external.id, ip_version=4, cidr=str(PROVIDER),
            gateway_ip="{{(index .Networks 1).Host}}", is_dhcp_enabled=False,
            # the first addresses are the lab's own, the last few are left to tests
            allocation_pools=[{"start": str(PROVIDER[12]), "end": str(PROVIDER[-6])}])

    private = network.find_network("private") or network.create_network(name="private", is_shared=True)
    subnet = network.find_subnet("private") or network.create_subnet(
        name="private", network_id=private.id, ip_version=4, cidr="10.20.0.0/24")

    router = network.find_router("r1") or network.create_router(
        name="r1", is_ha=True, external_gateway_info={"network_id": external.id})
    if not any(port.device_id == router.id for port in network.ports(network_id=private.id)):
        network.add_interface_to_router(router, subnet_id=subnet.id)

    if not network.find_security_group("probe"):
        group = network.create_security_group(name="probe", description="ping, SSH, HTTP and echo from anywhere")
        for protocol, port in (("icmp", None), ("tcp", 22), ("tcp", 80), ("tcp", 7), ("udp", 7)):
            network.create_security_group_rule(
                security_group_id=group.id, direction="ingress", ether_type="IPv4",
                protocol=protocol, port_range_min=port, port_range_max=port)


main()
