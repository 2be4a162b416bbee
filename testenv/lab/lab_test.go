//go:build lab

package lab

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"

	"github.com/openstack-eris/eris/faults/faulttest"
)

// on runs a script on a node of the lab and returns what it printed.
func on(t *testing.T, o Options, node, script string) string {
	t.Helper()
	var out bytes.Buffer
	err := Enter(t.Context(), o, node, []string{"sh", "-c", script}, Streams{Out: &out, Err: &out})
	require.NoError(t, err, out.String())
	return strings.TrimSpace(out.String())
}

// eventually reads the status until a condition holds.
func eventually(t *testing.T, o Options, what string, holds func(Status) bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), healthStill)
	defer cancel()
	err := poll(ctx, what, 300*time.Millisecond, func() error {
		s, err := ReadStatus(ctx, o)
		if err == nil && !holds(s) {
			err = fmt.Errorf("wrong: %v, holders %v, token %+v, backends %v", s.Wrong, s.Holders, s.Token, s.Backends)
		}
		return err
	})
	require.NoError(t, err)
}

func state(s Status, service, node string) string {
	for _, b := range s.Backends {
		if b.Service == service && b.Node == node {
			return b.State
		}
	}
	return ""
}

// TestLab walks one lab through its life: it is made once, since that takes
// half a minute, and each part leaves it healthy for the next.
func TestLab(t *testing.T) {
	o := Options{Name: "trial", Profile: "keystone", Progress: func(step, detail string) { t.Logf("%s: %s", step, detail) }}
	before, rulesBefore, linksBefore := strays(t), rules(t), links(t)
	require.NoError(t, Down(t.Context(), o))
	t.Cleanup(func() { require.NoError(t, Down(context.WithoutCancel(t.Context()), o)) })
	fresh := o
	fresh.Fresh = true
	require.NoError(t, Up(t.Context(), fresh))
	netns := networkInode(t, o)
	require.NotEmpty(t, netns)
	require.Equal(t, linksBefore, links(t), "no link of this machine leads into a lab, nor out of it")

	parts := []struct {
		name string
		test func(t *testing.T, o Options)
	}{
		{"status", testHealthy},
		{"up again changes nothing", testUpAgain},
		{"limits", testLimits},
		{"a script that hangs", testHangs},
		{"what failed is shown", testFailureShown},
		{"workers that hung", testWedge},
		{"ssh", testSSH},
		{"join", testJoin},
		{"one keystone is enough", testOneKeystone},
		{"reboot", testReboot},
		{"switch", testSwitch},
		{"majority", testMajority},
		{"bmc", testBMC},
		{"wrong password of a bmc", testWrongPassword},
		{"power cycle", testCycle},
		{"power", testPower},
		{"pause", testPause},
		{"power cuts and restarts", testCutsAndRestarts},
	}
	var names []string
	for _, part := range parts {
		names = append(names, part.name)
	}
	drawn := faulttest.Sample(t, names) // a day's check has not the time for all
	for _, part := range parts {
		if slices.Contains(drawn, part.name) {
			t.Run(part.name, func(t *testing.T) { part.test(t, o) })
		}
	}

	netns = networkInode(t, o)
	require.NoError(t, Pause(t.Context(), o), "down works on a paused lab")
	require.NotEmpty(t, residue(t, o, netns), "what is looked for is there while the lab is up")
	require.NoError(t, Down(t.Context(), o))
	require.Empty(t, residue(t, o, netns))
	require.Equal(t, before, strays(t))
	require.Equal(t, rulesBefore, rules(t))
	require.NoError(t, Down(t.Context(), o), "a second down")
	_, err := ReadStatus(t.Context(), o)
	require.ErrorIs(t, err, ErrNotUp)
	_, err = Inventory(o)
	require.ErrorIs(t, err, ErrNotUp)
}

// A question that got no answer in time leaves nothing on the node that was asked.
func testHangs(t *testing.T, o Options) {
	t.Helper()
	full, err := o.withDefaults()
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	_, err = onNode(ctx, full.paths(), "ctl-1", "sleep 4711; true")
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.Eventually(t, func() bool { return on(t, o, "ctl-1", "pgrep -fc 'sleep 471[1]' || true") == "0" }, 10*time.Second, 200*time.Millisecond)
}

