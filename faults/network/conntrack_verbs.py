

# What conntrack.py is asked for.
def attempts(many):
    """How many of so many first packets between two sockets on loopback do not come through."""
    lost = 0
    for _ in range(many):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as near, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as far:
            far.bind(('127.0.0.1', 0))
            far.settimeout(0.2)
            try:
                near.sendto(b'eris', far.getsockname())
                far.recv(16)
            except (PermissionError, socket.timeout):
                lost += 1
    return lost


def look(percent):
    tried, lost = 10, attempts(10)
    count, most = number('count'), number('max')
    print('%d of %d entries of the table of connections are taken (%.1f %%), asked %d %%; %d of %d new connections had no place' % (
        count, most, 100 * count / most, percent, lost, tried))
    there = count * 1000 >= most * percent * 10 - most * 2
    sys.exit(0 if there and (percent < 100 or lost * 2 > tried) else 1)


def count():
    print(sum(1 for one in dumped() if bears(one, OURS, OURS_MASK) or lets_in(one)))


def tracks():
    """Fifty packets that begin something leave fifty entries, whatever comes and goes."""
    before = number('count')
    attempts(50)
    sys.exit(0 if number('count') - before >= 25 else 1)


def main(verb, *words):
    if verb == 'hold':
        directory, mark, percent, controller, local, port, until = words
        way = [socket.inet_pton(socket.AF_INET6 if ':' in word else socket.AF_INET, word) for word in (local, controller)]
        hold(directory, int(mark), int(percent), (way[0], int(port), way[1]), int(until) / 1000)
    elif verb == 'look':
        look(int(words[0]))
    elif verb == 'clear':
        clear(int(words[0]))
    elif verb == 'count':
        count()
    elif verb == 'tracks':
        tracks()
    else:
        sys.exit('hold, look, clear, count or tracks')


main(*sys.argv[1:])
