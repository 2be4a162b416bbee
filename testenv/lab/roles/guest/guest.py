#!/usr/bin/python3
"""Makes and runs the guests of this node; called by nova-compute through sudo.

    guest ensure UUID   < specification as JSON: its network, as specified
    guest start UUID      its service, in its network
    guest stop UUID
    guest freeze UUID
    guest thaw UUID
    guest remove UUID     all of it

Every verb may be repeated. What it is told is checked to the letter: whoever
has taken over nova-compute can reach the guests with it, and nothing else.
"""

import ipaddress
import json
import os
import re
import shutil
import subprocess
import sys

GUESTS = "/var/lib/eris-lab/guests"
CONSOLE_LIMIT = 256 << 10

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
FORMS = {
    "port": UUID,
    "tap": re.compile(r"tap[0-9a-f-]{11}"),
    "bridge": re.compile(r"brq[0-9a-f-]{11}"),
    "mac": re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}"),
}
HOSTNAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


class Refused(Exception):
    """What was asked is not what this program does."""


def number(spec, name, least, most):
    value = spec.get(name)
    if type(value) is not int or not least <= value <= most:
        raise Refused("%s is %r, not a number from %d to %d" % (name, value, least, most))
    return value


def read_interface(raw):
    """One interface, checked; addresses is empty where DHCP gives them."""
    if not isinstance(raw, dict) or set(raw) != {*FORMS, "mtu", "addresses", "gateway"}:
        raise Refused("an interface is %r" % (raw,))
    nic = {"mtu": number(raw, "mtu", 576, 9216)}
    for name, form in FORMS.items():
        if not isinstance(raw[name], str) or not form.fullmatch(raw[name]):
            raise Refused("%s is %r" % (name, raw[name]))
        nic[name] = raw[name]
    try:
        nic["addresses"] = [str(ipaddress.IPv4Interface(a)) for a in raw["addresses"]]
        nic["gateway"] = str(ipaddress.IPv4Address(raw["gateway"])) if raw["gateway"] else ""
    except (ValueError, TypeError) as e:
        raise Refused(str(e)) from e
    return nic


def read_spec(text):
    """A guest's specification, checked."""
    try:
        raw = json.loads(text)
    except ValueError as e:
        raise Refused("the specification is no JSON: %s" % e) from e
    if not isinstance(raw, dict) or set(raw) != {"hostname", "vcpus", "memory_mb", "interfaces"}:
        raise Refused("a specification is %r" % (raw,))
    if not isinstance(raw["hostname"], str) or not HOSTNAME.fullmatch(raw["hostname"]):
        raise Refused("hostname is %r" % (raw["hostname"],))
    if not isinstance(raw["interfaces"], list) or len(raw["interfaces"]) > 8:
        raise Refused("interfaces are no list of at most 8")
    return {
        "hostname": raw["hostname"],
        "vcpus": number(raw, "vcpus", 1, 64),
        "memory_mb": number(raw, "memory_mb", 1, 1 << 20),
        "interfaces": [read_interface(i) for i in raw["interfaces"]],
    }


def limits(spec):
    """What systemd is told: a flavour says more than a guest of ours needs or the node has."""
    return ["CPUQuota=%d%%" % (100 * min(spec["vcpus"], 4)),
            "MemoryMax=%dM" % min(max(spec["memory_mb"], 48), 256)]


def run(*argv):
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, timeout=30, check=False)
    if done.returncode:
        raise RuntimeError("%s: %s" % (" ".join(argv), done.stderr.strip() or "exit %d" % done.returncode))
    return done.stdout


