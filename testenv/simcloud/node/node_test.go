package node_test

import (
	"bytes"
	"context"
	"math"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/openstack-eris/eris/testenv/simcloud/node"
	"github.com/openstack-eris/eris/testenv/simcloud/systemd"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func keystoneUnit() node.Unit {
	return node.Unit{
		Name: "keystone.service", Description: "OpenStack Identity", Exec: "/usr/bin/uwsgi --ini keystone.ini", Restart: "on-failure",
		Daemon: systemd.Daemon{Startup: func() time.Duration { return time.Second }, Stop: 50 * time.Millisecond, Memory: 200 << 20},
	}
}

func newNode(t *testing.T) *node.Node {
	t.Helper()
	n, err := node.New(context.Background(), node.Options{
		Name: "ctl-1", Cloud: "test", Address: "127.1.0.11", Units: []node.Unit{keystoneUnit()}, Network: fixed{},
	})
	require.NoError(t, err)
	t.Cleanup(n.Close)
	return n
}

// sh runs a script and returns what it printed and its status.
func sh(t *testing.T, n *node.Node, script string) (out string, code int) {
	t.Helper()
	var both bytes.Buffer
	code = n.Run(context.Background(), node.Session{Line: script, Stdout: &both, Stderr: &both})
	return both.String(), code
}

func mustSh(t *testing.T, n *node.Node, script string) string {
	t.Helper()
	out, code := sh(t, n, script)
	require.Zero(t, code, "%s\n%s", script, out)
	return out
}

func TestANodeProvesThatItIsSimulated(t *testing.T) {
	require.Equal(t, "test\nctl-1\n", mustSh(t, newNode(t), "cat /etc/eris-simulated /etc/hostname"))
}

// TestALeaseRunsItsScriptOnTime is the dead-man as fault scripts arm it, in
// fake time: armed, renewed, left alone, fired.
func TestALeaseRunsItsScriptOnTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNode(t)
		mustSh(t, n, `set -eu; mkdir -p /run/eris; echo 'read -r up idle </proc/uptime; echo "$up" >/run/eris/fired' >/run/eris/undo.sh
systemd-run --quiet --collect --unit=eris-x-lease --on-active=3000ms --timer-property=AccuracySec=100ms sh /run/eris/undo.sh`)
		time.Sleep(2 * time.Second)
		before := mustSh(t, n, `systemctl show eris-x-lease.timer -p NextElapseUSecMonotonic --value; systemctl restart eris-x-lease.timer`)
		require.Equal(t, "3s\n", before)
		require.Equal(t, "5s\n", mustSh(t, n, `systemctl show eris-x-lease.timer -p NextElapseUSecMonotonic --value`))
		time.Sleep(2900 * time.Millisecond)
		_, code := sh(t, n, "test -e /run/eris/fired")
		require.NotZero(t, code)
		time.Sleep(200 * time.Millisecond)
		require.Equal(t, "5.00\n", mustSh(t, n, "cat /run/eris/fired"))
		out, code := sh(t, n, "systemctl restart eris-x-lease.timer")
		require.NotZero(t, code)
		require.Contains(t, out, "not found")
		n.Close()
	})
}

func TestTheClockIsANodesOwnAndRightAfterAReboot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNode(t)
		ahead := func() float64 { return parsed(t, mustSh(t, n, "date +%s.%N")) - float64(time.Now().UnixNano())/1e9 }
		require.Zero(t, math.Round(ahead()))
		mustSh(t, n, `date -s "@$(($(date +%s) + 300)).25"`)
		require.InDelta(t, 300, ahead(), 1)
		time.Sleep(time.Minute)
		require.InDelta(t, 300, ahead(), 1, "it goes on from there")
		require.Equal(t, "60.00\n", mustSh(t, n, "cut -d' ' -f1 /proc/uptime"), "and the uptime does not know of it")
		require.NoError(t, n.Reboot())
		require.Zero(t, math.Round(ahead()))
		n.Close()
	})
}

