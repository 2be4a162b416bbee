package service_test

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/ssh/knownhosts"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/service"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/testenv/familytest"
	"github.com/openstack-eris/eris/testenv/simcloud/node"
	simssh "github.com/openstack-eris/eris/testenv/simcloud/ssh"
	"github.com/openstack-eris/eris/testenv/simcloud/systemd"
)

const simInventory = `version: eris/v1
cloud: {name: sim, kind: simulated, chaos: allowed}
ssh: {user: %s, key: '%s', known_hosts: '%s'}
nodes:
  ctl-1: {address: '%s', roles: [controller]}
services:
  keystone: {unit: keystone.service, on: {role: controller}, health: {command: systemctl -q is-active keystone.service}}
`

// onSim runs each test on a simulated node of its own, many at once.
func onSim(t *testing.T, f func(t *testing.T, bed faulttest.Bed)) {
	t.Helper()
	t.Parallel()
	bed, _ := simBed(t)
	f(t, bed)
}

// simBed is a simulated node behind real SSH, and the path of its inventory.
func simBed(t *testing.T) (faulttest.Bed, string) {
	t.Helper()
	return simNode(t, simInventory, node.Options{Units: []node.Unit{{
		Name: "keystone.service", Description: "the service to be struck", Exec: "/usr/bin/keystone", Restart: "on-failure", Reload: "/bin/kill -HUP $MAINPID",
		Daemon: systemd.Daemon{Startup: func() time.Duration { return 300 * time.Millisecond }, Stop: 30 * time.Millisecond},
	}}}, "systemctl -q is-active keystone.service")
}

// simNode is a simulated node of those options behind real SSH, once that command
// succeeds on it, and the path of its inventory.
func simNode(t *testing.T, text string, o node.Options, up string) (faulttest.Bed, string) {
	t.Helper()
	o.Name, o.Cloud, o.Address = "ctl-1", "sim", "127.1.0.11"
	n, err := node.New(t.Context(), o)
	require.NoError(t, err)
	t.Cleanup(n.Close)
	key := filepath.Join(t.TempDir(), "id")
	host, err := simssh.NewKeyFile(filepath.Join(t.TempDir(), "host"))
	require.NoError(t, err)
	user, err := simssh.NewKeyFile(key)
	require.NoError(t, err)
	server, err := simssh.Listen(t.Context(), simssh.Options{
		HostKey: host, Authorized: user.PublicKey(),
		Run: func(ctx context.Context, c simssh.Command) int { return n.Run(ctx, node.Session(c)) },
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Close()) })
	require.Eventually(t, func() bool {
		return n.Run(t.Context(), node.Session{Line: up}) == 0
	}, 30*time.Second, 20*time.Millisecond)

	address := server.Addr().String()
	known := filepath.Join(t.TempDir(), "known_hosts")
	require.NoError(t, os.WriteFile(known, []byte(knownhosts.Line([]string{address}, host.PublicKey())+"\n"), 0o600))
	file := filepath.Join(t.TempDir(), "inventory.yaml")
	require.NoError(t, os.WriteFile(file, fmt.Appendf(nil, text, "root", key, known, address), 0o600))
	cloud, err := inventory.Load(file)
	require.NoError(t, err)
	return faulttest.Bed{
		Changed: changedBy(t.Name()), Trace: invocation, Disturb: familytest.DisturbUnit("keystone.service"),
		Runner: faulttest.Pool(t, cloud), Kind: cloud.Kind, Cloud: cloud, Node: cloud.NodeByName("ctl-1"), Service: cloud.ServiceByName("keystone"),
		Rootless: faulttest.Rootless(t, file, "eris"),
		Reboot: func(context.Context) error {
			server.Cut(true)
			defer server.Cut(false)
			return n.Reboot()
		},
	}, file
}

func TestEveryKindOnASimulatedNode(t *testing.T) {
	t.Parallel()
	faulttest.Family(t, onSim, "service", familytest.ServiceFault)
}

func TestDeadmanOnASimulatedNode(t *testing.T) {
	t.Parallel()
	faulttest.Deadman(t, onSim, func() faults.Fault { return service.NewKill() })
}

func TestEngineKilledOnASimulatedNode(t *testing.T) {
	t.Parallel()
	familytest.EngineKilled(t, faulttest.Kinds(t, "service"), familytest.ServiceFault, func(t *testing.T, _ string) (faulttest.Bed, string) {
		t.Helper()
		t.Parallel()
		return simBed(t)
	})
}

// closedPort is a loopback port on which nothing listens.
func closedPort(t *testing.T) netip.AddrPort {
	t.Helper()
	var config net.ListenConfig
	l, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	return netip.MustParseAddrPort(l.Addr().String())
}

func TestWhatSystemdHealsIsTheCloudsOwnOnASimulatedNode(t *testing.T) {
	onSim(t, healedByItself)
}

func TestWhatIsKeptDownIsNotHealedOnASimulatedNode(t *testing.T) {
	onSim(t, keptDown)
}
