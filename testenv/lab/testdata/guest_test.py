"""Tests of the guests' programs that need neither root nor Nova.

Run by TestProgramsOfTheRolesDoWhatTheySay: arguments are the folder of the roles
and nothing else."""

import importlib.util
import io
import json
import os
import socket
import sys
import tempfile
import threading
import unittest

ROLES = sys.argv.pop()


def load(name, path):
    spec = importlib.util.spec_from_file_location(name, os.path.join(ROLES, path))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


guest = load("guest", "guest/guest.py")
service = load("service", "guest/service.py")
guests = load("guests", "nova-compute/guests.py")

PORT = "0a1b2c3d-1111-2222-3333-444455556666"


def spec(**change):
    nic = {"port": PORT, "tap": "tap0a1b2c3d-11", "bridge": "brqaaaaaaaa-bb", "mac": "fa:16:3e:00:00:01", "mtu": 1450,
           "addresses": ["10.20.0.5/24"], "gateway": "10.20.0.1"}
    nic.update({k: v for k, v in change.items() if k in nic})
    whole = {"hostname": "vm-1", "vcpus": 1, "memory_mb": 64, "interfaces": [nic]}
    whole.update({k: v for k, v in change.items() if k not in nic})
    return json.dumps(whole)


class Specification(unittest.TestCase):
    def test_a_right_one_is_read_as_it_is(self):
        self.assertEqual(json.loads(spec()), guest.read_spec(spec()))

    def test_what_could_do_more_is_refused(self):
        for change in (
            {"tap": "eth0"}, {"tap": "tap0a1b2c3d-11;id"}, {"tap": "tap0a1b2c3d-11\n"}, {"bridge": "br-mgmt"},
            {"mac": "fa:16:3e:00:00:01 up"}, {"port": "x"}, {"mtu": "1450"}, {"mtu": True}, {"mtu": 100000},
            {"addresses": ["10.0.0.1/24; id"]}, {"addresses": "10"}, {"addresses": None}, {"gateway": "-x"},
            {"hostname": "-f"}, {"hostname": "a b"}, {"hostname": "../x"}, {"hostname": 1}, {"vcpus": 0}, {"vcpus": 1.5},
            {"memory_mb": -1}, {"interfaces": {}}, {"interfaces": [1]}, {"interfaces": [{}]}, {"more": 1},
        ):
            with self.assertRaises(guest.Refused, msg=change):
                guest.read_spec(spec(**change))
        for text in ("", "[]", "null", "{}"):
            with self.assertRaises(guest.Refused, msg=text):
                guest.read_spec(text)

    def test_a_name_that_leads_elsewhere_is_no_guest(self):
        for name in ("", "..", "../x", PORT + "/..", PORT + "\n", PORT.upper()):
            with self.assertRaises(guest.Refused, msg=name):
                guest.Guest(name)

    def test_only_its_verbs_are_done(self):
        for argv in ([], ["ensure"], ["rm", PORT], ["unplug", PORT], ["__init__", PORT], ["start", PORT, "x"]):
            with self.assertRaises(guest.Refused, msg=argv):
                guest.main(argv)

    def test_a_large_flavour_does_not_take_the_node(self):
        self.assertEqual(["CPUQuota=100%", "MemoryMax=64M"], guest.limits({"vcpus": 1, "memory_mb": 64}))
        self.assertEqual(["CPUQuota=400%", "MemoryMax=256M"], guest.limits({"vcpus": 16, "memory_mb": 65536}))
        self.assertEqual(["CPUQuota=100%", "MemoryMax=48M"], guest.limits({"vcpus": 1, "memory_mb": 1}))


class Service(unittest.TestCase):
    def test_it_says_who_it_is(self):
        service.me.update(instance_id=PORT, hostname="vm-1")
        status, _, body = service.answer("GET", "/", b"")
        self.assertEqual("200 OK", status)
        self.assertEqual((PORT, "vm-1"), (json.loads(body)["instance_id"], json.loads(body)["hostname"]))

    def test_echo_and_bytes(self):
        self.assertEqual(b"hello", service.answer("POST", "/echo", b"hello")[2])
        self.assertEqual(1000, service.answer("GET", "/bytes/1000", b"")[2])
        for path in ("/bytes/", "/bytes/-1", "/bytes/99999999999", "/x"):
            self.assertEqual("404 Not Found", service.answer("GET", path, b"")[0], path)

    def test_requests_are_read_to_their_end(self):
        stream = io.BytesIO(b"POST /echo HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcGET / HTTP/1.1\r\nConnection: close\r\n\r\n")
        self.assertEqual(("POST", "/echo", b"abc", True), service.read_request(stream))
        self.assertEqual(("GET", "/", b"", False), service.read_request(stream))
        self.assertIsNone(service.read_request(stream))

    def test_too_long_a_body_ends_the_connection(self):
        self.assertIsNone(service.read_request(io.BytesIO(b"POST / HTTP/1.1\r\nContent-Length: 9999999\r\n\r\n")))


