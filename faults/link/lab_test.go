//go:build lab

package link_test

import (
	"context"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/link"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
	"github.com/openstack-eris/eris/testenv/familytest"
	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

// labBed is the client on a node of the shared lab, and a node that it asks; the test
// has both to itself.
func labBed(t *testing.T) (faulttest.Bed, string) {
	t.Helper()
	t.Parallel()
	berth := labtest.Take(t, struck, asked)
	bed := bedOf(t, berth.Inventory)
	bed.Rootless, bed.Reboot = faulttest.Rootless(t, berth.Inventory, ""), berth.Reboot
	return bed, berth.Inventory
}

// onLab runs tests at once, each on nodes of its own.
func onLab(t *testing.T, f func(t *testing.T, bed faulttest.Bed)) {
	t.Helper()
	bed, _ := labBed(t)
	f(t, bed)
}

func TestEveryKindOnARealNode(t *testing.T) {
	faulttest.Family(t, onLab, "link", newFault)
}

func TestEngineKilledOnARealNode(t *testing.T) {
	familytest.EngineKilled(t, faulttest.Sample(t, faulttest.Kinds(t, "link")), newFault, func(t *testing.T, _ string) (faulttest.Bed, string) {
		t.Helper()
		return labBed(t)
	})
}

func TestWhoCameIsToldOnARealNode(t *testing.T) { onLab(t, tellsWhoCame) }

func TestTheRedirectGoesWithTheProxyOnARealNode(t *testing.T) {
	for name, end := range endings() {
		t.Run(name, func(t *testing.T) {
			onLab(t, func(t *testing.T, bed faulttest.Bed) {
				t.Helper()
				endsWithTheProxy(t, bed, end)
			})
		})
	}
}

func TestPreflightRefusesWhomItCannotTellOnARealNode(t *testing.T) {
	onLab(t, func(t *testing.T, bed faulttest.Bed) {
		t.Helper()
		bed.Shell(t, "systemctl stop stranger 2>/dev/null; true")
		t.Cleanup(func() {
			// The test's own context has ended by then.
			bed.Runner.Run(context.Background(), bed.Node.Name, remote.Command{Script: "systemctl stop stranger rooted", Root: true, Timeout: time.Minute})
		})
		refusesWhomItCannotTell(t, bed, "systemd-run --quiet --unit=stranger --property=User=memcache sleep 600")
	})
}

// A client that asks at an IPv6 address is struck there too, and that is seen apart.
func TestBothFamiliesAreStruckOnARealNode(t *testing.T) {
	onLab(t, func(t *testing.T, bed faulttest.Bed) {
		t.Helper()
		bed.Shell(t, `ip address replace fd07::12/128 dev lo nodad
systemctl is-active --quiet six || systemd-run --quiet --collect --unit=six python3 -m http.server --bind fd07::12 --directory /usr/share 80`)
		t.Cleanup(func() {
			// The test's own context has ended by then.
			bed.Runner.Run(context.Background(), bed.Node.Name, remote.Command{Script: "systemctl stop six; ip address del fd07::12/128 dev lo", Root: true, Timeout: time.Minute})
		})
		six := func() string {
			return bed.Shell(t, `setpriv --reuid=memcache --clear-groups curl -s -o /dev/null -w '%%{http_code}' -m 5 'http://[fd07::12]/'`)
		}
		faulttest.Eventually(t, 20*time.Second, "it serves", func() bool { return six() == "200" })
		f := link.NewStatus()
		f.To, f.Addresses = peer, []netip.Addr{netip.MustParseAddr("fd07::12")}
		run := bed.NewRun("run-six", "ann@desk")
		run.Lease = time.Minute
		i := run.Struck(t, f)
		require.Contains(t, run.Journal.Target(t, record.Held).Effect, "asked, 4 of 4 and 4 of 4 seen")
		require.Equal(t, "503", six())
		require.Equal(t, "503 0", get(t, bed, "5"))
		require.NoError(t, i.Undo(t.Context(), "engine", ""))
		require.Equal(t, record.Undone, i.State())
		require.Equal(t, "200", six())
		bed.Clean(t)
	})
}

func TestPreflightSaysWhatIsLackingOnARealNode(t *testing.T) {
	bed, _ := labBed(t)
	saysWhatIsLacking(t, bed, map[string]string{
		`command() { false; }`: "python3 is not on this node: the proxy is a program in it, with nothing but its own library\n",
	})
}

func TestTheConnectionsOfBeforeAreEndedOnARealNode(t *testing.T) {
	onLab(t, func(t *testing.T, bed faulttest.Bed) {
		t.Helper()
		bed.Shell(t, `systemctl is-active --quiet talker || systemd-run --quiet --collect --unit=talker --property=User=memcache sh -c 'while :; do
	while sleep 0.1; do printf "GET / HTTP/1.1\r\nHost: probe\r\n\r\n" || break; done 2>/dev/null | nc %s 80 >/dev/null
done'`, bed.Cloud.NodeByName(asked).Listen)
		t.Cleanup(func() {
			// The test's own context has ended by then.
			bed.Runner.Run(context.Background(), bed.Node.Name, remote.Command{Script: "systemctl stop talker", Root: true, Timeout: time.Minute})
		})
		bed.Service = &inventory.Service{Name: "talker", Runtime: inventory.Runtime{Kind: inventory.Unit, Name: "talker.service"}, Health: &inventory.Probe{Command: "true"}}
		f := link.NewDelay()
		f.To, f.Old, f.Shared = peer, true, true
		endsTheOldOnes(t, bed, f, func() string {
			return bed.Shell(t, "ss -Htne state established '( dport = :80 )' | grep ' uid:' | tr -s ' ' | cut -d ' ' -f 3,4")
		})
	})
}

// Who is connected through the proxy when the fault ends hears of it at once.
func TestWhoIsConnectedHearsOfTheEndOnARealNode(t *testing.T) {
	onLab(t, func(t *testing.T, bed faulttest.Bed) {
		t.Helper()
		f := link.NewDelay()
		f.To, f.Shared = peer, true
		run := bed.NewRun("run-held", "ann@desk")
		run.Lease = time.Minute
		i := run.Struck(t, f)
		bed.Shell(t, `systemd-run --quiet --collect --unit=holder --property=User=memcache python3 -c 'import socket; socket.create_connection(("%s", 80)).recv(1)'`, bed.Cloud.NodeByName(asked).Listen)
		t.Cleanup(func() {
			// The test's own context has ended by then.
			bed.Runner.Run(context.Background(), bed.Node.Name, remote.Command{Script: "systemctl stop holder", Root: true, Timeout: time.Minute})
		})
		holds := func() string {
			return bed.Shell(t, "ss -Htne state established '( dport = :80 )' | grep -c ' uid:'; true")
		}
		faulttest.Eventually(t, 30*time.Second, "it is connected", func() bool { return holds() == "1" })
		require.NoError(t, i.Undo(t.Context(), "engine", ""))
		require.Equal(t, record.Undone, i.State())
		faulttest.Eventually(t, 30*time.Second, "it has heard", func() bool {
			return bed.Shell(t, "systemctl show holder -p ActiveState --value") == "inactive"
		})
		bed.Clean(t)
	})
}

func TestEachOfTwoLinksEndsByItselfOnARealNode(t *testing.T) {
	for first, name := range []string{"the first one first", "the second one first"} {
		t.Run(name, func(t *testing.T) {
			onLab(t, func(t *testing.T, bed faulttest.Bed) {
				t.Helper()
				endEachByItself(t, bed, peer, "memcached", first)
			})
		})
	}
}

func TestWhatIsLeftOfTheProxyKeepsNoRedirectOnARealNode(t *testing.T) {
	onLab(t, dropsWhatever)
}

func TestTheUndosOwnEndIsNoEndByItselfOnARealNode(t *testing.T) { onLab(t, toldByNobody) }

// A port of TLS is refused though who listens there answers plain HTTP, with 400.
func TestPreflightRefusesTLSOnARealNode(t *testing.T) {
	onLab(t, func(t *testing.T, bed faulttest.Bed) {
		t.Helper()
		bed.Shell(t, `cat >/run/tls.py <<'END'
import http.server, socket, ssl, subprocess, threading
subprocess.run('openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=probe -keyout /run/tls.key -out /run/tls.crt -days 2'.split(), check=True)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain('/run/tls.crt', '/run/tls.key')
listener = socket.create_server(('127.0.0.1', 8443))
def serve(conn):
    if conn.recv(1, socket.MSG_PEEK) != b'\x16':
        conn.recv(4096)
        conn.sendall(b'HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
    else:
        conn = context.wrap_socket(conn, server_side=True)
        conn.recv(4096)
        conn.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
    conn.close()
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],)).start()
END
systemctl is-active --quiet tls || systemd-run --quiet --collect --unit=tls python3 /run/tls.py`)
		t.Cleanup(func() {
			// The test's own context has ended by then.
			bed.Runner.Run(context.Background(), bed.Node.Name, remote.Command{Script: "systemctl stop tls; rm -f /run/tls.py /run/tls.key /run/tls.crt", Root: true, Timeout: time.Minute})
		})
		faulttest.Eventually(t, 30*time.Second, "it answers plain HTTP", func() bool {
			return bed.Shell(t, "curl -s -o /dev/null -w '%%{http_code}' http://127.0.0.1:8443/") == "400"
		})
		f := link.NewStatus()
		f.To, f.Addresses, f.Ports = peer, []netip.Addr{netip.MustParseAddr("127.0.0.1")}, []int{8443}
		require.Contains(t, bed.Refusal(t, f), "127.0.0.1 port 8443 does not answer plain HTTP")
	})
}

// What a unit with a network of its own says no redirect of the node's strikes.
func TestPreflightRefusesANetworkOfItsOwnOnARealNode(t *testing.T) {
	onLab(t, func(t *testing.T, bed faulttest.Bed) {
		t.Helper()
		bed.Shell(t, "systemd-run --quiet --collect --unit=apart --property=User=daemon --property=PrivateNetwork=yes sleep 600")
		t.Cleanup(func() {
			// The test's own context has ended by then.
			bed.Runner.Run(context.Background(), bed.Node.Name, remote.Command{Script: "systemctl stop apart", Root: true, Timeout: time.Minute})
		})
		bed.Service = &inventory.Service{Name: "apart", Runtime: inventory.Runtime{Kind: inventory.Unit, Name: "apart.service"}}
		f := link.NewReset()
		f.To, f.Shared = peer, true
		faulttest.Eventually(t, 10*time.Second, "it is refused", func() bool {
			return strings.Contains(bed.Refusal(t, f), "apart.service has a network namespace of its own")
		})
	})
}
