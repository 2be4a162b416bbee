package link_test

import (
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/link"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
)

// refusesWhomItCannotTell asks preflight about clients whose connections are not theirs
// alone, and services that are not for a status of HTTP.
func refusesWhomItCannotTell(t *testing.T, bed faulttest.Bed, stranger string) {
	t.Helper()
	f := link.NewReset()
	f.To = peer
	require.Empty(t, bed.Refusal(t, f))

	bed.Shell(t, "%s", stranger)
	faulttest.Eventually(t, 30*time.Second, "the stranger is known", func() bool {
		return strings.Contains(bed.Refusal(t, f), "not of memcached.service, but of its user, and so struck with it uncounted: ")
	})
	f.Shared = true
	require.Empty(t, bed.Refusal(t, f))

	root := bed
	root.Service = &inventory.Service{Name: "rooted", Runtime: inventory.Runtime{Kind: inventory.Unit, Name: "rooted.service"}}
	bed.Shell(t, "systemd-run --quiet --unit=rooted sleep 600")
	faulttest.Eventually(t, 30*time.Second, "who is root is known", func() bool {
		return strings.Contains(root.Refusal(t, f), "all processes of rooted.service run as root, as others do")
	})
	bed.Shell(t, "systemctl stop rooted")

	status := link.NewStatus()
	status.Link = link.Link{To: "memcached", Ports: []int{11211}, Shared: true}
	require.Contains(t, bed.Refusal(t, status), "port 11211 does not answer plain HTTP")
	bed.Shell(t, `echo 'table inet eris-left {
	chain link-memcached-out { type nat hook output priority -150; policy accept; }
}' | nft -f -`)
	require.Contains(t, bed.Refusal(t, f), "table inet eris-left is left of another fault; eris heal removes it")
	bed.Shell(t, "nft delete table inet eris-left")
}

// saysWhatIsLacking has preflight look at other worlds than the bed's.
func saysWhatIsLacking(t *testing.T, bed faulttest.Bed, more map[string]string) {
	t.Helper()
	worlds := map[string]string{
		`python3() { echo no asyncio >&2; false; }`: "python3 on this node is older than 3.7, or has no asyncio: no asyncio\n",
		`nft() { echo denied; false; }`:             "nft cannot read the rules of this node: denied\n",
	}
	maps.Copy(worlds, more)
	fault, _ := newFault("link.reset")
	s, err := fault.Scripts(bed.Target())
	require.NoError(t, err)
	own, check, found := strings.Cut(s.Preflight, "# preflight.sh")
	require.True(t, found)
	for world, want := range worlds {
		result := bed.Runner.Run(t.Context(), bed.Node.Name, remote.Command{Script: own + world + "\n#" + check, Args: s.Args, Root: true})
		require.Equal(t, remote.Done, result.State, "%v", result.Err)
		require.Equal(t, 1, result.Exit, "%s: %s", world, result.Stderr)
		require.Contains(t, string(result.Stdout), want)
	}
}

func TestPreflightSaysWhatIsLackingOnASimulatedNode(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t)
	saysWhatIsLacking(t, bed, nil)
}

// stranger is a process of the client's user on a simulated node.
const stranger = `pid=$(systemctl show memcached -p MainPID --value)
mkdir -p /proc/9999
grep '^Uid:' "/proc/$pid/status" >/proc/9999/status
echo stranger >/proc/9999/comm`

func TestPreflightRefusesATableOfConnectionsThatIsNearlyFullOnASimulatedNode(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t)
	f := link.NewReset()
	f.To = peer
	require.Empty(t, bed.Refusal(t, f))
	bed.Shell(t, `mkdir -p /proc/sys/net/netfilter
echo 5000 >/proc/sys/net/netfilter/nf_conntrack_count
echo 6000 >/proc/sys/net/netfilter/nf_conntrack_max`)
	require.Contains(t, bed.Refusal(t, f), "it has 5000, and can keep 6000 (nf_conntrack_max), which is too near")
	bed.Shell(t, "echo 4000 >/proc/sys/net/netfilter/nf_conntrack_count")
	require.Empty(t, bed.Refusal(t, f))
	bed.Shell(t, "echo 1 >/proc/sys/net/netfilter/nf_conntrack_max; echo 0 >/proc/sys/net/netfilter/nf_conntrack_count")
	require.Contains(t, bed.Refusal(t, f), "and can keep 1 ", "the node's connections, where none is kept yet")
}

func TestPreflightRefusesANetworkOfItsOwnOnASimulatedNode(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t)
	f := link.NewReset()
	f.To = peer
	bed.Shell(t, `cd "/proc/$(systemctl show memcached -p MainPID --value)/ns" && rm net && ln -s 'net:[4026532999]' net`)
	require.Contains(t, bed.Refusal(t, f), "memcached.service has a network namespace of its own")
}

// What completes a handshake of TLS is refused, whatever it answers to plain HTTP.
func TestPreflightRefusesTLSOnASimulatedNode(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t)
	f := link.NewStatus()
	f.To = peer
	run := stepper(t, bed, f)
	said, code := run("preflight")
	require.Zero(t, code, said)
	for answer, want := range map[string]string{
		"echo 0.012; return 52":                                       "does not answer plain HTTP",
		"echo 0.000000; return 0":                                     "does not answer plain HTTP",
		"echo 0.000000; return 1":                                     "the curl of this node cannot ask whether",
		"echo 0.000000; return 35":                                    "",
		"echo 0.000000; return 28":                                    "",
		"case $* in *'-q --noproxy * '*) return 35 ;; esac; return 0": "",
	} {
		said, code := run("preflight", `curl() { case $* in *https:*) `+answer+` ;; esac; }`)
		if want == "" {
			require.Zero(t, code, "%s: %s", answer, said)
			continue
		}
		require.Equal(t, 1, code, "%s: %s", answer, said)
		require.Contains(t, said, want)
	}
}

func TestPreflightRefusesWhomItCannotTellOnASimulatedNode(t *testing.T) {
	t.Parallel()
	bed, cloud := simBed(t)
	refusesWhomItCannotTell(t, bed, stranger)
	bed.Shell(t, "rm -r /proc/9999")
	status := link.NewStatus()
	status.To = peer
	require.Empty(t, bed.Refusal(t, status))
	for _, name := range cloud.Nodes() {
		other := bed
		other.Node = bed.Cloud.NodeByName(name)
		other.Shell(t, "systemctl stop keystone")
	}
	require.Contains(t, bed.Refusal(t, status), "nobody answers where the client would ask")
}
