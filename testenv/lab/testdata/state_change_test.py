"""Tests of the program that tells the L3 agent of a router's state.

It is run as it is, with an `ip` that shows what a test says, an agent that
writes down what it is told, and in the place of the kernel's messages a socket
that a test writes to. Arguments are the folder of the roles and nothing else."""

import http.server
import os
import signal
import socket
import socketserver
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
import unittest

PROGRAM = os.path.join(sys.argv.pop(), "neutron-network/state-change.py")
NEVER = 600  # seconds between two looks: only what is heard makes it look
CIDR = "169.254.0.1/24"
HOLDS = "7: ha-1    inet %s scope global ha-1\\       valid_lft forever preferred_lft forever"

RUNNER = textwrap.dedent("""
    import importlib.util, os, socket, sys
    program, folder, again = sys.argv[1:4]
    spec = importlib.util.spec_from_file_location("state_change", program)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    plain = socket.socket

    class Changes(plain):
        def __init__(self):
            super().__init__(socket.AF_UNIX, socket.SOCK_DGRAM)

        def bind(self, address):
            super().bind(os.path.join(folder, "changes"))
            with open(os.path.join(folder, "heard"), "w") as f:
                f.write(repr(address))

    def make(family=socket.AF_INET, *rest):
        return Changes() if family == socket.AF_NETLINK else plain(family, *rest)

    def enter(namespace):
        with open(os.path.join(folder, "entered"), "w") as f:
            f.write(namespace)

    socket.socket, module.enter, module.AGAIN = make, enter, float(again)
    sys.argv = [program] + sys.argv[4:]
    module.main()
""")


class Agent(socketserver.ThreadingUnixStreamServer):
    """Writes down what it is told; answers are the status codes to come, then 200."""
    daemon_threads = True

    def __init__(self, path, *answers):
        self.told, self.answers = [], list(answers)
        super().__init__(path, Handler)
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(self.server.answers.pop(0) if self.server.answers else 200)
        self.end_headers()
        self.server.told.append((self.headers["X-Neutron-Router-Id"], self.headers["X-Neutron-State"]))

    def log_message(self, *_):
        pass


def sessions():
    """The sessions of all processes that still run."""
    found = set()
    for name in os.listdir("/proc"):
        try:
            with open("/proc/%s/stat" % name) as f:
                state, _, _, session = f.read().rpartition(")")[2].split()[:4]
        except (OSError, ValueError):
            continue  # no process, or one that has just ended
        if state not in "ZX":
            found.add(int(session))
    return found