class Guest:
    """One guest of this node."""

    def __init__(self, uuid):
        if not UUID.fullmatch(uuid):
            raise Refused("%r is no UUID" % uuid)
        self.dir = os.path.join(GUESTS, uuid)
        self.netns = "guest-" + uuid
        self.unit = "eris-guest@%s.service" % uuid

    def spec(self):
        with open(os.path.join(self.dir, "spec.json"), encoding="utf-8") as f:
            return read_spec(f.read())

    def write(self, name, text):
        path = os.path.join(self.dir, name)
        with open(path + ".new", "w", encoding="utf-8") as f:
            f.write(text)
        os.replace(path + ".new", path)

    def ensure(self, text):
        spec = read_spec(text)
        os.makedirs(self.dir, exist_ok=True)
        key = os.path.join(self.dir, "host_key")
        if not os.path.exists(key + ".pub"):
            if os.path.exists(key):  # cut off while it was made
                os.remove(key)
            run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", spec["hostname"], "-f", key)
        self.write("hostname", spec["hostname"] + "\n")
        self.write("spec.json", json.dumps(spec) + "\n")
        if not os.path.exists("/run/netns/" + self.netns):
            run("ip", "netns", "add", self.netns)
        run("ip", "-n", self.netns, "link", "set", "lo", "up")
        self.unplug({nic["mac"] for nic in spec["interfaces"]})
        for nic in spec["interfaces"]:
            ensure_bridge(nic["bridge"])
            self.plug(nic)

    def inside(self):
        """The guest's interfaces: MAC -> name."""
        links = json.loads(run("ip", "-j", "-n", self.netns, "link", "show"))
        return {link["address"]: link["ifname"] for link in links if link["ifname"] != "lo"}

    def unplug(self, keep):
        for mac, name in self.inside().items():
            if mac not in keep:
                run("ip", "-n", self.netns, "link", "del", name)

    def plug(self, nic):
        here = self.inside()
        tap = "/sys/class/net/" + nic["tap"]
        if not (nic["mac"] in here and here[nic["mac"]].startswith("eth") and os.path.exists(tap)):
            if os.path.exists(tap):
                run("ip", "link", "del", nic["tap"])
            made = "new-" + nic["tap"][3:]
            free = next("eth%d" % i for i in range(16) if "eth%d" % i not in here.values())
            run("ip", "link", "add", nic["tap"], "mtu", str(nic["mtu"]), "type", "veth", "peer", "name", made,
                "address", nic["mac"], "mtu", str(nic["mtu"]), "netns", self.netns)
            for address in nic["addresses"]:
                run("ip", "-n", self.netns, "addr", "add", address, "dev", made)
            # the guest looks for eth*: it finds an interface that is complete
            run("ip", "-n", self.netns, "link", "set", made, "name", free, "up")
            if nic["gateway"]:
                run("ip", "-n", self.netns, "route", "replace", "default", "via", nic["gateway"], "dev", free,
                    "metric", str(100 + int(free[3:])))
            silence(nic["tap"])
        run("ip", "link", "set", nic["tap"], "master", nic["bridge"], "up")

    def start(self):
        spec = self.spec()
        console = os.path.join(self.dir, "console.log")
        if os.path.exists(console) and os.path.getsize(console) > CONSOLE_LIMIT:
            os.replace(console, console + ".1")
        # what an earlier run has leased is asked for again
        here = self.inside()
        for nic in spec["interfaces"]:
            if not nic["addresses"]:
                run("ip", "-n", self.netns, "-4", "addr", "flush", "dev", here[nic["mac"]])
        run("systemctl", "set-property", "--runtime", self.unit, *limits(spec))
        run("systemctl", "start", self.unit)

    def stop(self):
        self.thaw()
        run("systemctl", "stop", self.unit)

    def freeze(self):
        self.set_frozen("1")

    def thaw(self):
        self.set_frozen("0")

    def set_frozen(self, value):
        """Of the second cgroup version, which is a tree of its own beside the first on some hosts."""
        for root in ("/sys/fs/cgroup/unified", "/sys/fs/cgroup"):
            path = os.path.join(root, "guests.slice", self.unit, "cgroup.freeze")
            if os.path.exists(path):
                with open(path, "w", encoding="ascii") as f:
                    f.write(value)
                return
        if value == "1":
            raise RuntimeError("freeze: it does not run")

    def remove(self):
        self.stop()
        if os.path.exists("/run/netns/" + self.netns):
            # a namespace dies with its last socket; the wires shall go now
            self.unplug(set())
            run("ip", "netns", "del", self.netns)
        shutil.rmtree("/run/systemd/system.control/%s.d" % self.unit, ignore_errors=True)
        shutil.rmtree(self.dir, ignore_errors=True)


def silence(device):
    """The node itself has no part in the guest's network."""
    path = "/proc/sys/net/ipv6/conf/%s/disable_ipv6" % device
    if os.path.exists(path):
        with open(path, "w", encoding="ascii") as f:
            f.write("1")


def ensure_bridge(name):
    if not os.path.exists("/sys/class/net/" + name):
        try:
            run("ip", "link", "add", name, "type", "bridge", "forward_delay", "0", "stp_state", "0", "mcast_snooping", "0")
        except RuntimeError:
            if not os.path.exists("/sys/class/net/" + name):  # the agent was no faster
                raise
    silence(name)
    run("ip", "link", "set", name, "up")


def main(argv):
    verbs = ("ensure", "start", "stop", "freeze", "thaw", "remove")
    if len(argv) != 2 or argv[0] not in verbs:
        raise Refused("usage: guest %s UUID" % "|".join(verbs))
    guest = Guest(argv[1])
    if argv[0] == "ensure":
        guest.ensure(sys.stdin.read(1 << 16))
    else:
        getattr(guest, argv[0])()


if __name__ == "__main__":
    os.environ["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin"
    os.umask(0o022)
    try:
        main(sys.argv[1:])
    except (Refused, RuntimeError, OSError, subprocess.TimeoutExpired) as failure:
        print("guest: %s" % failure, file=sys.stderr)
        sys.exit(1)
