# Prints of every uwsgi of this node which workers have kept one request for as long as
# the first argument says, in seconds: the unit, the worker, and for how long; of one that
# does not answer itself the unit alone. What is younger is waited for until it is done or
# as old, for as long as the second argument says. A uwsgi tells at a socket of its own,
# which roles/shared/uwsgi.ini names.
import json, socket, struct, sys, time


def unit(asked):
    pid = struct.unpack('3i', asked.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0]
    with open('/proc/%d/cgroup' % pid) as groups:
        return [part for part in groups.read().replace('\n', '/').split('/') if part.endswith('.service')][-1]


def held():
    found, silent = {}, set()
    with open('/proc/net/unix') as sockets:
        names = {line.split()[-1] for line in sockets}
    for name in sorted(n for n in names if n.startswith('@uwsgi-stats-')):
        text, of = b'', ''
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asked:
            asked.settimeout(2)
            try:
                asked.connect(name.replace('@', '\0'))  # also the one at its end, if there is one
                of = unit(asked)
                while chunk := asked.recv(65536):
                    text += chunk
                workers = json.loads(text)['workers']
            except TimeoutError:
                silent.add(of or name)
                continue
            except (OSError, IndexError, ValueError):
                continue  # it has just ended
        for worker in workers:
            for core in worker['cores']:
                if core['in_request']:
                    found[of, worker['id'], core['id']] = worker['pid'], core['requests'], core['req_info']['request_start']
    return found, silent


age, patience = float(sys.argv[1]), float(sys.argv[2])
(kept, silent), until = held(), time.monotonic() + patience
while time.monotonic() < until and any(time.time() - start < age for _, _, start in kept.values()):
    time.sleep(0.5)
    now, silent = held()
    kept = {key: what for key, what in kept.items() if now.get(key) == what}
for of, worker, core in kept:
    for_ = time.time() - kept[of, worker, core][2]
    if for_ >= age:
        print(of, worker, int(for_))
for of in sorted(silent):
    print(of)