func TestARebootTakesRunAndTransientUnitsAndRunsWhatIsEnabled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNode(t)
		time.Sleep(time.Minute)
		boot := n.BootID()
		mustSh(t, n, `mkdir -p /run/eris /var/lib/eris /etc/systemd/system/multi-user.target.wants; echo kept >/var/lib/eris/state; echo lost >/run/eris/state
echo 'cat /proc/sys/kernel/random/boot_id >/var/lib/eris/booted; echo "$1" >>/var/lib/eris/booted' >/var/lib/eris/guard.sh
printf '[Unit]\nDescription=undo\n[Service]\nExecStart=/bin/sh /var/lib/eris/guard.sh boot\n[Install]\nWantedBy=multi-user.target\n' >/etc/systemd/system/eris-x-boot.service
ln -s ../eris-x-boot.service /etc/systemd/system/multi-user.target.wants/eris-x-boot.service
systemd-run --quiet --unit=eris-x-ttl --on-active=1h true; systemd-run --quiet --unit=eris-x-inject sleep 1000
sync; echo later >>/var/lib/eris/state`)

		require.NoError(t, n.Reboot())

		require.NotEqual(t, boot, n.BootID())
		time.Sleep(2 * time.Second) // Keystone takes one
		require.Equal(t, n.BootID()+"\nboot\n", mustSh(t, n, "cat /var/lib/eris/booted"))
		require.Equal(t, "kept\n", mustSh(t, n, "cat /var/lib/eris/state; ls -A /run/systemd/transient; test ! -e /run/eris"))
		require.Equal(t, "active\n", mustSh(t, n, "systemctl is-active keystone"))
		require.Equal(t, "not-found\n", mustSh(t, n, "systemctl show eris-x-ttl.timer -p LoadState --value"))
		require.Equal(t, "2.00\n", mustSh(t, n, "cut -d' ' -f1 /proc/uptime"))
		n.Close()
	})
}

func TestAPowerCutEndsRunningScripts(t *testing.T) {
	n := newNode(t)
	ended := make(chan int)
	go func() {
		_, code := sh(t, n, "echo started >/run/started; sleep 600")
		ended <- code
	}()
	require.Eventually(t, func() bool { return n.FS().Exists("/run/started") }, 5*time.Second, time.Millisecond)
	n.PowerOff()
	require.NotZero(t, <-ended)
	_, code := sh(t, n, "true")
	require.Equal(t, 255, code)
	require.NoError(t, n.PowerOn())
	mustSh(t, n, "true")
	events := []string{}
	for _, e := range n.Log() {
		if e.Event == "power" {
			events = append(events, e.Detail)
		}
	}
	require.Equal(t, []string{"on", "off", "on"}, events)
}

func TestAKilledScriptLetsGoOfItsLock(t *testing.T) {
	n := newNode(t)
	mustSh(t, n, `systemd-run --quiet --collect --unit=holder flock /run/lock/x sleep 600
while flock -n /run/lock/x true; do sleep 0.01; done
systemctl kill --kill-whom=all --signal=KILL holder.service
flock -w 5 -E 75 /run/lock/x true`)
}

func TestAStoppedScriptGoesNoFurther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNode(t)
		mustSh(t, n, `systemd-run --quiet --collect --unit=loop sh -c 'while :; do date +%s%N >/run/beat; sleep 0.01; done'
while [ ! -s /run/beat ]; do sleep 0.01; done
systemctl freeze loop; sleep 0.05; before=$(cat /run/beat); sleep 0.1; [ "$before" = "$(cat /run/beat)" ]
systemctl thaw loop; sleep 0.1; [ "$before" != "$(cat /run/beat)" ]; systemctl stop loop`)
		n.Close()
	})
}

