package network_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/network"
	"github.com/openstack-eris/eris/inventory"
)

// flood is one of 1000 packets a second to whom a selector picks.
func flood(to inventory.Selector, port int) *network.Flood {
	f := network.NewFlood()
	f.To, f.Port = to, port
	return f
}

func TestAFloodHasOneReceiverOfTheInventory(t *testing.T) {
	for _, c := range []struct {
		fault *network.Flood
		want  string
	}{
		{flood(inventory.Selector{Node: "ctl-1"}, 0), "ip daddr 198.18.0.11 udp dport 9 @th,64,32 0x65726973 counter|9|198.18.0.11|1000|200|ctl-1|ctl-3"},
		{flood(inventory.Selector{Node: "ctl-2"}, 5405), "ip6 daddr fd00::12 udp dport 5405 @th,64,32 0x65726973 counter|5405|fd00::12|1000|200|ctl-2|ctl-3"},
		{flood(inventory.Selector{Service: "memcached", Node: "ctl-2"}, 0), "ip6 daddr fd00::12 udp dport 11211 @th,64,32 0x65726973 counter|11211|fd00::12|1000|200|ctl-2|ctl-3"},
	} {
		s, err := c.fault.Scripts(target(t, "ctl-3", ""))
		require.NoError(t, err)
		require.Equal(t, "7f3c0a1e-strike-1-1|flood|"+c.want, strings.Join(s.Args, "|"))
		require.Equal(t, []string{"network:flood"}, s.Resources)
	}
}

func TestFloodsThatAreRefused(t *testing.T) {
	one := inventory.Selector{Node: "ctl-1"}
	for _, c := range []struct {
		fault *network.Flood
		want  string
	}{
		{&network.Flood{To: one, Rate: 10001, Size: 200}, "rate: 10001 is not between 50 and 10000 packets a second"},
		{&network.Flood{To: one, Rate: 49, Size: 200}, "rate: 49 is not"},
		{&network.Flood{To: one, Rate: 1000, Size: 1401}, "size: 1401B is not between 64B and 1400B"},
		{&network.Flood{To: one, Rate: 1000, Size: 63}, "size: 63B is not"},
		{flood(one, 65536), "port: 65536 is not between 1 and 65535"},
		{flood(inventory.Selector{}, 9), "to: the selector is empty and would pick nothing"},
		{flood(inventory.Selector{Node: "example.org"}, 9), `to: unknown node "example.org"`},
		{flood(inventory.Selector{Role: "controller"}, 9), "to: {role: controller} is 3 receivers, among them ctl-1 and ctl-2: a flood has one"},
		{flood(inventory.Selector{Node: "ctl-3"}, 9), "to: ctl-3 would flood itself"},
		{flood(inventory.Selector{Service: "nova-compute"}, 0), "to: the inventory knows no port of nova-compute; say port"},
	} {
		_, err := c.fault.Scripts(target(t, "ctl-3", ""))
		require.ErrorContains(t, err, c.want)
	}
	_, err := flood(one, 9).Scripts(target(t, "ctl-3", "memcached"))
	require.ErrorContains(t, err, "memcached@ctl-3 is a service, and this fault strikes whole nodes")
	alone := target(t, "ctl-3", "")
	alone.Cloud = nil
	_, err = flood(one, 9).Scripts(alone)
	require.ErrorContains(t, err, "nobody knows the other nodes of the cloud")
}

// What is never a target is no receiver either, and neither is an address that is
// not one node's.
func TestAFloodSparesWhatIsNeverATarget(t *testing.T) {
	for _, c := range []struct{ from, to, want string }{
		{"ctl-1: {address: 198.18.0.11, ", "ctl-1: {address: 198.18.0.11, chaos: never, ", "to: ctl-1 is never flooded: the inventory says chaos: never of node ctl-1"},
		{"keystone: {", "keystone: {chaos: never, ", "to: ctl-1 is never flooded: the inventory says chaos: never of service keystone"},
		{"ctl-1: {address: 198.18.0.11", "ctl-1: {address: 239.0.0.1", "to: 239.0.0.1 of ctl-1 is no address of one node"},
		{"ctl-1: {address: 198.18.0.11", "ctl-1: {address: 255.255.255.255", "to: 255.255.255.255 of ctl-1 is no address of one node"},
		{"ctl-1: {address: 198.18.0.11", "ctl-1: {address: '198.18.0.21:2222'", "ctl-1 has no address of its own: 198.18.0.21 is that of other nodes too"},
	} {
		require.Contains(t, small, c.from)
		cloud, err := inventory.Read("small.yaml", []byte(strings.Replace(small, c.from, c.to, 1)))
		require.NoError(t, err)
		struck := target(t, "ctl-3", "")
		struck.Cloud, struck.Node = cloud, cloud.NodeByName("ctl-3")
		_, err = flood(inventory.Selector{Node: "ctl-1"}, 9).Scripts(struck)
		require.ErrorContains(t, err, c.want)
	}
}

