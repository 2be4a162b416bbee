# link.py serve DIRECTORY HOW: the proxy between a client and its peer, on loopback,
# where the redirect sends what the client begins. HOW is four words: delay MS JITTER 100,
# rate BYTES 0 100, reset 0 0 SHARE, http_status CODE 0 SHARE.
# link.py ask DIRECTORY HOW USER ADDRESS PORT...: one line with what a connection of that
# user's meets at each address, seen through the redirect; exit 1 where the effect is not
# there. What is asked is answered in the proxy, and the peer gets nothing of it.
#
# It wants Python 3.7 and nothing but its own library.
import os
import random
import socket
import struct
import sys
import time

PIECE = 16384  # that is read at once


def named(directory, source, target):
    """The file by which the proxy knows a connection of ask's, and which it takes."""
    return os.path.join(directory, 'asks-%s-%d-%s-%d' % (source[0], source[1], target[0], target[1]))


class Deck:
    """Strikes so many in each hundred, in an order that is drawn."""

    def __init__(self, share):
        self.share, self.left = share, []

    def draw(self):
        if not self.left:
            self.left = [n < self.share for n in range(100)]
            random.shuffle(self.left)
        return self.left.pop()


def serve(directory, kind, first, second, share):
    import asyncio

    class Lane:
        """One direction of a link with a rate, shared by all who go along it."""

        def __init__(self):
            self.free = 0.0

        async def take(self, size):
            begins = max(self.free, asyncio.get_running_loop().time())
            self.free = begins + size / first
            await asyncio.sleep(self.free - asyncio.get_running_loop().time())

    class Side:
        """What the client's connections share, or those of ask."""

        def __init__(self):
            self.deck, self.up, self.down = Deck(share), Lane(), Lane()
            self.met = self.struck = self.failed = self.other = 0

    clients, asked = Side(), Side()
    running = set()

    def reset(writer):
        try:
            writer.get_extra_info('socket').setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
        except (OSError, AttributeError):
            pass  # it is closed
        writer.transport.abort()

    def meant(sock):
        """Where the client wanted to go: SO_ORIGINAL_DST, of either family."""
        if sock.family == socket.AF_INET6:
            raw = sock.getsockopt(socket.IPPROTO_IPV6, 80, 28)
            return socket.inet_ntop(socket.AF_INET6, raw[8:24]), struct.unpack_from('!H', raw, 2)[0]
        raw = sock.getsockopt(socket.SOL_IP, 80, 16)
        return socket.inet_ntop(socket.AF_INET, raw[4:8]), struct.unpack_from('!H', raw, 2)[0]

    async def along(reader, writer, lane):
        piece = PIECE
        if kind == 'rate':
            piece = max(1, min(PIECE, first // 20))
        while True:
            data = await reader.read(piece)
            if not data:
                break
            if kind == 'rate':
                await lane.take(len(data))
            writer.write(data)
            await writer.drain()
        writer.write_eof()

    async def late(reader, writer):
        """Hands on what it reads as much later, and in its order."""
        waiting, loop = asyncio.Queue(256), asyncio.get_running_loop()

        async def hand():
            while True:
                due, data = await waiting.get()
                await asyncio.sleep(due - loop.time())
                if not data:
                    writer.write_eof()
                    return
                writer.write(data)
                await writer.drain()

        async def take():
            last, data = 0.0, b'-'
            while data:
                data = await reader.read(PIECE)
                last = max(last, loop.time() + (first + random.uniform(-second, second)) / 1000)
                await waiting.put((last, data))

        await together(hand(), take())

    async def together(*ways):
        """Both ways until both have ended; where one fails the other is given up."""
        tasks = [asyncio.ensure_future(way) for way in ways]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()

    async def echo(sock):
        reader, writer = await asyncio.open_connection(sock=sock)
        try:
            while True:
                data = await reader.read(PIECE)
                if not data:
                    break
                writer.write(data)
                await writer.drain()
        except OSError:
            pass  # who asked has gone
        finally:
            writer.close()

    async def request(reader):
        """What the client says first, and whether that is the head of a request."""
        said = b''
        while b'\r\n\r\n' not in said and len(said) < 4 * PIECE:
            data = await reader.read(PIECE)
            if not data:
                return said, False
            said += data
            word = said.split(b' ', 1)[0]
            if not word.isalpha() or not word.isupper() or len(word) > 20:
                return said, False
        line = said.split(b'\r\n', 1)[0].split(b' ')
        return said, b'\r\n\r\n' in said and len(line) == 3 and line[2] in (b'HTTP/1.0', b'HTTP/1.1')

    async def refuse(reader, writer, said):
        body = b'' if said.startswith(b'HEAD ') else b'link.http_status of eris\n'
        writer.write(b'HTTP/1.1 %d Eris\r\nContent-Type: text/plain\r\nContent-Length: 25\r\nConnection: close\r\n\r\n' % first + body)
        await writer.drain()
        writer.write_eof()
        ends = time.monotonic() + 2  # closed before it is read, what was said would cost the answer
        try:
            while time.monotonic() < ends and await asyncio.wait_for(reader.read(PIECE), 2):
                pass
        except asyncio.TimeoutError:
            pass
        writer.close()

    def once(said):
        """The same request, with which its connection ends: each is drawn for by itself."""
        head, rest = said.split(b'\r\n\r\n', 1)
        lines = head.split(b'\r\n')
        if any(line.lower().startswith(b'upgrade:') for line in lines):
            return said
        kept = [line for line in lines if line.split(b':', 1)[0].lower() not in (b'connection', b'keep-alive', b'proxy-connection')]
        return b'\r\n'.join(kept + [b'Connection: close']) + b'\r\n\r\n' + rest

    async def carry(reader, writer):
        sock = writer.get_extra_info('socket')
        target = meant(sock)
        if target == sock.getsockname()[:2]:
            reset(writer)  # nobody redirected it
            return
        mine = True
        try:
            os.unlink(named(directory, sock.getpeername(), target))
        except FileNotFoundError:
            mine = False
        side = asked if mine else clients
        said, struck = b'', True
        if kind == 'http_status':
            said, plain = await request(reader)
            if not plain:
                side.other += 1
                struck = False
            else:
                struck = side.deck.draw()
                said = said if struck else once(said)
        elif kind == 'reset':
            struck = side.deck.draw()
        side.met += 1
        side.struck += struck
        if struck and kind == 'reset':
            reset(writer)
            return
        if struck and kind == 'http_status':
            await refuse(reader, writer, said)
            return
        try:
            if mine:
                near, far = socket.socketpair()
                begin(echo(far))
                there, back = await asyncio.open_connection(sock=near)
            else:
                there, back = await asyncio.open_connection(target[0], target[1])
        except OSError:
            side.failed += 1
            reset(writer)
            return
        try:
            back.write(said)
            up = late(reader, back) if kind == 'delay' else along(reader, back, side.up)
            await together(up, along(there, writer, side.down))
        except OSError:
            reset(writer)
            reset(back)
        finally:
            writer.close()
            back.close()

    async def come(reader, writer):
        running.add(asyncio.current_task())  # asyncio itself keeps no task alive
        try:
            await carry(reader, writer)
        except (OSError, EOFError):
            reset(writer)
        finally:
            running.discard(asyncio.current_task())

    def begin(work):
        task = asyncio.ensure_future(work)
        running.add(task)
        task.add_done_callback(running.discard)

    def lay(name, text):
        path = os.path.join(directory, name)
        with open(path + '.new', 'w') as file:
            file.write(text + '\n')
        os.replace(path + '.new', path)

    async def main():
        ports = []
        for family, address in ((socket.AF_INET, '127.0.0.1'), (socket.AF_INET6, '::1')):
            try:
                sock = socket.socket(family)
                if family == socket.AF_INET6:
                    sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                sock.bind((address, 0))
            except OSError:
                if family == socket.AF_INET:
                    raise
                ports.append(0)  # this node has no IPv6
                continue
            await asyncio.start_server(come, sock=sock, backlog=1024)
            ports.append(sock.getsockname()[1])
        lay('counts', '0 0 0 0')
        lay('listening', '%d %d' % tuple(ports))
        told = None
        while True:
            now = (clients.met, clients.struck, clients.failed, clients.other)
            if now != told:
                lay('counts', '%d %d %d %d' % now)
                told = now
            await asyncio.sleep(0.1)

    asyncio.run(main())


class NotLed(OSError):
    """What was connected came somewhere else."""


class NoWay(Exception):
    """This node has no route there, as its client has none."""


def connected(directory, user, target):
    """begun, from another port where the kernel has kept for ten seconds where one that
    was reset had been led, by a fault before this one."""
    for more in (True, True, False):
        try:
            return begun(directory, user, target)
        except ConnectionRefusedError:
            if not more:
                raise


def begun(directory, user, target):
    """A connection as that user, which the redirect takes for the client's; nothing is
    said on it before the proxy has it, since the peer would get it. None where the proxy
    has reset it."""
    family = socket.AF_INET6 if ':' in target[0] else socket.AF_INET
    os.seteuid(user)
    try:
        sock = socket.socket(family)  # it is whose makes it
    finally:
        os.seteuid(0)
    sock.settimeout(4)
    # The name has to be known before it comes there, and its port is given with the
    # address of this end: both are asked of a socket that sends nothing.
    near = socket.socket(family, socket.SOCK_DGRAM)
    try:
        near.connect(target)
    except OSError as wrong:
        raise NoWay(wrong)
    sock.bind((near.getsockname()[0], 0))
    near.close()
    name = named(directory, sock.getsockname(), target)
    open(name, 'w').close()
    try:
        sock.connect(target)
        ends = time.monotonic() + 2
        while os.path.exists(name):
            if time.monotonic() > ends:
                raise NotLed('%s port %d is not led to the proxy' % target)
            time.sleep(0.001)
        return sock
    except OSError as wrong:
        sock.close()
        if isinstance(wrong, ConnectionResetError) and not os.path.exists(name):
            return None
        raise
    finally:
        if os.path.exists(name):
            os.unlink(name)


def took(directory, user, target, size):
    """Seconds until so many bytes have gone there and come back."""
    sock = connected(directory, user, target)
    if sock is None:
        raise EOFError('reset')
    try:
        began, got = time.monotonic(), 0
        sock.sendall(b'.' * size)
        while got < size:
            data = sock.recv(65536)
            if not data:
                raise EOFError('closed after %d bytes' % got)
            got += len(data)
        return time.monotonic() - began
    finally:
        sock.close()


def answered(directory, user, target, said):
    """What is answered; None where the connection is reset."""
    sock = connected(directory, user, target)
    if sock is None:
        return None
    try:
        sock.sendall(said)
        return sock.recv(4096)
    except (ConnectionResetError, BrokenPipeError):
        return None
    finally:
        sock.close()


def asks(directory, kind, first, second, share, user, targets):
    seen = []
    for target in targets:
        try:
            seen.append(ask(directory, kind, first, second, share, user, target))
        except NoWay:
            pass
    if not seen:
        sys.exit('no way to any of them')
    print(' and '.join(seen))


def ask(directory, kind, first, second, share, user, target):
    if kind == 'delay':
        late = 1000 * took(directory, user, target, 1)
        if late < first - second - 1:
            sys.exit('%d ms' % late)
        return '%d ms' % round(late)
    if kind == 'rate':
        size = min(max(64, first * 3 // 10), 4 << 20)
        rate = size / took(directory, user, target, size)
        if rate > 1.25 * first:
            sys.exit('%d B/s' % rate)
        return '%d B/s' % round(rate)
    tries = 4 if share == 100 else 100
    said, struck = b'GET /eris HTTP/1.1\r\nHost: eris\r\n\r\n', 0
    for _ in range(tries):
        answer = answered(directory, user, target, said)
        if kind == 'reset':
            struck += answer is None
        else:
            struck += answer is not None and answer.startswith(b'HTTP/1.1 %d ' % first)
    if struck == 0 or share == 100 and struck < tries:
        sys.exit('%d of %d' % (struck, tries))
    return '%d of %d' % (struck, tries)


def main(words):
    verb, directory, kind = words[:3]
    first, second, share = (int(word) for word in words[3:6])
    if verb == 'serve':
        serve(directory, kind, first, second, share)
    elif verb == 'ask':
        far = words[7:]
        targets = [(far[n], int(far[n + 1])) for n in range(0, len(far), 2)]
        asks(directory, kind, first, second, share, int(words[6]), targets)
    else:
        sys.exit('serve or ask')


main(sys.argv[1:])