class EchoService(unittest.TestCase):
    """On loopback, by the thread that a guest has for it."""

    @classmethod
    def setUpClass(cls):
        cls.echo = service.Echo("127.0.0.1", 0)
        cls.at = cls.echo.listener.getsockname()
        threading.Thread(target=cls.echo.run, daemon=True).start()

    def connect(self):
        s = socket.create_connection(self.at, timeout=20)
        self.addCleanup(s.close)
        return s

    def said(self, s, text):
        s.sendall(text)
        back = b""
        while len(back) < len(text):
            part = s.recv(1 << 16)
            self.assertTrue(part, "it was closed after %d of %d bytes" % (len(back), len(text)))
            back += part
        return back

    def test_many_sessions_at_once_have_their_own_back(self):
        sessions = [self.connect() for _ in range(100)]
        for turn in range(3):
            for n, s in enumerate(sessions):
                text = b"%d of %d" % (n, turn)
                self.assertEqual(text, self.said(s, text))

    def test_who_does_not_take_what_he_sent_gets_it_all_later(self):
        s, text = self.connect(), os.urandom(16 << 20)
        sender = threading.Thread(target=s.sendall, args=(text,))
        sender.start()
        self.assertEqual(b"not held up", self.said(self.connect(), b"not held up"))
        back = bytearray()
        while len(back) < len(text):
            back += s.recv(1 << 16)
        sender.join()
        self.assertEqual(text, bytes(back))

    def test_who_says_no_more_is_let_go(self):
        s = self.connect()
        self.assertEqual(b"x", self.said(s, b"x"))
        s.shutdown(socket.SHUT_WR)
        self.assertEqual(b"", s.recv(1))

    def test_datagrams_come_back_as_they_are(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.settimeout(20)
            for text in (b"", b"a", os.urandom(1400), os.urandom(60000)):
                s.sendto(text, self.at)
                self.assertEqual((text, self.at), s.recvfrom(1 << 16))

    def test_another_echo_service_is_not_answered(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.bind(("127.0.0.1", 0))
            s.settimeout(0.2)
            before, service.ECHO_PORT = service.ECHO_PORT, s.getsockname()[1]
            try:
                s.sendto(b"x", self.at)
                self.assertRaises(socket.timeout, s.recv, 1)
            finally:
                service.ECHO_PORT = before


class TooManySessions(unittest.TestCase):
    def test_more_wait_until_one_ends(self):
        before, service.ECHO_SESSIONS = service.ECHO_SESSIONS, 2
        self.addCleanup(setattr, service, "ECHO_SESSIONS", before)
        echo = service.Echo("127.0.0.1", 0)
        threading.Thread(target=echo.run, daemon=True).start()
        sessions = [socket.create_connection(echo.listener.getsockname(), timeout=20) for _ in range(3)]
        for s in sessions:
            self.addCleanup(s.close)
            s.sendall(b"x")
        self.assertEqual([b"x", b"x"], [s.recv(1) for s in sessions[:2]])
        sessions[2].settimeout(0.2)
        self.assertRaises(socket.timeout, sessions[2].recv, 1)
        sessions[0].close()
        sessions[2].settimeout(20)
        self.assertEqual(b"x", sessions[2].recv(1))


class Network(dict):
    def get_meta(self, name):
        return self["meta"].get(name)


def vif(dhcp):
    meta = {"dhcp_server": "10.20.0.2"} if dhcp else {}
    subnet = Network(version=4, cidr="10.20.0.0/24", gateway={"address": "10.20.0.1"}, ips=[{"address": "10.20.0.5"}], meta=meta)
    return {"id": PORT, "devname": "tap0a1b2c3d-11", "address": "FA:16:3E:00:00:01",
            "network": Network(bridge="brqaaaaaaaa-bb", subnets=[subnet], meta={"mtu": 1450})}


class WhatNovaSays(unittest.TestCase):
    def test_an_interface_is_one_that_the_helper_takes(self):
        for dhcp in (True, False):
            nic = guests.interface(vif(dhcp))
            self.assertEqual(nic, guest.read_interface(nic))
            self.assertEqual([] if dhcp else ["10.20.0.5/24"], nic["addresses"])
            self.assertEqual("" if dhcp else "10.20.0.1", nic["gateway"])

    def test_the_state_is_the_cgroups(self):
        with tempfile.TemporaryDirectory() as root:
            guests.GUESTS, guests.SLICES = root + "/guests", (root + "/slice",)
            self.assertIsNone(guests.read_state(PORT))
            self.assertEqual([], guests.list_all())
            os.makedirs("%s/guests/%s" % (root, PORT))
            self.assertEqual([], guests.list_all(), "one that was never finished")
            with open("%s/guests/%s/spec.json" % (root, PORT), "w", encoding="utf-8") as f:
                f.write(spec())
            self.assertEqual("off", guests.read_state(PORT))
            unit = "%s/slice/eris-guest@%s.service" % (root, PORT)
            os.makedirs(unit)
            for events, state in (("populated 1\nfrozen 0\n", "running"), ("populated 1\nfrozen 1\n", "paused"),
                                  ("populated 0\nfrozen 0\n", "off")):
                with open(unit + "/cgroup.events", "w", encoding="ascii") as f:
                    f.write(events)
                self.assertEqual(state, guests.read_state(PORT))
            self.assertEqual([PORT], guests.list_all())
            self.assertEqual(PORT, guests.interfaces(PORT)[0]["port"])


if __name__ == "__main__":
    unittest.main()