func TestPrograms(t *testing.T) {
	n := newNode(t)
	for script, want := range map[string]string{
		"systemctl is-active keystone":                                               "active\n",
		"systemctl is-active -q keystone && echo yes":                                "yes\n",
		"systemctl is-active nothing; echo $?":                                       "inactive\n3\n",
		"systemctl is-enabled keystone":                                              "enabled\n",
		"systemctl is-failed keystone; echo $?":                                      "active\n1\n",
		"systemctl show keystone -p ActiveState,Nonsense -p Restart":                 "ActiveState=active\nRestart=on-failure\n",
		"systemctl show nothing.service -p LoadState,MainPID":                        "LoadState=not-found\n",
		"systemctl show keystone --property=MemoryCurrent --value":                   "209715200\n",
		"systemctl list-units --all --plain --no-legend 'key*' | cut -d' ' -f1-4":    "keystone.service loaded active running\n",
		"systemctl cat keystone | head -1":                                           "# /lib/systemd/system/keystone.service\n",
		"systemctl frobnicate; echo $?":                                              "Unknown command verb frobnicate.\n1\n",
		"systemctl start nothing; echo $?":                                           "Failed to start nothing.service: Unit nothing.service not found.\n5\n",
		"systemd-run --quiet --wait --collect sh -c 'exit 3'; echo $?":               "3\n",
		"systemd-run --quiet --pipe --wait --collect sh -c 'echo out; exit 4'":       "out\n",
		"systemd-run --quiet --wait --collect nosuch; echo $?":                       "203\n",
		"systemd-run --quiet --unit=keystone true; echo $?":                          "Failed to start transient service unit: Unit keystone.service was already loaded or has a fragment file.\n1\n",
		"cat /sys/fs/cgroup/system.slice/keystone.service/cgroup.events | grep froz": "frozen 0\n",
		"ss -Htn state established '( sport = :5000 )'":                              "0      0      127.1.0.11:5000 127.1.0.12:40000\n",
		"ss -Htn state established | wc -l":                                          "2\n",
		"ss -Htan | wc -l":                                                           "3\n",
		"ss -Htn state established '( src 127.1.0.11:5000 and dst 127.1.0.12:40000 ) or ( src 127.1.0.11:1 and dst 127.1.0.12:40000 )'": "0      0      127.1.0.11:5000 127.1.0.12:40000\n",
		"ss -Htn state established '( src 127.1.0.11:5000 and dst 127.1.0.12:1 )'":                                                      "",
		"ss -KHtn state established": "", // a network of which nothing can be ended
		"ss -Hltn":                   "LISTEN 0      0      127.1.0.11:5000 0.0.0.0:*\n",
		"curl -s -o /dev/null -w '%{http_code}' -m 1 http://127.1.0.11:5000/":           "200",
		"curl -fsS -m 1 http://127.1.0.11:5000/bad; echo $?":                            "curl: (22) The requested URL returned error: 500\n22\n",
		"curl -fsS http://127.1.0.11:1/; echo $?":                                       "curl: (7) Failed to connect to 127.1.0.11 port 1: Connection refused\n7\n",
		"curl -s -m 0.05 http://127.1.0.11:2/; echo $?":                                 "28\n",
		"nc -z -w 1 127.1.0.11 5000 && echo open":                                       "open\n",
		"nc -z -w 1 127.1.0.11 1; echo $?":                                              "1\n",
		`mysql --connect-timeout=2 -N -e "show status like 'wsrep_ready'" | grep -c ON`: "1\n",
		"ip -o addr | grep -c 127.1.0.11":                                               "1\n",
		"kill -0 99999; echo $?":                                                        "sh: 1: kill: (99999) - No such process\n1\n",
		"ps -o pid= -p 99999; echo $?":                                                  "1\n",
		"pgrep -x uwsgi | wc -l":                                                        "1\n",
		"cut -d' ' -f1-2 /proc/loadavg":                                                 "0.50 0.50\n",
		"grep MemTotal /proc/meminfo":                                                   "MemTotal:       16777216 kB\n",
		"sed -n 2p /proc/net/tcp | cut -c 1-33":                                         "   0: 0B00017F:1388 00000000:0000\n",
		"echo x >/proc/uptime || echo refused":                                          "open /proc/uptime: permission denied\nrefused\n",
		"command -v systemctl curl":                                                     "/usr/bin/systemctl\n/usr/bin/curl\n",
	} {
		out, _ := sh(t, n, script)
		require.Equal(t, want, out, script)
	}
}

func TestAKilledDaemonHasAnotherProcessAfterItsRestart(t *testing.T) {
	n := newNode(t)
	out := mustSh(t, n, `pid=$(systemctl show keystone -p MainPID --value)
start=$(sed 's/.*) //' "/proc/$pid/stat" | cut -d ' ' -f 20)
[ "$(cat /sys/fs/cgroup/unified/system.slice/keystone.service/cgroup.procs)" = "$pid" ]
ps -o pid= -o comm= -p "$pid"; kill -KILL "$pid"; kill -0 "$pid" 2>/dev/null && echo still there
while [ "$(systemctl show keystone -p SubState --value)" != running ]; do sleep 0.01; done
[ "$(systemctl show keystone -p MainPID --value)" != "$pid" ] && systemctl show keystone -p NRestarts`)
	require.True(t, strings.HasSuffix(out, "NRestarts=1\n"), out)
	require.NotContains(t, out, "still there")
}

