#!/usr/bin/python3
"""What runs in a guest: it asks the metadata service who it is, serves that
on port 80, sends back what comes on port 7 (RFC 862, TCP and UDP), and lets
the key that Nova injected log in on port 22.

The first process of its process namespace. Few imports: a node holds many.
"""

import _thread
import fcntl
import json
import os
import select
import signal
import socket
import time

METADATA = "169.254.169.254"
METADATA_PATIENCE = 300  # seconds until it gives up, as images do
BODY_LIMIT = 1 << 20
BYTES_LIMIT = 64 << 20
AT_ONCE = 128  # connections; more wait in the kernel's queue
ECHO_PORT = 7
ECHO_SESSIONS = 512  # at once; more wait in the kernel's queue
ECHO_BLOCK = 1 << 16
KEYS = "/run/guest/authorized_keys"
SSHD = ["/usr/sbin/sshd", "-i", "-f", "/usr/lib/eris-lab/guest-sshd.conf"]
DHCP = ["/bin/busybox", "udhcpc", "-f", "-S", "-s", "/usr/lib/eris-lab/guest-dhcp",
        "-t", "4", "-T", "1", "-A", "2", "-O", "staticroutes", "-O", "mtu"]
SIOCGIFADDR = 0x8915  # linux/sockios.h

started = time.monotonic()
me = {"instance_id": None, "hostname": None, "requests": 0}
at_once = _thread.allocate_lock()
open_connections = 0


def say(text):
    print("[%9.3f] %s" % (time.monotonic() - started, text), flush=True)


def run(argv, stdin=None):
    """Start a program as a child; the signal handler reaps it."""
    actions = [] if stdin is None else [(os.POSIX_SPAWN_DUP2, stdin, 0), (os.POSIX_SPAWN_DUP2, stdin, 1)]
    env = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}
    return os.posix_spawn(argv[0], argv, env, file_actions=actions, setsigdef=[signal.SIGCHLD, signal.SIGPIPE])


def reap(*_):
    """Everything without a parent ends up here."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def watch_interfaces():
    """An address for each interface, also for one that is plugged in later."""
    clients = {}
    while True:
        now = {name for _, name in socket.if_nameindex() if name.startswith("eth")}
        for name in now - clients.keys():
            clients[name] = None if has_address(name) else run(DHCP + ["-i", name])
        for name in clients.keys() - now:
            client = clients.pop(name)
            if client:
                os.kill(client, signal.SIGKILL)
            say("interface %s is gone" % name)
        time.sleep(2)


def has_address(name):
    """True for an interface that the host has configured (DHCP is off)."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        try:
            fcntl.ioctl(s, SIOCGIFADDR, name.encode().ljust(256, b"\0"))
            return True
        except OSError:
            return False


def fetch(path):
    with socket.create_connection((METADATA, 80), timeout=5) as s:
        s.settimeout(5)
        s.sendall(("GET %s HTTP/1.0\r\nHost: %s\r\n\r\n" % (path, METADATA)).encode())
        answer = b""
        while len(answer) < BODY_LIMIT:
            part = s.recv(65536)
            if not part:
                break
            answer += part
    head, _, body = answer.partition(b"\r\n\r\n")
    status = head.split(None, 2)[1:2]
    if status != [b"200"]:
        raise OSError("the metadata service answers %s" % b" ".join(head.split(b"\r\n")[:1]).decode(errors="replace"))
    return json.loads(body)


def learn():
    """Learn who this guest is; retried, since its network comes up meanwhile."""
    said = None
    while time.monotonic() - started < METADATA_PATIENCE:
        try:
            data = fetch("/openstack/latest/meta_data.json")
            keys = "".join(key.strip() + "\n" for key in (data.get("public_keys") or {}).values())
            with open(KEYS, "w", encoding="utf-8") as f:
                f.write(keys)
            me["instance_id"], me["hostname"] = data["uuid"], data.get("hostname")
            say("metadata: %s is %s, %d key(s)" % (me["hostname"], me["instance_id"], keys.count("\n")))
            return
        except (OSError, ValueError, KeyError, IndexError) as e:
            if str(e) != said:
                said = str(e)
                say("metadata: %s; trying again" % said)
            time.sleep(1)
    say("metadata: given up after %d s" % METADATA_PATIENCE)


def answer(method, path, body):
    """Status, type and body of the answer to a request."""
    if path == "/":
        page = dict(me, uptime_s=round(time.monotonic() - started, 3))
        return "200 OK", "application/json", (json.dumps(page) + "\n").encode()
    if path == "/echo":
        return "200 OK", "application/octet-stream", body
    if path.startswith("/bytes/") and path[7:].isdigit() and int(path[7:]) <= BYTES_LIMIT:
        return "200 OK", "application/octet-stream", int(path[7:])
    return "404 Not Found", "text/plain", b"known are /, /echo and /bytes/N up to %d\n" % BYTES_LIMIT


