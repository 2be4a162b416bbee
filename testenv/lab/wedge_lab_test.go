//go:build lab

package lab

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// hammer has eight threads ask for loggers at once, in a program that has imported
// eventlet and sets oslo.log up, as the services under uwsgi do. What hangs is cut.
const hammer = `cd /tmp; PYTHONPATH=/usr/local/lib/uwsgi-native timeout -k 1 60 python3 - <<'END'
import logging, os, threading
import eventlet
import native_locks
from oslo_config import cfg
from oslo_log import log
conf = cfg.ConfigOpts()
log.register_options(conf)
conf([], project='hammer')
log.setup(conf, 'hammer')
barrier = threading.Barrier(8)
def ask(n):
    barrier.wait()
    for i in range(5000):
        logging.getLogger('hammer.%d.%d' % (n, i))
threads = [threading.Thread(target=ask, args=(n,), daemon=True) for n in range(8)]
for t in threads: t.start()
for t in threads: t.join(30)
os._exit(any(t.is_alive() for t in threads))
END`

// firstQuestions has eight threads at once ask Keystone's rules whether an administrator may
// list users, before anybody else has, as a worker's first requests do. Who is refused
// is counted.
const firstQuestions = `cd /tmp; runuser -u keystone -- env PYTHONPATH=/usr/local/lib/uwsgi-native timeout -k 1 60 python3 - <<'END'
import native_locks, os, runpy, sys, threading
runpy.run_path('/usr/lib/eris-lab/keystone-wsgi-public')
from keystone.common.rbac_enforcer.enforcer import RBACEnforcer
sys.setswitchinterval(1e-6)
barrier, answers = threading.Barrier(8), []
def ask():
    barrier.wait()
    try:
        answers.append(bool(RBACEnforcer()._enforcer.enforce('identity:list_users', {'target.domain_id': 'default'}, {'roles': ['admin']})))
    except Exception as e:
        answers.append(repr(e))
threads = [threading.Thread(target=ask) for n in range(8)]
for t in threads: t.start()
for t in threads: t.join()
os.remove('/var/log/keystone/<stdin>.log')
print(len(answers), 'answers, not granted:', [a for a in answers if a is not True])
END`

// sleeper is a service under uwsgi as the others are, one of whose workers does not come
// to the end of a request.
const sleeper = `printf 'import time\ndef application(env, start):\n    time.sleep(60)\n' >/var/lib/sleeper.py
systemd-run --quiet --unit=sleeper uwsgi_python3 --master --processes 2 --http-socket 127.0.0.1:7999 --wsgi-file /var/lib/sleeper.py --stats @uwsgi-stats-sleeper
for try in $(seq 100); do [ -z "$(ss -Hltn 'sport = :7999')" ] || break; sleep 0.1; done
systemd-run --quiet --collect bash -c 'exec 3<>/dev/tcp/127.0.0.1/7999; printf "GET / HTTP/1.0\r\n\r\n" >&3; sleep 50'`

// testHeld has one worker of two hang, while a service is well, and then stand still.
func testHeld(t *testing.T, o Options) {
	t.Helper()
	on(t, o, "ctl-3", sleeper)
	defer on(t, o, "ctl-3", "systemctl kill --signal=KILL sleeper; rm /var/lib/sleeper.py")
	some, err := Hung(t.Context(), o)
	require.NoError(t, err)
	require.Len(t, some, 1)
	require.Regexp(t, "^sleeper on ctl-3: worker [12] has kept one request for 1[5-9] s$", some[0])
	wrong := func() string {
		s, err := ReadStatus(t.Context(), o)
		require.NoError(t, err)
		require.False(t, s.Healthy)
		return strings.Join(s.Wrong, "\n")
	}
	require.Regexp(t, "^sleeper on ctl-3: worker [12] has kept one request for [0-9]+ s$", wrong())

	on(t, o, "ctl-3", "kill -STOP $(pgrep --oldest --parent $(systemctl show --value --property=MainPID sleeper))")
	require.Regexp(t, "(?m)^uwsgi[^ ]* of sleeper.service on ctl-3 stands still: ", wrong())
	on(t, o, "ctl-3", "kill -STOP $(systemctl show --value --property=MainPID sleeper)")
	require.Contains(t, wrong(), "sleeper on ctl-3: its uwsgi does not say what its workers do")
}

// testWedge holds what keeps a worker of several threads from hanging, and that one
// which hung is told of although the cloud is well.
func testWedge(t *testing.T, o Options) {
	t.Helper()
	on(t, o, "ctl-1", hammer)
	require.Contains(t, on(t, o, "ctl-1", firstQuestions), "\n8 answers, not granted: []")
	said := on(t, o, "ctl-1", "cat /var/log/keystone/keystone.log")
	begun := said[strings.LastIndex(said, "*** Starting uWSGI"):]
	native, ready := strings.Index(begun, "native_locks: "), strings.Index(begun, "WSGI app 0 ")
	require.GreaterOrEqual(t, native, 0, begun)
	require.Greater(t, ready, native, "it was loaded before the service")

	none, err := Hung(t.Context(), o)
	require.NoError(t, err)
	require.Empty(t, none)
	testHeld(t, o)
	plant := func(text string) {
		on(t, o, "ctl-2", "printf '%s\\n' '"+text+"' >>/var/log/keystone/keystone.log")
	}
	defer on(t, o, "ctl-2", "sed -i '/planted/d' /var/log/keystone/keystone.log")
	plant("Sun Nov 29 04:26:33 2026 - *** HARAKIRI ON WORKER 1 (pid: 900, try: 1) *** planted")
	plant("Sun Nov 29 04:28:33 2026 - *** HARAKIRI ON WORKER 1 (pid: 901, try: 1) *** planted")
	some, err := Hung(t.Context(), o)
	require.NoError(t, err)
	require.Equal(t, []string{"/var/log/keystone/keystone.log of ctl-2: workers that hung and were replaced: 2"}, some)
	var told []string
	full, profile, err := openLab(o)
	require.NoError(t, err)
	full.Progress = func(step, detail string) { told = append(told, step+" "+detail) }
	tellRestarts(t.Context(), full, profile)
	require.Contains(t, told, "restarts "+some[0])
	plant("*** Starting uWSGI 2.0.21-debian (64bit) on [Sun Nov 29 04:30:20 2026] *** planted")
	none, err = Hung(t.Context(), o)
	require.NoError(t, err)
	require.Empty(t, none, "what hung before it was started again")
}
