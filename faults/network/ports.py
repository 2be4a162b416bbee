# ports.py VERB ...: the ports that the kernel gives to who connects from none of his own.
# hold DIRECTORY LEAVE PROTOCOL...: takes them, but for LEAVE of each protocol, and again
# those that get free. look DIRECTORY LEAVE PROTOCOL...: one line with how many are free
# and what becomes of a connection that begins; exit 1 where that is not what was asked.
#
# A port to which somebody is bound is given to nobody who connects. It is bound here at every
# address, of IPv4 and IPv6, by a socket that neither listens nor shares; where a connection
# has it already, at an address of loopback that nobody uses, since the kernel would give it
# for a connection to another place. What listens when this begins keeps its port, also when it
# is started again, and that one is given to nobody either while it does.
#
# It wants Python 3.7 and nothing but its own library.
import errno
import os
import random
import resource
import signal
import socket
import sys
import time

ALONE = '127.69.82.83'
SETTINGS = '/proc/sys/net/ipv4/ip_local_'
SLACK = 8  # ports that may have got free in the moment of a look
KINDS = {'tcp': socket.SOCK_STREAM, 'udp': socket.SOCK_DGRAM}


def usable():
    """All of the range but those that are reserved."""
    with open(SETTINGS + 'port_range') as file:
        first, last = (int(word) for word in file.read().split())
    with open(SETTINGS + 'reserved_ports') as file:
        reserved = file.read().strip()
    ports = set(range(first, last + 1))
    for part in reserved.split(',') if reserved else []:
        low, _, high = part.partition('-')
        ports -= set(range(int(low), int(high or low) + 1))
    return ports


def servers(protocol):
    """At which ports something listens, or gets packets from anybody."""
    found = set()
    for name in (protocol, protocol + '6'):
        try:
            with open('/proc/net/' + name) as file:
                lines = file.read().splitlines()[1:]
        except FileNotFoundError:
            continue  # no IPv6
        for words in (line.split() for line in lines):
            if words[3] == '0A' or protocol == 'udp' and words[3] == '07':
                found.add(int(words[1].rpartition(':')[2], 16))
    return found


def bound(protocol, port):
    """A socket that has the port alone; None where it is somebody's."""
    for family, address in ((socket.AF_INET6, '::'), (socket.AF_INET, '0.0.0.0'), (socket.AF_INET, ALONE)):
        try:
            sock = socket.socket(family, KINDS[protocol])
        except OSError as wrong:
            if wrong.errno == errno.EAFNOSUPPORT and family == socket.AF_INET6:
                continue
            raise
        try:
            if family == socket.AF_INET6:
                sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
            sock.bind((address, port))
            return sock
        except OSError as wrong:
            sock.close()
            if wrong.errno not in (errno.EADDRINUSE, errno.EADDRNOTAVAIL):
                raise
    return None


class Holder:
    """Has ports. A process may have so many files open and no more: those that are full are
    kept by a child, and its ports are free again should it end."""

    def __init__(self, protocol, leave, most):
        self.protocol, self.most = protocol, most
        self.mine, self.kept = {}, {}  # a file by its port; ports by who keeps them
        self.served = servers(protocol)
        self.wanted = usable() - self.served
        there = []
        for port in self.wanted if leave else ():
            sock = bound(protocol, port)
            if sock:
                sock.close()
                there.append(port)
        self.left = set(random.sample(there, min(leave, len(there))))
        self.wanted -= self.left

    def take(self):
        """Those that are free now, and tells whether there were any; what it has it keeps."""
        before = set(self.wanted)
        if self.protocol == 'udp' and self.served:
            # Who asks a resolver has such a socket too, and for a moment.
            over = self.served - servers(self.protocol)
            self.served -= over
            self.wanted |= over & usable()
        for pid in [pid for pid in self.kept if os.waitpid(pid, os.WNOHANG)[0] != 0]:
            self.wanted |= self.kept.pop(pid)
        for port in list(self.wanted):
            sock = bound(self.protocol, port)
            if sock:
                self.mine[port] = sock.detach()
                self.wanted.remove(port)
            if len(self.mine) >= self.most:
                self.hand()
        return self.wanted != before

    def hand(self):
        pid = os.fork()
        if pid == 0:
            while True:
                signal.pause()
        self.kept[pid] = set(self.mine)
        for file in self.mine.values():
            os.close(file)
        self.mine = {}


def told(directory, protocol, ports):
    name = os.path.join(directory, 'open-' + protocol)
    with open(name + '.new', 'w') as file:
        file.write(' '.join(str(port) for port in sorted(ports)) + '\n')
    os.replace(name + '.new', name)


def hold(directory, leave, protocols):
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    holders = [Holder(protocol, leave, max(16, (most - 64) // len(protocols))) for protocol in protocols]
    first = True
    while True:
        for holder in holders:
            if holder.take() or first:
                told(directory, holder.protocol, holder.wanted | holder.left)
        first = False
        time.sleep(0.1)


def connects(protocol):
    """Whether who connects from no port of his own is given one."""
    with socket.socket(socket.AF_INET, KINDS[protocol]) as sock:
        try:
            sock.connect(('127.0.0.1', 9))
        except OSError as wrong:
            if wrong.errno in (errno.EADDRNOTAVAIL, errno.EAGAIN):
                return False
            if wrong.errno != errno.ECONNREFUSED:
                raise
    return True


def free(directory, protocol):
    """How many ports nobody has, of those that are not held here."""
    with open(os.path.join(directory, 'open-' + protocol)) as file:
        ports = [int(word) for word in file.read().split()]
    some = 0
    for port in ports:
        sock = bound(protocol, port)
        if sock:
            sock.close()
            some += 1
    return some


def look(directory, leave, protocols):
    lines, there = [], True
    for protocol in protocols:
        many, given = free(directory, protocol), connects(protocol)
        there = there and many <= leave + SLACK and (many > 0 or not given)
        lines.append('%d of %d %s ports are free, asked %d: who connects %s' % (
            many, len(usable()), protocol.upper(), leave, 'is given one' if given else 'is given none'))
    print('; '.join(lines))
    sys.exit(0 if there else 1)


def main(verb, directory, leave, *protocols):
    if verb == 'hold':
        hold(directory, int(leave), protocols)
    elif verb == 'look':
        look(directory, int(leave), protocols)
    else:
        sys.exit('hold or look')


main(*sys.argv[1:])
