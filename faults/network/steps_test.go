package network_test

import (
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/network"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
)

// stepper runs single steps of a fault on a simulated node, in the directory
// where the guard would.
func stepper(t *testing.T, bed faulttest.Bed, fault faults.Fault) func(controller, step string) (string, int) {
	t.Helper()
	target := bed.Target()
	target.ID = "7f3c0a1e-strike-1-1"
	s, err := fault.Scripts(target)
	require.NoError(t, err)
	steps := map[string]string{
		"preflight": s.Preflight, "prepare": s.Prepare, "inject": s.Inject, "observe": s.Observe, "undo": s.Undo,
	}
	return func(controller, step string) (string, int) {
		result := bed.Runner.Run(t.Context(), bed.Node.Name, remote.Command{
			Script: "mkdir -p /root/step; cd /root/step\nERIS_CONTROLLER='" + controller + "'\n" + steps[step], Args: s.Args, Root: true,
		})
		require.Equal(t, remote.Done, result.State, "%v", result.Err)
		return string(result.Stdout) + string(result.Stderr), result.Exit
	}
}

func TestPreflightNeverLetsErisCutItsOwnWay(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "memcached")
	run := stepper(t, bed, &network.Unplug{Answer: "drop", Direction: "both", From: "keystone"})
	for _, c := range []struct{ controller, want string }{
		{"", "ssh does not say from where it comes, so nobody knows what must not be cut off\n"},
		{"fe80::1%eth0", "ssh comes from fe80::1%eth0, which no rule can let through\n"},
		{"127.1.0.12", "eris comes from 127.1.0.12, which is to be cut off: it never cuts its own way\n"},
		{"127.1.0.1", ""},
		{"127.1.0.13", ""}, // the node itself
		{"fd00::1", ""},
	} {
		said, code := run(c.controller, "preflight")
		require.Equal(t, c.want, said)
		require.Equal(t, c.want != "", code != 0, c.controller)
	}
}

func TestPreflightRefusesATableOfThatName(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "memcached")
	run := stepper(t, bed, network.NewUnplug())
	bed.Shell(t, "echo 'table ip eris-7f3c0a1e-strike-1-1 { }' | nft -f -")
	said, code := run("127.1.0.1", "preflight")
	require.Equal(t, "a table eris-7f3c0a1e-strike-1-1 is there already, and this fault did not make it\n", said)
	require.Equal(t, 1, code)
	_, code = run("127.1.0.1", "undo")
	require.Zero(t, code)
	require.Equal(t, "table ip eris-7f3c0a1e-strike-1-1", bed.Shell(t, "nft list tables"), "the fault's own is of the family inet")
	bed.Shell(t, "nft delete table ip eris-7f3c0a1e-strike-1-1")

	bed.Shell(t, "echo 'table inet eris-7f3c0a1e-other-1-1 { chain unplug-memcached-out { } }' | nft -f -")
	said, code = run("127.1.0.1", "preflight")
	require.Equal(t, "table inet eris-7f3c0a1e-other-1-1 is left of another fault; eris heal removes it\n", said)
	require.Equal(t, 1, code)
}

func TestPreflightSaysThatNftCannotBeUsed(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "memcached")
	target := bed.Target()
	target.ID = "7f3c0a1e-strike-1-1"
	s, err := network.NewUnplug().Scripts(target)
	require.NoError(t, err)
	say := func(nft string) string {
		result := bed.Runner.Run(t.Context(), struck, remote.Command{
			Script: "ERIS_CONTROLLER=127.1.0.1\nnft() { " + nft + "; }\n" + s.Preflight, Args: s.Args, Root: true,
		})
		require.Equal(t, 1, result.Exit)
		return string(result.Stdout)
	}
	require.Equal(t, "nft cannot read the rules of this node: Operation not permitted\n", say("echo Operation not permitted; return 1"))
	require.Equal(t, "nft does not take the rules: no such hook\n", say("case $1 in -c) echo no such hook; return 1 ;; esac"))
}

