#!/usr/bin/python3
"""Tells the L3 agent of a router whether keepalived has made this node its primary.

In the place of Neutron's own program, which imports two seconds for every
router on every node, holds 65 MB twice, and now and then hangs when it starts:
eventlet's locks between native threads never wake a waiter. Then the agent of the
primary does not know that it is, and wires no floating IP. The arguments, the
state file and the message to the agent are Neutron's (neutron/agent/l3/keepalived_state_change.py)."""
import argparse
import ctypes
import http.client
import os
import select
import socket
import subprocess
import sys

CLONE_NEWNET = 0x40000000
RTMGRP_IPV4_IFADDR = 0x10
AGAIN = 2  # seconds between two looks when nothing is heard


class AgentConnection(http.client.HTTPConnection):
    """HTTP over the agent's socket."""

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(10)
        self.sock.connect(self.host)


def arguments():
    parser = argparse.ArgumentParser()
    for name in "router_id", "namespace", "conf_dir", "log-file", "monitor_interface", "monitor_cidr", "pid_file", "state_path":
        parser.add_argument("--" + name, required=True)
    return parser.parse_known_args()[0]


def become_daemon(args):
    for _ in range(2):
        if os.fork():
            os._exit(0)
        os.setsid()
    os.umask(0o022)
    log = os.open(args.log_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    null = os.open(os.devnull, os.O_RDONLY)
    for source, target in (null, 0), (log, 1), (log, 2):
        os.dup2(source, target)
    os.makedirs(os.path.dirname(args.pid_file), exist_ok=True)
    with open(args.pid_file, "w") as f:
        f.write(str(os.getpid()))


def enter(namespace):
    with open("/run/netns/" + namespace) as f:
        if ctypes.CDLL(None, use_errno=True).setns(f.fileno(), CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "enter " + namespace)


def state(args):
    shown = subprocess.run(["ip", "-o", "-4", "address", "show", "dev", args.monitor_interface],
                           stdout=subprocess.PIPE, text=True).stdout
    return "primary" if " %s " % args.monitor_cidr in shown else "backup"


def tell(args, now):
    with open(os.path.join(args.conf_dir, "state"), "w") as f:
        f.write(now)
    agent = AgentConnection(os.path.join(args.state_path, "keepalived-state-change"))
    agent.request("GET", "/", headers={"X-Neutron-Router-Id": args.router_id, "X-Neutron-State": now,
                                       "Connection": "close"})
    answer = agent.getresponse().status
    agent.close()
    if answer != 200:
        raise OSError("the agent answered %d" % answer)
    print("told the agent:", now, flush=True)


def main():
    args = arguments()
    become_daemon(args)
    enter(args.namespace)
    changes = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
    changes.bind((0, RTMGRP_IPV4_IFADDR))
    changes.setblocking(False)
    told = None
    while True:
        now = state(args)
        if now != told:
            try:
                tell(args, now)
                told = now
            except (OSError, http.client.HTTPException) as e:  # it restarts, and is told a little later
                print("tell the agent:", e, file=sys.stderr, flush=True)
        select.select([changes], [], [], AGAIN)
        try:
            while changes.recv(65536):
                pass
        except OSError:  # nothing more, or more than it could hold
            pass


if __name__ == "__main__":
    main()
