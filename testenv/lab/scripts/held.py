# Prints of every uwsgi of this node which workers kept one request for as long as the
# first argument says, in seconds. A uwsgi tells at a socket of its own, which
# roles/shared/uwsgi.ini names.
import json, socket, sys, time


def held():
    found = {}
    with open('/proc/net/unix') as sockets:
        names = {line.split()[-1] for line in sockets}
    for name in sorted(n for n in names if n.startswith('@uwsgi-stats-')):
        text = b''
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asked:
            asked.settimeout(5)
            try:
                asked.connect(name.replace('@', '\0'))  # also the one at its end, if there is one
            except ConnectionRefusedError:
                continue  # it has just ended
            while chunk := asked.recv(65536):
                text += chunk
        for worker in json.loads(text)['workers']:
            for core in worker['cores']:
                if core['in_request']:
                    found[name, worker['id'], core['id']] = worker['pid'], core['requests']
    return found


kept, until = held(), time.monotonic() + float(sys.argv[1])
while kept and time.monotonic() < until:
    time.sleep(0.5)
    now = held()
    kept = {key: what for key, what in kept.items() if now.get(key) == what}
for name, worker, core in kept:
    print(name.removeprefix('@uwsgi-stats-').rstrip('@'), worker)
