"""Tests of the server that forks the privileged helpers of Neutron's agents.

It is run as it is, with stand-ins for the two packages that it imports: one
that Neutron's contexts would be in, and oslo.privsep, of which a helper writes
down what it is and stays. Arguments are the folder of the roles and nothing
else."""

import contextlib
import importlib.util
import io
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import textwrap
import time
import types
import unittest
from unittest import mock

ROLE = os.path.join(sys.argv.pop(), "neutron-privsep")
PROGRAM = os.path.join(ROLE, "server.py")
PATIENCE = 0.5

MODULES = {
    "neutron/__init__.py": "",
    "neutron/privileged/__init__.py": "",
    "neutron/privileged/agent/__init__.py": "",
    "neutron/privileged/agent/linux/__init__.py": "",
    "neutron/privileged/agent/linux/ip_lib.py": "",
    "neutron/privileged/agent/ovsdb_monitor.py": "raise ImportError('it wants Open vSwitch')",
    "oslo_privsep/__init__.py": "",
    "oslo_privsep/daemon.py": """
        import json, os, signal, sys, time
        def helper_main():
            if "--refuse" in sys.argv:
                sys.exit("privsep: no such context")
            if os.fork():
                return
            with open(os.environ["HELPERS"] + "/" + str(os.getpid()) + ".new", "w") as f:
                json.dump({"pid": os.getpid(), "argv": sys.argv, "environment": sorted(os.environ),
                           "reaps": signal.getsignal(signal.SIGCHLD) == signal.SIG_DFL,
                           "modules": sorted(m for m in sys.modules if m.startswith("neutron."))}, f)
            os.rename(f.name, f.name[:-len(".new")])
            time.sleep(600)
    """,
}

RUNNER = textwrap.dedent("""
    import importlib.util, os, sys
    program, path, patience = sys.argv[1:]
    spec = importlib.util.spec_from_file_location("server", program)
    server = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(server)

    def join_cgroups(pid):
        with open(os.environ["HELPERS"] + "/joined", "a") as f:
            f.write("%d\\n" % pid)

    server.PATH, server.PATIENCE, server.join_cgroups = path, float(patience), join_cgroups
    server.main()
""")


class Server(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        for name, text in MODULES.items():
            os.makedirs(os.path.dirname(self.at("modules", name)), exist_ok=True)
            with open(self.at("modules", name), "w") as f:
                f.write(textwrap.dedent(text))
        os.makedirs(self.at("helpers"))
        os.makedirs(self.at("run"))
        with socket.socket(socket.AF_UNIX) as left:  # by one that was killed
            left.bind(self.at("run/privsep"))

        systemd = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(systemd.close)
        systemd.bind(self.at("notify"))
        systemd.settimeout(30)
        log = open(self.at("log"), "w")
        self.addCleanup(log.close)
        self.server = subprocess.Popen(
            [sys.executable, "-B", "-c", RUNNER, PROGRAM, self.at("run/privsep"), str(PATIENCE)],
            env=dict(os.environ, PYTHONPATH=self.at("modules"), HELPERS=self.at("helpers"), NOTIFY_SOCKET=self.at("notify")),
            stderr=log, start_new_session=True)
        self.addCleanup(self.end)
        self.assertEqual(b"READY=1", systemd.recv(100))

    def end(self):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.server.pid, signal.SIGKILL)  # and its helpers
        self.server.wait()

    def at(self, *names):
        return os.path.join(self.folder, *names)

    def helpers(self):
        found = []
        for name in os.listdir(self.at("helpers")):
            if name.isdigit():
                with open(self.at("helpers", name)) as f:
                    found.append(json.load(f))
        return found

    def connect(self):
        s = socket.socket(socket.AF_UNIX)
        self.addCleanup(s.close)
        s.settimeout(30)
        s.connect(self.at("run/privsep"))
        return s

    def ask(self, *words):
        """Ask as the role's privsep-helper does: a word a line, then nothing more."""
        s = self.connect()
        s.sendall("".join(word + "\n" for word in words).encode())
        s.shutdown(socket.SHUT_WR)
        return self.answer(s)

    def answer(self, s):
        """Read to the end, which comes though the helper keeps what it has inherited."""
        text = b""
        while True:
            more = s.recv(100)
            if not more:
                return text
            text += more

    def eventually(self, holds):
        end = time.monotonic() + 30
        while not holds():
            self.assertLess(time.monotonic(), end)
            time.sleep(0.01)

    def test_each_request_gets_a_helper_of_its_own(self):
        requests = (["--privsep_context", "neutron.privileged.default"], ["--privsep_sock_path", "/tmp/with a space"])
        for words in requests:
            self.assertEqual(b"started\n", self.ask(*words))
        self.eventually(lambda: len(self.helpers()) == 2)
        helpers = self.helpers()
        self.assertCountEqual([["privsep-helper"] + words for words in requests], [h["argv"] for h in helpers])
        self.assertEqual(3, len({self.server.pid} | {h["pid"] for h in helpers}))
        for h in helpers:
            self.assertEqual(["neutron.privileged", "neutron.privileged.agent", "neutron.privileged.agent.linux",
                              "neutron.privileged.agent.linux.ip_lib"], h["modules"], "loaded before, and no Open vSwitch")
            self.assertTrue(h["reaps"], "what a helper runs it must be able to wait for")
            self.assertNotIn("NOTIFY_SOCKET", h["environment"])
        with open(self.at("helpers/joined")) as f:
            self.assertEqual([str(os.getpid())] * 2, f.read().split(), "the cgroups of who asked")

    def test_who_asks_for_nothing_is_told_that_it_is_ready(self):
        self.assertEqual(b"ready\n", self.ask())
        self.assertEqual([], os.listdir(self.at("helpers")))

    def test_who_does_not_come_to_an_end_keeps_nobody_waiting(self):
        slow = self.connect()
        slow.sendall(b"--privsep_context\n")
        self.assertEqual(b"started\n", self.ask("--one"))
        self.assertEqual(b"", self.answer(slow), "it is given up")
        self.assertEqual(1, len(self.helpers()))
        self.assertEqual(b"started\n", self.ask("--another"))

    def test_a_helper_that_ends_at_once_is_not_said_to_be_started(self):
        self.assertEqual(b"", self.ask("--refuse"))
        self.assertEqual(b"started\n", self.ask("--one"))

    def test_who_goes_away_harms_nobody(self):
        self.connect().close()
        gone = self.connect()
        gone.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        gone.sendall(b"\xff\n")
        gone.close()
        self.assertEqual(b"started\n", self.ask("--one"))
        self.assertIsNone(self.server.poll())

    def test_only_its_own_user_may_ask(self):
        self.assertEqual(0, os.stat(self.at("run/privsep")).st_mode & 0o077)

    def test_nothing_is_left_of_those_that_have_told(self):
        for _ in range(3):
            self.assertEqual(b"started\n", self.ask("--one"))

        def children():
            with open("/proc/%d/task/%d/children" % (self.server.pid, self.server.pid)) as f:
                return f.read().split()
        self.eventually(lambda: not children())

    def test_a_helper_does_not_keep_a_server_alive_that_was_ended(self):
        self.assertEqual(b"started\n", self.ask("--one"))
        self.eventually(lambda: len(self.helpers()) == 1)
        self.server.kill()
        self.server.wait()
        with self.assertRaises(ConnectionRefusedError):
            self.connect()
        os.kill(self.helpers()[0]["pid"], 0)


