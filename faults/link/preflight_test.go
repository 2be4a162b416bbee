package link_test

import (
	"maps"
	"strings"
	"testing"

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
	require.Contains(t, bed.Refusal(t, f), "not of memcached.service, but of its user, and so struck with it uncounted: ")
	f.Shared = true
	require.Empty(t, bed.Refusal(t, f))

	root := bed
	root.Service = &inventory.Service{Name: "rooted", Runtime: inventory.Runtime{Kind: inventory.Unit, Name: "rooted.service"}}
	bed.Shell(t, "systemd-run --quiet --unit=rooted sleep 600")
	require.Contains(t, root.Refusal(t, f), "all processes of rooted.service run as root, as others do")
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

func TestPreflightRefusesWhomItCannotTellOnASimulatedNode(t *testing.T) {
	t.Parallel()
	bed, cloud := simBed(t)
	refusesWhomItCannotTell(t, bed, `pid=$(systemctl show memcached -p MainPID --value)
mkdir -p /proc/9999
grep '^Uid:' "/proc/$pid/status" >/proc/9999/status
echo stranger >/proc/9999/comm`)
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