class StateChange(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        os.makedirs(self.path("bin"))
        os.makedirs(self.path("conf"))
        with open(self.path("bin/ip"), "w") as f:
            f.write('#!/bin/sh\necho "$*" >>%s\ncat %s\n' % (self.path("asked"), self.path("addresses")))
        os.chmod(self.path("bin/ip"), 0o755)
        self.holds(None)

    def path(self, name):
        return os.path.join(self.folder, name)

    def read(self, name):
        with open(self.path(name)) as f:
            return f.read()

    def holds(self, address):
        """Say which address the interface has from now on, in one step."""
        with open(self.path("addresses.new"), "w") as f:
            f.write(HOLDS % address + "\n" if address else "")
        os.rename(self.path("addresses.new"), self.path("addresses"))

    def heard(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as s:
            s.sendto(b"an address came or went", self.path("changes"))

    def agent(self, *answers):
        agent = Agent(self.path("keepalived-state-change"), *answers)
        self.addCleanup(agent.server_close)
        self.addCleanup(agent.shutdown)
        return agent

    def arguments(self, **change):
        told = {"router_id": "r-1", "namespace": "qrouter-r-1", "conf_dir": self.path("conf"), "log-file": self.path("log"),
                "monitor_interface": "ha-1", "monitor_cidr": CIDR, "pid_file": self.path("pids/r-1.pid"),
                "state_path": self.folder, "user": "1000", "group": "1000"}
        told.update(change)
        return ["--%s=%s" % pair for pair in told.items() if pair[1] is not None]

    def launch(self, again, arguments=None):
        return subprocess.run(
            [sys.executable, "-B", "-c", RUNNER, PROGRAM, self.folder, str(again)] + (arguments or self.arguments()),
            env=dict(os.environ, PATH=self.path("bin") + ":" + os.environ["PATH"]), timeout=60,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def start(self, again=NEVER):
        """Run it until the end of the test."""
        begun = self.launch(again)
        self.assertEqual((0, ""), (begun.returncode, begun.stdout))
        self.eventually(lambda: os.path.exists(self.path("pids/r-1.pid")) and self.read("pids/r-1.pid"))
        self.pid = int(self.read("pids/r-1.pid"))
        self.addCleanup(self.end)
        self.eventually(lambda: os.path.exists(self.path("heard")))

    def end(self):
        """End it, and wait until nothing of it can write any more."""
        os.kill(self.pid, signal.SIGKILL)
        self.eventually(lambda: self.pid not in sessions())

    def eventually(self, holds):
        end = time.monotonic() + 30
        while not holds():
            self.assertLess(time.monotonic(), end, self.read("log") if os.path.exists(self.path("log")) else "no log")
            time.sleep(0.01)

    def test_the_agent_is_told_who_is_the_primary_at_the_start(self):
        agent = self.agent()
        self.holds(CIDR)
        self.start()
        self.eventually(lambda: agent.told)
        self.assertEqual([("r-1", "primary")], agent.told)
        self.assertEqual("primary", self.read("conf/state"))
        self.assertEqual("qrouter-r-1", self.read("entered"))
        self.assertEqual("(0, %d)" % 0x10, self.read("heard"), "addresses of IPv4")
        self.assertEqual("-o -4 address show dev ha-1\n", self.read("asked"))

    def test_a_change_that_is_heard_is_told_at_once_and_once(self):
        agent = self.agent()
        self.start()
        self.eventually(lambda: agent.told == [("r-1", "backup")])
        self.heard()  # of another address
        self.eventually(lambda: len(self.read("asked").splitlines()) == 2)
        for address, states in (CIDR, ["backup", "primary"]), (None, ["backup", "primary", "backup"]):
            self.holds(address)
            self.heard()
            self.eventually(lambda: [state for _, state in agent.told] == states)
            self.assertEqual(states[-1], self.read("conf/state"))

    def test_a_change_that_nobody_heard_is_seen_a_little_later(self):
        agent = self.agent()
        self.start(again=0.05)
        self.eventually(lambda: agent.told)
        self.holds(CIDR)
        self.eventually(lambda: ("r-1", "primary") in agent.told)

    def test_an_agent_that_restarts_is_told_when_it_is_back(self):
        self.holds(CIDR)
        self.start(again=0.05)
        self.eventually(lambda: "tell the agent:" in self.read("log"))
        self.assertEqual("primary", self.read("conf/state"), "which the agent reads when it starts")
        agent = self.agent()
        self.eventually(lambda: agent.told)
        self.assertEqual(("r-1", "primary"), agent.told[0])
        self.eventually(lambda: "told the agent: primary" in self.read("log"))

    def test_an_agent_that_refuses_is_told_again_until_it_accepts(self):
        agent = self.agent(500, 404)
        self.start(again=0.05)
        self.eventually(lambda: "told the agent: backup" in self.read("log"))
        looks = len(self.read("asked").splitlines())
        self.eventually(lambda: len(self.read("asked").splitlines()) > looks + 2)
        self.assertEqual([("r-1", "backup")] * 3, agent.told)
        self.assertIn("the agent answered 500", self.read("log"))

    def test_an_address_that_only_begins_alike_makes_no_primary(self):
        agent = self.agent()
        self.holds(CIDR + "0")
        self.start()
        self.eventually(lambda: agent.told)
        self.assertEqual([("r-1", "backup")], agent.told)

    def test_it_is_a_daemon(self):
        self.agent()
        self.start()
        with open("/proc/%d/stat" % self.pid) as f:
            session = int(f.read().rpartition(")")[2].split()[3])
        self.assertNotEqual(os.getsid(0), session)
        self.assertEqual("/dev/null", os.readlink("/proc/%d/fd/0" % self.pid))
        self.assertEqual([self.path("log")] * 2, [os.readlink("/proc/%d/fd/%d" % (self.pid, fd)) for fd in (1, 2)])

    def test_what_it_must_know_must_be_told(self):
        for missing in "router_id", "namespace", "conf_dir", "monitor_interface", "monitor_cidr", "pid_file", "state_path":
            ended = self.launch(NEVER, self.arguments(**{missing: None}))
            self.assertEqual(2, ended.returncode, missing)
            self.assertIn("--" + missing, ended.stdout)


if __name__ == "__main__":
    unittest.main()
