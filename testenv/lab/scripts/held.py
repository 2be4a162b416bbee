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
            asked.connect('\0' + name[1:])
            while chunk := asked.recv(65536):
                text += chunk
        for worker in json.loads(text)['workers']:
            for core in worker['cores']:
                if core['in_request']:
                    found[name, worker['id'], core['id']] = worker['pid'], core['requests']
    return found


first = held()
if first:
    time.sleep(float(sys.argv[1]))
    again = held()
    for (name, worker, core), what in first.items():
        if again.get((name, worker, core)) == what:
            print(name.removeprefix('@uwsgi-stats-'), worker)
