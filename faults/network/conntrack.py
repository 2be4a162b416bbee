# conntrack.py VERB ...: entries of the fault's own in the table of connections that the
# kernel tracks, by ctnetlink.
# hold DIRECTORY MARK PERCENT CONTROLLER LOCAL PORT UNTIL: lays them until so much of the
# table is taken, and again when there is room; UNTIL is of /proc/uptime, in milliseconds.
# look PERCENT: one line with how full it is and what becomes of a connection that begins;
# exit 1 where that is not what was asked. clear MARK: deletes them. count: how many there
# are of any such fault. tracks: exit 1 where what begins makes no entry.
#
# There are two sorts. What fills has addresses for documentation (RFC 5737), which nobody
# sends from or to, and the fault's mark. What lets in has the addresses of CONTROLLER and of
# this node and the port of its sshd, one for each port that a client may come from: a packet
# that has an entry needs none, so that who comes from there gets in however full the table
# is. It has no mark, which a rule might hand on to its packets, but two flags that no
# connection has by itself and that the kernel forgets when one is made: from then on the
# entry is that connection's, and no longer the fault's.
#
# It wants Python 3.7 and nothing but its own library.
import os
import socket
import struct
import sys
import time

NEW, GET, DELETE = 0x100, 0x101, 0x102  # of the subsystem of connections
ORIGINAL, REPLY, STATUS, PROTOCOL, TIMEOUT, MARK, MARK_MASK = 1, 2, 3, 4, 7, 8, 21
OURS, OURS_MASK = 0xe5150000, 0xffff0000  # the mark of any such fault
FLAGS = 0x48  # be liberal, and a challenge was sent
FILLS = (socket.inet_aton('192.0.2.0'), socket.inet_aton('203.0.113.0'))
FIRST, LAST = 1024, 65536  # ports
TABLE = '/proc/sys/net/netfilter/nf_conntrack_'


def attribute(kind, data):
    return struct.pack('=HH', 4 + len(data), kind) + data + b'\0' * (-len(data) % 4)


def nested(kind, *parts):
    return attribute(kind | 0x8000, b''.join(parts))


OURS_MARK = attribute(MARK, struct.pack('!I', OURS))[:6]
BOTH_FLAGS = b''.join(attribute(way, bytes((FLAGS, 0))) for way in (4, 5))  # as the kernel tells them


def message(kind, flags, family, body=b''):
    return struct.pack('=IHHIIBBH', 20 + len(body), kind, 1 | flags, 0, 0, family, 0, 0) + body


def ends(kind, source, target, sport, dport):
    six = 2 * (len(source) == 16)
    return nested(
        kind,
        nested(1, attribute(1 + six, source), attribute(2 + six, target)),
        nested(2, attribute(1, b'\6'), attribute(2, struct.pack('!H', sport)), attribute(3, struct.pack('!H', dport))))


def entry(source, target, sport, dport, seconds, mark):
    """One connection of TCP that is established and has been answered: such a one the kernel
    never gives up for another."""
    family = socket.AF_INET6 if len(source) == 16 else socket.AF_INET
    flags = bytes((0, 0)) if mark else bytes((FLAGS, FLAGS))
    return message(
        NEW, 0x600, family,  # create, and only what is not there
        ends(ORIGINAL, source, target, sport, dport) + ends(REPLY, target, source, dport, sport)
        + attribute(STATUS, struct.pack('!I', 14))  # confirmed, answered, assured
        + attribute(TIMEOUT, struct.pack('!I', seconds))
        + attribute(MARK, struct.pack('!I', mark)) * (mark > 0)
        + nested(PROTOCOL, nested(1, attribute(1, b'\3'), attribute(4, flags), attribute(5, flags))))


def talker():
    sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 12)  # netfilter
    sock.bind((0, 0))
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack('ll', 20, 0))
    sock.setsockopt(270, 10, 1)  # an error does not bring back what was sent
    sock.setsockopt(socket.SOL_SOCKET, 32, 1 << 20)  # room to send, whatever the sysctl says
    return sock


def parts(data):
    at = 0
    while at + 16 <= len(data):
        size, kind = struct.unpack_from('=IH', data, at)
        yield kind, data[at:at + size]
        at += size + 3 & ~3


