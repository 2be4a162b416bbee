package node_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/node"
	"github.com/openstack-eris/eris/faults/script"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/testenv/simcloud/container"
	simnode "github.com/openstack-eris/eris/testenv/simcloud/node"
	"github.com/openstack-eris/eris/testenv/simcloud/systemd"
)

// keeps is how Kolla lays a unit that starts a container, and that a boot starts.
const keeps = `printf '[Service]\nExecStart=/usr/bin/podman start -a web\n[Install]\nWantedBy=multi-user.target\n' >/etc/systemd/system/kolla-web-container.service
systemctl daemon-reload; `

// What a whole node's preflight says of a container is what a boot does to it.
func TestAContainerThatABootWouldNotBringBackIsRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spec    container.Spec
		before  string
		refused string // empty: it is back after a boot
	}{
		"docker, always":         {container.Spec{Engine: "docker", Restart: "always"}, "", ""},
		"docker, unless-stopped": {container.Spec{Engine: "docker", Restart: "unless-stopped"}, "", ""},
		"docker, on-failure":     {container.Spec{Engine: "docker", Restart: "on-failure"}, "", "its restart policy is on-failure, and no unit starts it"},
		"docker, no policy":      {container.Spec{Engine: "docker", Restart: "no"}, "", "its restart policy is no, and no unit starts it"},
		"podman, always":         {container.Spec{Engine: "podman", Restart: "always"}, "", "counts after a boot only where podman-restart.service is enabled"},
		"podman, enabled unit":   {container.Spec{Engine: "podman", Restart: "no"}, keeps + "systemctl enable kolla-web-container.service", ""},
		"podman, disabled unit":  {container.Spec{Engine: "podman", Restart: "no"}, keeps, "its restart policy is no, and kolla-web-container.service, which starts it, is disabled"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.spec.Name, c.spec.Exec = "web", "/usr/bin/web"
			n, err := simnode.New(t.Context(), simnode.Options{Name: "ctl-1", Cloud: "test", Address: "127.1.0.11", Containers: []container.Spec{c.spec}})
			require.NoError(t, err)
			t.Cleanup(n.Close)
			run := func(line string) (said string, exit int) {
				var out bytes.Buffer
				exit = n.Run(t.Context(), simnode.Session{Line: line, Stdout: &out, Stderr: &out})
				return out.String(), exit
			}
			status := func() string {
				said, _ := run(c.spec.Engine + " inspect -f '{{.State.Status}}' web")
				return strings.TrimSpace(said)
			}
			require.Eventually(t, func() bool { return status() == "running" }, 10*time.Second, 10*time.Millisecond)
			_, exit := run(c.before)
			require.Zero(t, exit)
			said, exit := run("sh -c " + inventory.Quote(script.Returns()+"exit $wrong\n") + " preflight container:web")
			if c.refused == "" {
				require.Zero(t, exit, said)
				require.NoError(t, n.Reboot())
				require.Eventually(t, func() bool { return status() == "running" }, 10*time.Second, 10*time.Millisecond, "it is back")
				return
			}
			require.Equal(t, 1, exit)
			require.Contains(t, said, "the container web runs, and a boot would not bring it back: ")
			require.Contains(t, said, c.refused)
			require.NoError(t, n.Reboot())
			require.Equal(t, "exited", status())
		})
	}
}

// A process is started by nobody; the kinds of this family say so before they begin.
func TestANodeWithAProcessOfNoUnitIsRefused(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t)
	bed.Cloud.Services = append(bed.Cloud.Services, &inventory.Service{
		Name: "agent", Runtime: inventory.Runtime{Kind: inventory.Process, Name: "agent", Start: "setsid -f /opt/agent"},
		Health: &inventory.Probe{Command: "true", Timeout: time.Second}, Nodes: []string{bed.Node.Name},
	})
	for _, fault := range []faults.Fault{&node.Reboot{}, &node.Crash{}, &node.Reset{}, &node.Shutdown{OffFor: time.Second}} {
		require.Equal(t, 1, strings.Count(bed.Refusal(t, fault), "agent is a process of no unit: nobody would start it after a boot"))
	}
}

// What Pacemaker runs it starts at a boot, where a boot starts Pacemaker.
func TestANodeWhosePacemakerABootWouldNotStartIsRefused(t *testing.T) {
	t.Parallel()
	n, err := simnode.New(t.Context(), simnode.Options{Name: "ctl-1", Cloud: "test", Address: "127.1.0.11", Units: []simnode.Unit{
		{Name: "corosync.service", Exec: "/usr/sbin/corosync", Daemon: systemd.Daemon{Startup: func() time.Duration { return 0 }}},
		{Name: "pacemaker.service", Exec: "/usr/sbin/pacemakerd", Disabled: true, Daemon: systemd.Daemon{Startup: func() time.Duration { return 0 }}},
	}})
	require.NoError(t, err)
	t.Cleanup(n.Close)
	returns := func(before string) (string, int) {
		var out bytes.Buffer
		exit := n.Run(t.Context(), simnode.Session{Line: before + "sh -c " + inventory.Quote(script.Returns()+"exit $wrong\n") + " preflight pacemaker:web-clone", Stdout: &out, Stderr: &out})
		return out.String(), exit
	}
	said, exit := returns("systemctl start pacemaker; until systemctl -q is-active pacemaker; do sleep 0.01; done; ")
	require.Equal(t, 1, exit)
	require.Equal(t, "Pacemaker runs web-clone, and a boot would not bring it back: pacemaker.service is disabled\n", said)
	said, exit = returns("systemctl enable pacemaker.service; ")
	require.Zero(t, exit, said)
}