func testHealthy(t *testing.T, o Options) {
	t.Helper()
	s, err := ReadStatus(t.Context(), o)
	require.NoError(t, err)
	require.True(t, s.Healthy, s.Wrong)
	require.Len(t, s.Nodes, 3)
	require.Len(t, s.Holders, 1)
	require.Len(t, s.Backends, 6)
	require.True(t, s.Token.Issued)
	for _, n := range s.Nodes {
		require.Len(t, n.Services, 5)
		require.Equal(t, "3", n.Facts["mariadb.size"])
		require.Equal(t, o.Name, on(t, o, n.Name, "cat /etc/eris-lab"))
		require.Equal(t, "running", on(t, o, n.Name, "systemctl is-system-running"))
	}
}

func testUpAgain(t *testing.T, o Options) {
	t.Helper()
	boot := on(t, o, "ctl-1", "cat /proc/sys/kernel/random/boot_id")
	started := time.Now()
	require.NoError(t, Up(t.Context(), o))
	require.Less(t, time.Since(started), 10*time.Second)
	other := o
	other.Profile = "another"
	require.ErrorContains(t, Up(t.Context(), other), "it is of profile keystone")
	require.Equal(t, boot, on(t, o, "ctl-1", "cat /proc/sys/kernel/random/boot_id"))
}

func testLimits(t *testing.T, o Options) {
	t.Helper()
	// The reader of endless zeros asks for more and more memory and is killed at
	// the limit, also on a machine that has swap. In version 2 systemd hears of
	// that and would end the rest, and then tells no exit status.
	eat := `systemd-run --quiet --wait --collect -p RuntimeMaxSec=20 -p MemoryMax=50M -p MemorySwapMax=0 -p OOMPolicy=continue sh -c '
echo 0 >/sys/fs/cgroup/memory$(sed -n "s/.*:memory://p" /proc/self/cgroup)/memory.swappiness
tail /dev/zero' 2>&1; echo $?`
	require.Equal(t, "137", on(t, o, "ctl-1", eat), "memory")
	require.Equal(t, "5", on(t, o, "ctl-1", `systemd-run --quiet --wait --pipe --collect -p TasksMax=5 sh -c 'cat /sys/fs/cgroup/pids$(sed -n "s/.*:pids://p" /proc/self/cgroup)/pids.max 2>/dev/null || cat /sys/fs/cgroup$(sed -n "s/^0:://p" /proc/self/cgroup)/pids.max'`))
	timer := "systemd-run --quiet --collect --on-active=300ms --timer-property=AccuracySec=100ms touch /run/fired; for i in $(seq 200); do [ -e /run/fired ] && exec echo fired; sleep 0.1; done"
	require.Equal(t, "fired", on(t, o, "ctl-1", timer))
	// the node cannot reach this machine's clock, modules or devices, nor can who enters it
	for _, who := range []string{"1", "self"} {
		caps := on(t, o, "ctl-1", "sed -n 's/^CapBnd:\t//p' /proc/"+who+"/status")
		var bits uint64
		_, err := fmt.Sscanf(caps, "%x", &bits)
		require.NoError(t, err)
		const sysModule, sysRawio, sysTime = 16, 17, 25
		require.Zero(t, bits&(1<<sysModule|1<<sysRawio|1<<sysTime), caps)
	}
	// its disk is its own and of the profile's size
	fill := "fallocate -l 8G /var/tmp/fill 2>/dev/null; rm -f /var/tmp/fill; df --output=size -BM / | tail -n 1 | tr -d ' M'"
	var mib int
	_, err := fmt.Sscanf(on(t, o, "ctl-1", fill), "%d", &mib)
	require.NoError(t, err)
	require.InDelta(t, 3072, mib, 200)
	// nothing leaves: there is no way out of a node, nor of the lab's network itself
	const ways = "ip route show table all default | grep . ; ip -6 route show table all default | grep -v unreachable | grep . ; ip route get 192.0.2.1 2>&1 | grep -q 'unreachable' || echo 192.0.2.1; true"
	for _, node := range []string{"ctl-1", "ctl-2", "ctl-3"} {
		require.Empty(t, on(t, o, node, ways))
	}
	out, err := run(t.Context(), "ip", "netns", "exec", "eris-lab-"+o.Name, "sh", "-c", ways)
	require.NoError(t, err)
	require.Empty(t, strings.TrimSpace(out))
}

