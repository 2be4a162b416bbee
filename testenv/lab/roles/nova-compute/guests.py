"""What the guests of this node are, read from their files and cgroups."""

import json
import os

GUESTS = "/var/lib/eris-lab/guests"
SLICES = ("/sys/fs/cgroup/unified/guests.slice", "/sys/fs/cgroup/guests.slice")
CONSOLE_TAIL = 64 << 10


def interface(vif):
    """What the helper is told of a port, from Nova's description of it."""
    network = vif["network"]
    mtu = network.get_meta("mtu") or 1450
    nic = {"port": vif["id"], "tap": vif["devname"] or "tap" + vif["id"][:11],
           "bridge": network["bridge"], "mac": vif["address"].lower(), "mtu": int(mtu),
           "addresses": [], "gateway": ""}
    for subnet in network["subnets"]:
        # without a DHCP port yet (the first server of a network) the address
        # comes from here too
        if subnet["version"] != 4 or subnet.get_meta("dhcp_server"):
            continue
        bits = str(subnet["cidr"]).partition("/")[2]
        nic["addresses"] += ["%s/%s" % (ip["address"], bits) for ip in subnet["ips"]]
        nic["gateway"] = nic["gateway"] or (subnet["gateway"] or {}).get("address") or ""
    return nic


def read_file(name, uuid):
    try:
        with open(os.path.join(GUESTS, uuid, name), encoding="utf-8") as f:
            return f.read()
    except FileNotFoundError:
        return None


def read_state(uuid):
    """running, paused or off, as the guest's cgroup tells it; None for no guest."""
    if read_file("spec.json", uuid) is None:
        return None
    for root in SLICES:
        try:
            with open("%s/eris-guest@%s.service/cgroup.events" % (root, uuid), encoding="ascii") as f:
                events = dict(line.split() for line in f)
        except OSError:
            continue
        if events.get("populated") != "1":
            return "off"
        if events.get("frozen") == "1":
            return "paused"
        return "running"
    return "off"


def list_all():
    try:
        return [uuid for uuid in os.listdir(GUESTS) if read_file("spec.json", uuid) is not None]
    except FileNotFoundError:
        return []


def interfaces(uuid):
    """The interfaces that a guest has, as the helper was told them; None for no guest."""
    text = read_file("spec.json", uuid)
    return None if text is None else json.loads(text)["interfaces"]