func TestPreflightOfAFlood(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "")
	run := stepper(t, bed, flood(inventory.Selector{Node: asker}, 9))
	for _, c := range []struct{ spoil, controller, want string }{
		{"", "127.1.0.1", ""},
		{"", "", "ssh does not say from where it comes, so nobody knows what must not be cut off\n"},
		{"", "127.1.0.12", "eris comes from 127.1.0.12, which is to be cut off: it never cuts its own way\n"},
		{"echo 'table inet eris-7f3c0a1e-other-1-1 { chain flood-out { } }' | nft -f -", "127.1.0.1", "table inet eris-7f3c0a1e-other-1-1 is left of another fault; eris heal removes it\n"},
		{"nft delete table inet eris-7f3c0a1e-other-1-1; ip address add 127.1.0.12/24 dev eth0", "127.1.0.1", "127.1.0.12 of ctl-2 is not another node's here: local 127.1.0.12 dev lo\n"},
		{"ip address del 127.1.0.12/24 dev eth0; ip link set dev eth0 down", "127.1.0.1", "this node has no way to 127.1.0.12 of ctl-2\n"},
		{"ip link set dev eth0 up; systemd-run --quiet --unit=eris-7f3c0a1e-x-1-1-flood sleep 60", "127.1.0.1", "a flood of another fault is left here; eris heal removes it\n"},
	} {
		bed.Shell(t, ":\n%s", c.spoil)
		said, code := run(c.controller, "preflight")
		require.Equal(t, c.want, said)
		require.Equal(t, c.want != "", code != 0)
	}
}

// What is asked is what arrives: not more, and of that size.
func TestAFloodKeepsItsRate(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "")
	other := bed
	other.Node = bed.Cloud.NodeByName(asker)
	other.Shell(t, "echo 'table inet probe { chain c { type filter hook input priority 0; ip saddr 127.1.0.13 udp dport 5405 counter; } }' | nft -f -")
	fault := flood(inventory.Selector{Node: asker}, 5405)
	fault.Rate = 300
	run := bed.LongRun("run-rate", "ann@desk")
	i := run.Struck(t, fault)
	require.Contains(t, i.Targets()[0].Effect, "packets a second of 200 bytes are sent from ctl-3 to ctl-2, at 127.1.0.12 port 5405, asked 300; ")
	arrived := func() (packets, bytes int, up float64) {
		words := strings.Fields(other.Shell(t, "nft list table inet probe | grep -o 'packets.*'; cat /proc/uptime"))
		require.Len(t, words, 6)
		up, err := strconv.ParseFloat(words[4], 64)
		require.NoError(t, err)
		return number(t, words[1]), number(t, words[3]), up
	}
	before, _, began := arrived()
	other.Shell(t, "sleep 2")
	after, bytes, ended := arrived()
	second := float64(after-before) / (ended - began)
	require.Less(t, second, 400.0)
	require.Greater(t, second, 100.0)
	require.Equal(t, after*228, bytes)
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	before, _, _ = arrived()
	other.Shell(t, "sleep 0.3")
	after, _, _ = arrived()
	require.Equal(t, before, after, "nothing is sent any more")
	bed.Clean(t)
}

// lost are ways in which a flood is no longer there, though nobody has undone it.
func lost() map[string]string {
	const unit = "$(systemctl list-units --plain --no-legend 'eris-*-flood.service' | cut -d ' ' -f 1)"
	return map[string]string{
		"dropped": "echo 'table inet wall { chain c { type filter hook output priority 0; udp dport 9 drop; }; }' | tr ';' '\n' | nft -f -",
		"stopped": "systemctl kill --signal=STOP " + unit,
		"ended":   "systemctl kill --signal=KILL " + unit,
	}
}

// A sender that does not get through sends nothing, whatever it tries: the fault's own
// look says so, and the undo is as good as ever.
func losesSight(t *testing.T, bed faulttest.Bed, spoil string) {
	t.Helper()
	run := bed.NewRun("run-spoilt", "ann@desk")
	run.Lease = time.Minute // nothing else is to end it
	i := run.Struck(t, flood(inventory.Selector{Node: asker}, 9))
	look := func() string {
		return bed.Shell(t, `cd /run/eris/%s; set --; while IFS= read -r a; do set -- "$@" "$a"; done <args; sh ./observe.sh "$@" >/dev/null; echo $?`, i.Targets()[0].Target.ID)
	}
	faulttest.Eventually(t, 20*time.Second, "it is seen", func() bool { return look() == "0" })
	bed.Shell(t, "%s", spoil)
	require.Equal(t, "1", look())
	require.Contains(t, bed.Shell(t, "nft list tables"), "table inet eris-", "nobody has undone it")
	bed.Shell(t, "nft delete table inet wall 2>/dev/null || true") // not the fault's to take away
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, record.Undone, i.State(), "nobody has healed it")
	require.False(t, flooded(t, bed))
	bed.Clean(t)
}

func TestAFloodThatIsLostIsNoEffect(t *testing.T) {
	t.Parallel()
	for name, spoil := range lost() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bed, _ := simBed(t, "")
			losesSight(t, bed, spoil)
		})
	}
}