def read_request(stream):
    """Method, path, body and whether the connection stays; None at its end."""
    line = stream.readline(8192).decode("latin-1").split()
    if len(line) != 3:
        return None
    length, keep = 0, line[2] == "HTTP/1.1"
    while True:
        name, _, value = stream.readline(8192).decode("latin-1").partition(":")
        if not name.strip():
            break
        value = value.strip()
        if name.lower() == "content-length" and value.isdigit():
            length = int(value)
        elif name.lower() == "connection":
            keep = keep and value.lower() != "close"
    if length > BODY_LIMIT:
        return None
    return line[0], line[1], stream.read(length), keep


def serve_web(connection):
    connection.settimeout(60)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with connection, connection.makefile("rb") as stream:
        while True:
            request = read_request(stream)
            if request is None:
                return
            method, path, body, keep = request
            me["requests"] += 1
            status, kind, content = answer(method, path, body)
            length = content if isinstance(content, int) else len(content)
            head = "HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\nConnection: %s\r\n\r\n" % (
                status, kind, length, "keep-alive" if keep else "close")
            if method == "HEAD":
                content = b""
            if isinstance(content, int):
                connection.sendall(head.encode())
                send_zeros(connection, content)
            else:
                connection.sendall(head.encode() + content)
            if not keep:
                return


def send_zeros(connection, count):
    block = bytes(65536)
    while count > 0:
        connection.sendall(block[:count])
        count -= len(block)


class Echo:
    """An echo service by one thread, since a session costs no more than its socket so:
    of threads a guest may have fewer than somebody may hold sessions."""

    def __init__(self, address, port):
        self.listener = socket.create_server((address, port), backlog=256)
        self.listener.setblocking(False)
        self.datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.datagrams.setblocking(False)
        self.datagrams.bind(self.listener.getsockname())
        self.poll = select.epoll()
        self.poll.register(self.listener, select.EPOLLIN)
        self.poll.register(self.datagrams, select.EPOLLIN)
        self.sessions = {}  # descriptor -> connection and what is not sent back yet

    def run(self):
        while True:
            self.turn()

    def turn(self, patience=-1):
        """Do what is there to be done, or wait for it."""
        for fd, _ in self.poll.poll(patience):
            try:
                if fd == self.listener.fileno():
                    self.accept()
                elif fd == self.datagrams.fileno():
                    self.answer()
                elif fd in self.sessions:
                    self.echo(fd)
            except BlockingIOError:
                pass  # somebody else's turn
            except OSError:  # the other side went away
                if fd in self.sessions:
                    self.end(fd)
                elif fd == self.listener.fileno():
                    time.sleep(0.1)  # out of files

    def accept(self):
        connection, _ = self.listener.accept()
        connection.setblocking(False)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # who is gone without a word is noticed, however long he may hold his tongue
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 60)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 10)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3)
        self.sessions[connection.fileno()] = [connection, b""]
        self.poll.register(connection, select.EPOLLIN)
        if len(self.sessions) == ECHO_SESSIONS:
            self.poll.modify(self.listener, 0)

    def answer(self):
        text, sender = self.datagrams.recvfrom(ECHO_BLOCK)
        if sender[1] != ECHO_PORT:  # two such services would never come to an end
            self.datagrams.sendto(text, sender)

    def echo(self, fd):
        """Read only when all is sent back: who does not take it is not read."""
        connection, rest = self.sessions[fd]
        if not rest:
            rest = connection.recv(ECHO_BLOCK)
            if not rest:
                self.end(fd)
                return
        try:
            rest = rest[connection.send(rest):]
        except BlockingIOError:
            pass
        self.sessions[fd][1] = rest
        self.poll.modify(fd, select.EPOLLOUT if rest else select.EPOLLIN)

    def end(self, fd):
        connection, _ = self.sessions.pop(fd)
        self.poll.unregister(fd)
        connection.close()
        self.poll.modify(self.listener, select.EPOLLIN)


def serve_login(connection):
    with connection:
        connection.setblocking(True)
        run(SSHD, connection.fileno())


def guarded(serve, connection):
    global open_connections
    try:
        serve(connection)
    except (OSError, ValueError):
        pass  # the other side went away
    finally:
        with at_once:
            open_connections -= 1


def listen(port, serve):
    global open_connections
    listener = socket.create_server(("0.0.0.0", port), backlog=256)
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:  # reset before it was accepted, or out of files
            time.sleep(0.1)
            continue
        while open_connections >= AT_ONCE:
            time.sleep(0.01)
        with at_once:
            open_connections += 1
        _thread.start_new_thread(guarded, (serve, connection))


def main():
    signal.signal(signal.SIGCHLD, reap)
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    _thread.stack_size(256 * 1024)
    say("guest %s boots" % socket.gethostname())
    with open("/run/guest/host_key.pub", encoding="ascii") as f:
        say("ssh host key: " + f.read().strip())
    for work, args in ((watch_interfaces, ()), (learn, ()), (listen, (80, serve_web)), (listen, (22, serve_login)),
                       (Echo("0.0.0.0", ECHO_PORT).run, ())):
        _thread.start_new_thread(work, args)
    while True:
        signal.pause()


if __name__ == "__main__":
    main()
