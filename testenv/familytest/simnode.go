package familytest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/ssh/knownhosts"

	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/testenv/simcloud/container"
	"github.com/openstack-eris/eris/testenv/simcloud/node"
	"github.com/openstack-eris/eris/testenv/simcloud/ssh"
)

// SimulatedNode is a bed on one simulated node, ctl-1, of those options behind real SSH,
// once that command succeeds on it, and the path of its inventory. The inventory's text has
// a %s each for the user, the key, the file of known hosts and the address.
func SimulatedNode(t *testing.T, text string, o node.Options, up string) (faulttest.Bed, string) {
	t.Helper()
	o.Name, o.Cloud, o.Address = "ctl-1", "sim", "127.1.0.11"
	n, err := node.New(t.Context(), o)
	require.NoError(t, err)
	t.Cleanup(n.Close)
	key := filepath.Join(t.TempDir(), "id")
	host, err := ssh.NewKeyFile(filepath.Join(t.TempDir(), "host"))
	require.NoError(t, err)
	user, err := ssh.NewKeyFile(key)
	require.NoError(t, err)
	server, err := ssh.Listen(t.Context(), ssh.Options{
		HostKey: host, Authorized: user.PublicKey(),
		Run: func(ctx context.Context, c ssh.Command) int { return n.Run(ctx, node.Session(c)) },
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
		Runner: faulttest.Pool(t, cloud), Kind: cloud.Kind, Cloud: cloud, Node: cloud.NodeByName("ctl-1"),
		Rootless: faulttest.Rootless(t, file, "eris"),
		Cut: func(cut bool) error {
			server.Cut(cut)
			return nil
		},
		Reboot: func(context.Context) error {
			server.Cut(true)
			defer server.Cut(false)
			return n.Reboot() //nolint:contextcheck // a boot outlives who asked for it
		},
	}, file
}

const containerInventory = `version: eris/v1
cloud: {name: sim, kind: simulated, chaos: allowed}
ssh: {user: %s, key: '%s', known_hosts: '%s'}
nodes:
  ctl-1: {address: '%s', roles: [controller]}
services:
  web: {container: web, on: {role: controller}}
`

// SimulatedContainer is SimulatedNode with the service web, which is a container of that
// name; with a keeper a unit of that name starts it, as Kolla lays one.
func SimulatedContainer(t *testing.T, spec container.Spec, keeper string, more ...container.Spec) (faulttest.Bed, string) {
	t.Helper()
	spec.Name, spec.Exec, spec.Stop = "web", "/usr/bin/web", 30*time.Millisecond
	bed, file := SimulatedNode(t, containerInventory, node.Options{Containers: append(more, spec)}, "true")
	bed.Service = bed.Cloud.ServiceByName("web")
	bed.Changed, bed.Trace = ContainerChanged(spec.Engine, spec.Restart, keeper), ContainerTrace(spec.Engine)
	bed.Disturb = DisturbPolicy(spec.Restart)
	if keeper != "" {
		bed.Disturb = DisturbUnit(keeper)
		bed.Shell(t, `printf '[Unit]\nDescription=keeps web\n[Service]\nExecStart=/usr/bin/%s start -a web\nRestart=always\nRestartSec=200ms\n[Install]\nWantedBy=multi-user.target\n' >/etc/systemd/system/%s
			systemctl daemon-reload; systemctl enable --now %[2]s`, spec.Engine, keeper)
		faulttest.Eventually(t, time.Minute, "the unit has started it", func() bool {
			return bed.Shell(t, "%s inspect -f '{{.State.Status}}' web", spec.Engine) == "running"
		})
	}
	return bed, file
}