class Cgroups(unittest.TestCase):
    def join(self, mounted, lines):
        """Run join_cgroups where these hierarchies are mounted; what was written where."""
        written = {}

        class Kept(io.StringIO):
            def __init__(self, path):
                super().__init__()
                self.path = path

            def close(self):
                written[self.path] = self.getvalue()
                super().close()

        def opened(path, mode="r"):
            path = os.path.normpath(path)
            if path == "/proc/7/cgroup":
                return io.StringIO("".join(line + "\n" for line in lines))
            if mode != "w" or not any(path.startswith("/sys/fs/cgroup" + m + "/node/") for m in mounted):
                raise FileNotFoundError(path)
            return Kept(path)

        stand_ins = {"neutron": types.ModuleType("neutron"), "neutron.privileged": types.ModuleType("neutron.privileged"),
                     "oslo_privsep": types.ModuleType("oslo_privsep")}
        stand_ins["neutron"].privileged = stand_ins["neutron.privileged"]
        stand_ins["oslo_privsep"].daemon = None
        with mock.patch.dict(sys.modules, stand_ins):
            spec = importlib.util.spec_from_file_location("server", PROGRAM)
            server = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(server)
        with mock.patch("builtins.open", opened):
            server.join_cgroups(7)
        return written

    def test_of_version_2(self):
        self.assertEqual({"/sys/fs/cgroup/node/l3/cgroup.procs": "0"}, self.join([""], ["0::/node/l3"]))

    def test_of_version_1_with_version_2_beside_it(self):
        self.assertEqual(
            {"/sys/fs/cgroup/cpu,cpuacct/node/l3/cgroup.procs": "0", "/sys/fs/cgroup/systemd/node/l3:x/cgroup.procs": "0",
             "/sys/fs/cgroup/unified/node/l3/cgroup.procs": "0"},
            self.join(["/cpu,cpuacct", "/systemd", "/unified"],
                      ["3:cpu,cpuacct:/node/l3", "2:rdma:/", "1:name=systemd:/node/l3:x", "0::/node/l3"]))


class Helper(unittest.TestCase):
    GOOD = ["--config-file", "/etc/neutron/neutron.conf", "--privsep_context", "neutron.privileged.default",
            "--privsep_sock_path", "/tmp/x/privsep.sock"]

    def run_helper(self, *words):
        with tempfile.TemporaryDirectory() as folder:  # where the real one says that it was run
            for name, text in ("nc", 'cat >/dev/null; echo "$ANSWER"'), ("privsep-helper", 'echo "loads itself: $*"'):
                with open(os.path.join(folder, name), "w") as f:
                    f.write("#!/bin/sh\n" + text + "\n")
                os.chmod(os.path.join(folder, name), 0o755)
            return [subprocess.run(["sh", os.path.join(ROLE, "helper"), *words], text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                   env=dict(os.environ, PATH=folder + ":" + os.environ["PATH"], ANSWER=answer)) for answer in ("started", "")]

    def test_without_a_server_it_loads_itself(self):
        served, alone = self.run_helper(*self.GOOD)
        self.assertEqual((0, ""), (served.returncode, served.stdout))
        self.assertEqual((0, "loads itself: " + " ".join(self.GOOD) + "\n"), (alone.returncode, alone.stdout))

    def test_what_is_not_neutrons_own_is_refused(self):
        for words in ([], ["id"], self.GOOD + ["--config-file", "/tmp/mine"], ["--config-file", "/tmp/mine"] + self.GOOD[2:],
                      self.GOOD[:3] + ["os.system"] + self.GOOD[4:]):
            for ended in self.run_helper(*words):
                self.assertNotEqual(0, ended.returncode, words)
                self.assertEqual("", ended.stdout)


if __name__ == "__main__":
    unittest.main()
