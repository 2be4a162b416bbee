package node_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/simcloud/node"
	"github.com/openstack-eris/eris/testenv/simcloud/systemd"
)

// A node ends in good order or from one moment to the next, and boots anew after
// that or does not.
func TestANodeGoesDown(t *testing.T) {
	for command, c := range map[string]struct {
		orderly bool
		back    time.Duration // 0: it stays off
	}{
		"systemctl reboot":            {true, 1300 * time.Millisecond},
		"systemctl poweroff":          {true, 0},
		"echo b >/proc/sysrq-trigger": {false, time.Second},
		"echo 3 >/proc/sys/kernel/panic; echo c >/proc/sysrq-trigger": {false, 4 * time.Second},
		"echo 0 >/proc/sys/kernel/panic; echo c >/proc/sysrq-trigger": {false, 0},
	} {
		t.Run(command, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n, err := node.New(t.Context(), node.Options{Name: "n", Address: "127.1.0.9", Units: []node.Unit{{
					Name: "app.service", Exec: "/usr/bin/app",
					Daemon: systemd.Daemon{Startup: func() time.Duration { return 0 }, Stop: 300 * time.Millisecond},
				}}})
				require.NoError(t, err)
				defer n.Close()
				boot := n.BootID()
				n.Run(t.Context(), node.Session{Line: command})
				time.Sleep(400 * time.Millisecond)
				require.False(t, n.On())
				stopped := false
				for _, event := range n.Log() {
					stopped = stopped || event.Unit == "app.service" && strings.HasPrefix(event.Detail, "inactive")
				}
				require.Equal(t, c.orderly, stopped)
				if c.back == 0 {
					time.Sleep(time.Hour)
					require.False(t, n.On())
					return
				}
				time.Sleep(c.back - 500*time.Millisecond)
				require.False(t, n.On())
				time.Sleep(time.Second)
				require.True(t, n.On())
				require.NotEqual(t, boot, n.BootID())
			})
		})
	}
}

func TestAnotherSwitchOfTheKernelDoesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, err := node.New(t.Context(), node.Options{Name: "n", Address: "127.1.0.9"})
		require.NoError(t, err)
		defer n.Close()
		n.Run(t.Context(), node.Session{Line: "echo s >/proc/sysrq-trigger; echo x >/proc/sys/kernel/panic"})
		time.Sleep(time.Minute)
		require.True(t, n.On())
		var said strings.Builder
		require.Zero(t, n.Run(t.Context(), node.Session{Line: "cat /proc/sys/kernel/panic", Stdout: &said}))
		require.Equal(t, "1\n", said.String())
	})
}
