//go:build lab

package network_test

import (
	"context"
	"os"
	"os/exec"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/inventory/remote"
	"github.com/openstack-eris/eris/testenv/familytest"
	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

// carries names the interface that a real node is given by pair.
const carries = "192.0.2.0/28"

// pair makes an interface on the node that is not the one by which it is
// reached, with what an operator's has: addresses and routes of both families.
func pair(t *testing.T, bed faulttest.Bed) {
	t.Helper()
	lay(t, bed, `ip link del probe0 2>/dev/null || true
set -e
ip link add probe0 address 02:00:00:00:77:01 type veth peer name probe1
ip link set probe0 up
ip link set probe1 up
ip address add 192.0.2.1/28 brd + dev probe0
ip address add 192.0.2.2/28 dev probe0
ip address add 2001:db8::1/64 dev probe0
ip route add 198.51.100.0/24 via 192.0.2.9 metric 50 proto static
ip -6 route add 2001:db8:1::/48 via 2001:db8::9
while ip -o address show dev probe0 | grep -q tentative; do sleep 0.2; done`)
}

// resolver has the node ask another one, which refuses: a resolver's answer of
// two words.
func resolver(t *testing.T, bed faulttest.Bed) {
	t.Helper()
	lay(t, bed, `[ -e /etc/resolv.conf.probe ] || mv /etc/resolv.conf /etc/resolv.conf.probe || true
echo nameserver `+bed.Cloud.NodeByName(asker).Listen+` >/etc/resolv.conf`)
}

// talkers are two clients of the bed's service that say something all the time,
// and connect again when they are reset.
func talkers(t *testing.T, bed faulttest.Bed) {
	t.Helper()
	other := bed
	other.Node = bed.Cloud.NodeByName(asker)
	other.Shell(t, `: >>/run/probe-talks
for n in 1 2; do
	systemctl is-active --quiet probe-talk$n || systemd-run --quiet --collect --unit=probe-talk$n sh -c 'while :; do
	while sleep 0.1; do printf "version\r\n" || break; done 2>/dev/null | nc %s %d >/dev/null
	echo again >>/run/probe-talks
done'
done`, bed.Node.Listen, bed.Service.Port)
	t.Cleanup(func() {
		bed.Runner.Run(context.Background(), asker, remote.Command{Script: "systemctl stop probe-talk1 probe-talk2; rm -f /run/probe-talks", Root: true, Timeout: time.Minute})
	})
	faulttest.Eventually(t, 20*time.Second, "both are connected", func() bool {
		return bed.Shell(t, "ss -Htn state established '( sport = :%d )' | wc -l", bed.Service.Port) == "2"
	})
}

// tracking has the node's kernel track connections, as a firewall has that asks whether
// one is established.
func tracking(t *testing.T, bed faulttest.Bed) {
	t.Helper()
	lay(t, bed, `echo 'table inet tracking
delete table inet tracking
table inet tracking {
	chain in { type filter hook input priority 0; policy accept; ct state established accept; }
	chain out { type filter hook output priority 0; policy accept; ct state established accept; }
}' | nft -f -`)
}

// lay runs a script on the node, which may have booted a moment ago.
func lay(t *testing.T, bed faulttest.Bed, script string) {
	t.Helper()
	faulttest.Eventually(t, time.Minute, "the node is laid out", func() bool {
		return bed.Runner.Run(t.Context(), struck, remote.Command{Script: script, Root: true, Timeout: 20 * time.Second}).OK()
	})
}

func TestMain(m *testing.M) {
	faulttest.Engine(newFault, nil)
	os.Exit(labtest.MainBare(m, labtest.AtOnce))
}

// labBed is a node of the shared lab, and one that looks at it; the test has both
// to itself.
func labBed(t *testing.T, service string) (faulttest.Bed, string) {
	t.Helper()
	t.Parallel()
	names := []string{struck, asker}
	switch kindOf(t.Name()) { // some ten thousand sockets, a quarter million of entries: two of the one at once, and one of the other
	case "network.ports":
		names = append(names, "ctl-1", "ctl-4")
	case "network.conntrack":
		names = append(names, "ctl-1", "ctl-4", "ctl-5")
	}
	berth := labtest.Take(t, names...)
	bed := bedOf(t, berth.Inventory, service)
	setUp := map[string]func(t *testing.T, bed faulttest.Bed){"network.down": pair, "network.dns": resolver, "network.connections": talkers, "network.conntrack": tracking}[kindOf(t.Name())]
	bed.Reboot = func(ctx context.Context) error {
		err := berth.Reboot(ctx)
		if err == nil && setUp != nil {
			setUp(t, bed) // as the node's own configuration would
		}
		return err
	}
	if setUp != nil {
		setUp(t, bed)
		t.Cleanup(func() {
			bed.Runner.Run(context.Background(), struck, remote.Command{
				Script: "ip link del probe0; nft delete table inet tracking; rm -f /etc/resolv.conf; [ -e /etc/resolv.conf.probe ] && mv /etc/resolv.conf.probe /etc/resolv.conf", Root: true, Timeout: time.Minute,
			})
		})
	}
	return bed, berth.Inventory
}

// onLab runs tests at once, each on a service or a whole node of its own.
func onLab(t *testing.T, f func(t *testing.T, bed faulttest.Bed)) {
	t.Helper()
	bed, _ := labBed(t, serviceOf(t.Name()))
	f(t, bed)
}

// lacks asks this machine's kernel, which is that of the lab's nodes, for netem,
// in a network of its own, and says in what words preflight has to refuse the kinds that need it.
func lacks(t *testing.T, kind string) string {
	t.Helper()
	if !slices.Contains([]string{"network.delay", "network.corrupt", "network.duplicate", "network.reorder"}, kind) {
		return ""
	}
	said, err := exec.CommandContext(t.Context(), "unshare", "-n", "tc", "qdisc", "add", "dev", "lo", "root", "netem", "delay", "1ms").CombinedOutput()
	if err != nil {
		require.Contains(t, string(said), "Specified qdisc kind is unknown")
		return "the kernel of this node has no netem: its module sch_netem is not there"
	}
	return ""
}

func TestEveryKindOnARealNode(t *testing.T) {
	faulttest.Family(t, onLab, "network", newFault, lacks)
}

func TestAnUnplugThatRejectsOnARealNode(t *testing.T) {
	t.Run("service.unplug", func(t *testing.T) { faulttest.Kind(t, refusing(onLab), rejecting) })
}

func TestEngineKilledOnARealNode(t *testing.T) {
	able := slices.DeleteFunc(faulttest.Kinds(t, "network"), func(kind string) bool { return lacks(t, kind) != "" })
	familytest.EngineKilled(t, faulttest.Sample(t, able), newFault, func(t *testing.T, kind string) (faulttest.Bed, string) {
		t.Helper()
		return labBed(t, serviceOf(kind))
	})
}

func TestForeignTablesStayAsTheyAreOnARealNode(t *testing.T) {
	for _, kind := range tabled(t) {
		t.Run(kind, func(t *testing.T) {
			bed, _ := labBed(t, serviceOf(kind))
			foreignTablesStay(t, bed, kind)
		})
	}
}

func TestAForeignQueueStaysAsItIsOnARealNode(t *testing.T) {
	bed, _ := labBed(t, "")
	foreignRootStays(t, bed, "network.rate")
}

func TestAFloodThatIsLostIsNoEffectOnARealNode(t *testing.T) {
	for name, spoil := range lost() {
		t.Run(name, func(t *testing.T) {
			bed, _ := labBed(t, "")
			losesSight(t, bed, spoil)
		})
	}
}