// Where the node itself is let through, only a peer's packet is a proof.
func TestACutFromAPeerIsSeenWhenThePeersPacketsAreDropped(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "memcached")
	bed.Cloud.ServiceByName("keystone").Nodes = []string{asker}
	run := stepper(t, bed, &network.Unplug{Answer: "drop", Direction: "in", From: "keystone"})
	for _, step := range []string{"preflight", "prepare", "inject", "inject"} {
		said, code := run("127.1.0.1", step)
		require.Zero(t, code, said)
	}
	other := bed
	other.Node = bed.Cloud.NodeByName("ctl-1")
	require.Equal(t, "0", other.Shell(t, "nc -z -w 5 127.1.0.13 11211; echo $?"), "only from that peer")
	_, code := run("127.1.0.1", "observe")
	require.Equal(t, 1, code, "no packet has been dropped")
	require.True(t, silent(t, bed))
	said, code := run("127.1.0.1", "observe")
	require.Zero(t, code)
	require.Equal(t, "cut off: port 11211 of 127.1.0.13, from ctl-2: 1 packets dropped\n", said)
	for range 2 {
		_, code = run("127.1.0.1", "undo")
		require.Zero(t, code)
	}
	_, code = run("127.1.0.1", "observe")
	require.Equal(t, 1, code)
	require.False(t, unheard(t, bed))
}

// A probe that cannot tell has not seen that the effect is gone: nobody has healed it.
func TestWhatCannotBeToldIsNotHealed(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "memcached")
	run := bed.NewRun("run-untold", "ann@desk")
	run.Lease = time.Minute // nothing else is to end it
	i := run.Struck(t, network.NewUnplug())
	bed.Shell(t, "echo 'table inet foreign { chain i { type filter hook input priority -500; tcp dport 11211 drop; } }' | nft -f -")
	undone := make(chan error, 1)
	go func() { undone <- i.Undo(t.Context(), "engine", "") }()
	faulttest.Eventually(t, 20*time.Second, "its rules are gone", func() bool {
		return bed.Shell(t, "nft list tables") == "table inet foreign"
	})
	bed.Shell(t, "nft delete table inet foreign") // without which the service is not healthy
	require.NoError(t, <-undone)
	require.Equal(t, record.Undone, i.State())
	require.Equal(t, "engine", i.Targets()[0].By)
	bed.Clean(t)
}

// A rule that is there and is not asked proves nothing, and neither does a
// silence that the rules have not made.
func TestASilenceThatTheRulesHaveNotMadeIsNoEffect(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "memcached")
	run := stepper(t, bed, network.NewUnplug())
	_, code := run("127.1.0.1", "observe")
	require.Equal(t, 1, code, "there is no table")
	_, code = run("127.1.0.1", "prepare")
	require.Zero(t, code)
	require.Empty(t, bed.Shell(t, "nft list tables"), "prepare has no effect by itself")
	bed.Shell(t, "echo 'table inet foreign { chain i { type filter hook input priority -500; tcp dport 11211 drop; } }' | nft -f -")
	_, code = run("127.1.0.1", "inject")
	require.Zero(t, code)
	_, code = run("127.1.0.1", "observe")
	require.Equal(t, 75, code, "a foreign table drops before ours, so that nobody can tell")
	bed.Shell(t, "nft delete table inet foreign")
	said, code := run("127.1.0.1", "observe")
	require.Zero(t, code)
	require.Contains(t, said, "1 of 1 attempts without an answer")
}

func TestAnAnswerIsNoEffectWhateverIsCounted(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "memcached")
	s, err := network.NewUnplug().Scripts(bed.Target())
	require.NoError(t, err)
	for attempt, want := range map[string]int{"true": 1, "false": 0} {
		result := bed.Runner.Run(t.Context(), struck, remote.Command{Root: true, Args: s.Args, Script: `cd /root
timeout() { ` + attempt + `; }
nft() { echo >>count; echo "th dport 11211 counter packets $(wc -l <count) bytes 0 drop"; }
` + s.Observe})
		require.Equal(t, want, result.Exit, "%s", result.Stdout)
	}
}

