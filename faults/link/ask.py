# ask.py: the other half of link.py, which looks at what the proxy does.
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