def refused(sock):
    """What the kernel has refused of what was sent, by its number."""
    wrong = set()
    while True:
        try:
            data = sock.recv(1 << 16, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return wrong
        wrong.update(-struct.unpack_from('=i', one, 16)[0] for kind, one in parts(data) if kind == 2)


def dumped(body=b''):
    """The entries in messages as the kernel gives them."""
    with talker() as sock:
        sock.send(message(GET, 0x300, 0, body))
        while True:
            for kind, one in parts(sock.recv(1 << 18)):
                if kind == 3:
                    return
                if kind == 2:
                    raise OSError(-struct.unpack_from('=i', one, 16)[0], 'the table cannot be read')
                yield one


def attributes(data, at=0):
    found = {}
    while at + 4 <= len(data):
        size, kind = struct.unpack_from('=HH', data, at)
        found[kind & 0x3fff] = data[at + 4:at + size]
        at += max(4, size + 3 & ~3)
    return found


def marked(mark, mask):
    return attribute(MARK, struct.pack('!I', mark)) + attribute(MARK_MASK, struct.pack('!I', mask))


def bears(one, mark, mask):
    if OURS_MARK not in one:  # most are others', and to take each apart takes long
        return False
    said = attributes(one, 20).get(MARK)
    return said is not None and struct.unpack('!I', said)[0] & mask == mark


def lets_in(one):
    return BOTH_FLAGS in one


def number(name):
    with open(TABLE + name) as file:
        return int(file.read())

class Filler:
    def __init__(self, mark, way, until):
        self.sock, self.mark, self.way, self.until, self.next = talker(), mark, way, until, 0

    def seconds(self):
        """How long an entry is kept: the kernel forgets it by the end, whatever comes."""
        return max(1, int(self.until - time.clock_gettime(time.CLOCK_BOOTTIME)))

    def lay(self, entries):
        for at in range(0, len(entries), 256):
            self.sock.send(b''.join(entries[at:at + 256]))
            wrong = refused(self.sock) - {12, 17}  # it is full; there is such a one
            if wrong:
                raise OSError(min(wrong), 'the kernel takes no entry: ' + os.strerror(min(wrong)))

    def let_in(self):
        """One for each port that the controller may come from. What differs is put in its place."""
        local, port, controller = self.way
        one, there = entry(controller, local, 0, port, self.seconds(), 0), [attribute(kind, b'\0\0') for kind in (2, 3)]
        self.lay([
            one.replace(there[0], attribute(2, client)).replace(there[1], attribute(3, client))
            for client in (struct.pack('!H', number) for number in range(FIRST, LAST))])

    def fill(self, room):
        """So many that fill, each with ends of its own."""
        while room > 0:
            some, hosts = min(room, 254), self.next // (LAST - FIRST)
            source = FILLS[0][:3] + bytes([1 + hosts % 254])
            one = entry(source, FILLS[1], FIRST + self.next % (LAST - FIRST), 9, self.seconds(), self.mark)
            self.lay([one.replace(FILLS[1], FILLS[1][:3] + bytes([1 + host])) for host in range(some)])
            self.next += 1
            room -= some


def hold(directory, mark, percent, way, until):
    filler = Filler(mark, way, until)
    filler.lay([entry(FILLS[0][:3] + b'\xff', FILLS[1][:3] + b'\xff', 9, 9, filler.seconds(), mark)])
    if not any(bears(one, mark, 0xffffffff) for one in dumped(marked(mark, 0xffffffff))):
        sys.exit('the kernel of this node keeps no mark of a connection, by which the fault would know its own')
    filler.let_in()
    laid = False
    while True:
        filler.fill(number('max') * percent // 100 - number('count'))
        if not laid:
            open(os.path.join(directory, 'laid'), 'w').close()
            laid = True
        time.sleep(0.05)


def clear(mark):
    """Those that fill by one request, which the kernel takes by the mark; others only where
    it is seen first that it heeds the mark at all."""
    with talker() as asker:
        asker.send(message(GET, 0x300, 0, marked(mark, 0xffffffff)))
        first = [(kind, one) for kind, one in parts(asker.recv(1 << 18)) if kind != 3]
    if first:
        if not all(kind != 2 and bears(one, mark, 0xffffffff) for kind, one in first):
            sys.exit('the kernel does not tell the entries of this fault from others')
        with talker() as sock:
            sock.send(message(DELETE, 4, 0, marked(mark, 0xffffffff)))
            wrong = -struct.unpack_from('=i', sock.recv(1 << 16), 16)[0]
            if wrong:
                sys.exit('the kernel does not forget them: ' + os.strerror(wrong))
    with talker() as sock:
        gone = []
        for one in dumped():
            if lets_in(one):
                tuple_of = attributes(one, 20)[ORIGINAL]
                gone.append(message(DELETE, 0, one[16], attribute(ORIGINAL | 0x8000, tuple_of)))
        for at in range(0, len(gone), 256):
            sock.send(b''.join(gone[at:at + 256]))
            refused(sock)  # one that is gone meanwhile is gone
