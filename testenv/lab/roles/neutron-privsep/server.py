#!/usr/bin/python3
"""Forks the privileged helpers of Neutron's agents.

An agent has a helper for each set of capabilities that it uses: nine on a
controller. Each is an interpreter that imports for two seconds and then holds
90 MB, all of it the same. Here it is loaded once, and a helper is a fork that
shares it. What it does from there on is oslo.privsep's own code, and it belongs
to the cgroup of the agent that asked, as if that had started it."""
import gc
import importlib
import os
import pkgutil
import signal
import socket
import struct
import sys

import neutron.privileged
from oslo_privsep import daemon

PATH = "/run/eris-lab/privsep"
PATIENCE = 10  # seconds for a request to be told


def load():
    """Import what the helpers import when they are asked for something."""
    for module in pkgutil.walk_packages(neutron.privileged.__path__, "neutron.privileged."):
        if ".ovsdb" not in module.name:
            importlib.import_module(module.name)
    gc.collect()
    gc.freeze()


def join_cgroups(pid):
    """Move this process to where another one is, in every hierarchy."""
    with open("/proc/%d/cgroup" % pid) as f:
        lines = f.read().splitlines()
    for line in lines:
        _, controllers, path = line.split(":", 2)
        for mount in ({"": ("", "unified")}.get(controllers) or (controllers.removeprefix("name="),)):
            try:
                with open("/sys/fs/cgroup/%s%s/cgroup.procs" % (mount, path), "w") as f:
                    f.write("0")
            except FileNotFoundError:  # this hierarchy is not mounted here
                pass


def start(connection):
    """Become the helper that a client asks for, and tell it once it runs. Who
    asks for none is told that one could have been started."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    connection.settimeout(PATIENCE)
    pid, _, _ = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    with connection.makefile() as f:
        asked = f.read().splitlines()
    if asked:
        sys.argv = ["privsep-helper"] + asked
        join_cgroups(pid)
        daemon.helper_main()  # forks; the helper itself does not come back from here
    connection.sendall(b"started\n" if asked else b"ready\n")
    connection.shutdown(socket.SHUT_RDWR)


def main():
    load()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    os.makedirs(os.path.dirname(PATH), exist_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    if os.path.exists(PATH):
        os.unlink(PATH)
    os.umask(0o077)
    listener.bind(PATH)
    listener.listen(32)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.sendto(b"READY=1", os.environ.pop("NOTIFY_SOCKET"))
    while True:
        connection, _ = listener.accept()
        if os.fork() == 0:
            listener.close()
            start(connection)
            os._exit(0)
        connection.close()


if __name__ == "__main__":
    main()