func TestWhoArmedTheNodeIsLetThrough(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "memcached")
	run := stepper(t, bed, network.NewUnplug())
	from := func(node, want string) string {
		other := bed
		other.Node = bed.Cloud.NodeByName(node)
		return other.Shell(t, "timeout %s nc -z 127.1.0.13 11211; echo $?", patience(want))
	}
	for _, step := range []string{"prepare", "inject"} {
		_, code := run("127.1.0.11", step)
		require.Zero(t, code)
	}
	require.Equal(t, "0", from("ctl-1", "0"), "there and back")
	require.Equal(t, "124", from("ctl-2", "124"))
	_, code := run("fd00::1", "prepare")
	require.Zero(t, code)
	_, code = run("fd00::1", "inject")
	require.Zero(t, code)
	require.Equal(t, "124", from("ctl-1", "124"), "the table is replaced as a whole")
	require.Contains(t, bed.Shell(t, "nft list ruleset"), "ip6 saddr fd00::1 accept")
	require.Contains(t, bed.Shell(t, "nft list ruleset"), "ip6 daddr fd00::1 accept")
}

func TestAPartitionThatErisIsBeyondIsRefused(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "")
	vip := netip.MustParseAddr("127.1.0.10")
	for _, p := range []*network.Partition{
		{Direction: "in", From: inventory.Selector{Node: "ctl-1"}},
		{Direction: "both", From: inventory.Selector{Node: "ctl-2"}, Addresses: []netip.Addr{vip}},
	} {
		run := stepper(t, bed, p)
		for _, c := range []struct{ controller, want string }{
			{"", "ssh does not say from where it comes, so nobody knows what must not be cut off\n"},
			{map[bool]string{true: "127.1.0.11", false: "127.1.0.10"}[p.Direction == "in"], "which is to be cut off: it never cuts its own way\n"},
			{"127.1.0.1", ""},
		} {
			said, code := run(c.controller, "preflight")
			require.Contains(t, said, c.want)
			require.Equal(t, c.want != "", code != 0, said)
		}
	}
}

func TestAPartitionOneWay(t *testing.T) {
	t.Parallel()
	for _, way := range []string{"in", "out"} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			bed, cloud := simBed(t, "")
			require.Equal(t, "ctl-1", cloud.Holder())
			run := stepper(t, bed, &network.Partition{Direction: way, From: inventory.Selector{Node: asker}})
			for _, step := range []string{"preflight", "prepare", "inject"} {
				said, code := run("127.1.0.1", step)
				require.Zero(t, code, said)
			}
			said, code := run("127.1.0.1", "observe")
			require.Zero(t, code)
			require.Contains(t, said, "cut off: ctl-3 from ctl-2: 1 of 1 attempts without an answer, ")
			require.True(t, unheard(t, bed), "an answer needs both ways")
			require.Equal(t, "1", bed.Shell(t, "nc -z -w 5 127.1.0.11 22; echo $?"), "the third node is heard, and refuses")
			require.Equal(t, "0", bed.Shell(t, "nc -z -w 5 127.1.0.13 5000; echo $?"), "the node hears itself")
			_, code = run("127.1.0.1", "undo")
			require.Zero(t, code)
			require.False(t, unheard(t, bed))
		})
	}
}

// The virtual address is nobody's: who is to be beyond it has to name it.
func TestTheVirtualAddressIsCutWhereItIsNamed(t *testing.T) {
	t.Parallel()
	bed, cloud := simBed(t, "")
	require.Equal(t, "ctl-1", cloud.Holder())
	for _, c := range []struct {
		named []netip.Addr
		want  string
	}{{nil, "0"}, {[]netip.Addr{netip.MustParseAddr("127.1.0.10")}, "124"}} {
		run := stepper(t, bed, &network.Partition{Direction: "both", Addresses: c.named})
		for _, step := range []string{"prepare", "inject"} {
			_, code := run("127.1.0.1", step)
			require.Zero(t, code)
		}
		require.Equal(t, c.want, bed.Shell(t, "timeout %s nc -z 127.1.0.10 5000; echo $?", patience(c.want)))
		_, code := run("127.1.0.1", "undo")
		require.Zero(t, code)
	}
}