func parsed(t *testing.T, text string) float64 {
	t.Helper()
	n, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	require.NoError(t, err)
	return n
}

func TestTheLimitOfOpenFilesOfAProcessIsMoved(t *testing.T) {
	n := newNode(t)
	pid := strings.TrimSpace(mustSh(t, n, "systemctl show keystone -p MainPID --value"))
	require.Equal(t, "9\n", mustSh(t, n, "ls /proc/"+pid+"/fd | wc -l"))
	mustSh(t, n, "prlimit --pid "+pid+" --nofile; prlimit --pid "+pid+" --nofile=11:")
	require.Contains(t, mustSh(t, n, "cat /proc/"+pid+"/limits"), "Max open files            11                   524288               files")
	for _, wrong := range []string{"prlimit", "prlimit --pid 999999 --nofile", "prlimit --pid 999999 --nofile=5:", "prlimit --pid " + pid + " --nofile=9999999:", "prlimit --pid " + pid + " --nofile=x:"} {
		_, code := sh(t, n, wrong)
		require.NotZero(t, code, wrong)
	}
}

func TestAProcessIsTracedByOneUntilThatEnds(t *testing.T) {
	n := newNode(t)
	pid := strings.TrimSpace(mustSh(t, n, "systemctl show keystone -p MainPID --value"))
	tracer := func() string {
		return strings.TrimSpace(mustSh(t, n, "sed -n 's/^TracerPid:[^0-9]*//p' /proc/"+pid+"/status"))
	}
	attach := func(unit, more string) {
		mustSh(t, n, "systemd-run --quiet --collect --unit="+unit+" strace -f -qq -p "+pid+` -e trace=read -e inject=read:error=EIO`+more+` -o '|grep --line-buffered -o "(INJECTED)" >/root/`+unit+`'`)
	}
	require.Eventually(t, func() bool { return n.Systemd().Daemon("keystone.service").Serving }, 10*time.Second, 10*time.Millisecond)
	require.Equal(t, "0", tracer())
	attach("one", ":when=2+2")
	require.Eventually(t, func() bool { return tracer() != "0" }, 10*time.Second, 10*time.Millisecond)
	require.Equal(t, strings.TrimSpace(mustSh(t, n, "systemctl show one -p MainPID --value")), tracer())
	for range 5 {
		n.Systemd().Called("keystone.service")
	}
	require.Eventually(t, func() bool { return mustSh(t, n, "cat /root/one 2>/dev/null || true") == "(INJECTED)\n(INJECTED)\n" }, 10*time.Second, 10*time.Millisecond)
	said, code := sh(t, n, "strace -f -p "+pid+" -e inject=read:error=EIO -o '|cat'")
	require.Equal(t, 1, code)
	require.Contains(t, said, "strace: attach: ptrace(PTRACE_SEIZE, "+pid+"): Operation not permitted")
	mustSh(t, n, "systemctl stop one")
	require.Equal(t, "0", tracer())
	attach("two", "")
	require.Eventually(t, func() bool { return tracer() != "0" }, 10*time.Second, 10*time.Millisecond)
	mustSh(t, n, "systemctl restart keystone")
	require.Eventually(t, func() bool { return mustSh(t, n, "systemctl show two -p ActiveState --value") == "inactive\n" }, 10*time.Second, 10*time.Millisecond, "it has nobody left to trace")
	for _, wrong := range []string{"-p x -e inject=read:error=EIO -o '|cat'", "-p 999999 -e inject=read:error=EIO -o '|cat'", "-p " + pid, "-k", "-p", "-p 1 -e inject=read:none -o '|cat'", "-p 1 -e inject=read:when=0+0 -o '|cat'", "-o file"} {
		_, code := sh(t, n, "strace "+wrong)
		require.Equal(t, 1, code, wrong)
	}
}