func testSSH(t *testing.T, o Options) {
	t.Helper()
	o, err := o.withDefaults()
	require.NoError(t, err)
	p := o.paths()
	private, err := os.ReadFile(p.key)
	require.NoError(t, err)
	signer, err := ssh.ParsePrivateKey(private)
	require.NoError(t, err)
	verify, err := knownhosts.New(p.known)
	require.NoError(t, err)
	connect := func(address string, check ssh.HostKeyCallback) (*ssh.Client, error) {
		raw, err := dialer{netns: p.netnsFile(), timeout: 5 * time.Second}.dial(t.Context(), "tcp", address)
		require.NoError(t, err)
		conn, channels, requests, err := ssh.NewClientConn(raw, address, &ssh.ClientConfig{
			User: "eris", Auth: []ssh.AuthMethod{ssh.PublicKeys(signer)}, HostKeyCallback: check,
			HostKeyAlgorithms: []string{ssh.KeyAlgoED25519},
		})
		if err != nil {
			return nil, err
		}
		return ssh.NewClient(conn, channels, requests), nil
	}
	for i, node := range []string{"ctl-1", "ctl-2", "ctl-3"} {
		client, err := connect(fmt.Sprintf("198.18.0.%d:22", 11+i), verify)
		require.NoError(t, err)
		session, err := client.NewSession()
		require.NoError(t, err)
		out, err := session.CombinedOutput("id -un; sudo -n env ERIS_SSH_CONNECTION= sh -c 'id -un; hostname'; sudo -n id -un 2>/dev/null || echo refused")
		require.NoError(t, err, string(out))
		require.Equal(t, "eris\nroot\n"+node+"\nrefused\n", string(out), "sudo takes what eris plan --privileges asks for, and nothing else")
		require.NoError(t, client.Close())
	}
	_, err = connect("198.18.0.11:22", func(string, net.Addr, ssh.PublicKey) error {
		return verify("198.18.0.11:22", &net.TCPAddr{IP: net.IPv4(198, 18, 0, 12), Port: 22}, signer.PublicKey())
	})
	require.Error(t, err, "a host key that is not the node's")
}

func testJoin(t *testing.T, o Options) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "kept argument")
	cmd.Env = append(os.Environ(), roleEnv+"=join", nameEnv+"="+o.Name)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	require.Equal(t, "inside kept argument\n", string(out))
	require.NotEmpty(t, NetworkFile(o))
}

func testOneKeystone(t *testing.T, o Options) {
	t.Helper()
	for i := range 3 {
		alone := fmt.Sprintf("ctl-%d", i+1)
		others := []string{fmt.Sprintf("ctl-%d", (i+1)%3+1), fmt.Sprintf("ctl-%d", (i+2)%3+1)}
		for _, node := range others {
			on(t, o, node, "systemctl stop keystone")
		}
		on(t, o, others[0], "systemctl stop memcached")
		eventually(t, o, "a token of "+alone+" alone", func(s Status) bool {
			return state(s, "keystone", others[0]) == "DOWN" && state(s, "keystone", others[1]) == "DOWN" &&
				state(s, "keystone", alone) == "UP" && s.Token.Issued && s.Token.TookMS < 1500 && !s.Healthy
		})
		for _, node := range others {
			on(t, o, node, "systemctl start keystone memcached")
		}
		eventually(t, o, "health", func(s Status) bool { return s.Healthy })
	}
}

func testReboot(t *testing.T, o Options) {
	t.Helper()
	const bootID = "cat /proc/sys/kernel/random/boot_id"
	before := on(t, o, "ctl-2", "touch /var/lib/stays /run/goes; "+bootID)
	on(t, o, "ctl-2", "systemctl reboot")
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	require.NoError(t, poll(ctx, "a new boot", 200*time.Millisecond, func() error {
		var out bytes.Buffer
		err := Enter(ctx, o, "ctl-2", []string{"sh", "-c", bootID}, Streams{Out: &out})
		if err == nil && strings.TrimSpace(out.String()) == before {
			err = fmt.Errorf("still the boot %s", before)
		}
		return err
	}))
	eventually(t, o, "health", func(s Status) bool { return s.Healthy })
	require.Equal(t, "kept", on(t, o, "ctl-2", "[ -e /var/lib/stays ] && [ ! -e /run/goes ] && echo kept"))
}

func testPower(t *testing.T, o Options) {
	t.Helper()
	s, err := ReadStatus(t.Context(), o)
	require.NoError(t, err)
	holder := s.Holders[0]
	require.NoError(t, PowerOff(t.Context(), o, holder))
	require.NoError(t, PowerOff(t.Context(), o, holder), "off already")
	eventually(t, o, "the VIP on another node", func(s Status) bool {
		return len(s.Holders) == 1 && s.Holders[0] != holder && s.Token.Issued && !s.Healthy
	})
	require.NoError(t, Up(t.Context(), o), "up switches on what is off")
	s, err = ReadStatus(t.Context(), o)
	require.NoError(t, err)
	require.True(t, s.Healthy, s.Wrong)
}
