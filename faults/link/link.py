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
import signal
import socket
import struct
import sys
import time

PIECE = 16384  # that is read at once
PATIENCE = 1  # second, for the head of a request


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
        """What the client says first, and whether that is the head of a request; None
        where it said nothing and went. Who has not said a whole head by PATIENCE waits
        for the service to speak first, or speaks something else."""
        said, ends = b'', time.monotonic() + PATIENCE
        while b'\r\n\r\n' not in said and len(said) < 4 * PIECE:
            try:
                data = await asyncio.wait_for(reader.read(PIECE), max(0.01, ends - time.monotonic()))
            except asyncio.TimeoutError:
                return said, False
            if not data:
                return said, False if said else None
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
        side.met += 1
        if kind == 'http_status':
            said, plain = await request(reader)
            if not plain:
                side.other += plain is False
                struck = False
            else:
                struck = side.deck.draw()
                said = said if struck else once(said)
        elif kind == 'reset':
            struck = side.deck.draw()
        if struck and kind == 'reset':
            side.struck += 1
            reset(writer)
            return
        if struck and kind == 'http_status':
            side.struck += 1
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
        side.struck += struck
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
        def end():
            """What came in the moments before is counted too; who is connected hears of the end by it."""
            lay('counts', '%d %d %d %d' % (clients.met, clients.struck, clients.failed, clients.other))
            os._exit(0)

        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, end)
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


