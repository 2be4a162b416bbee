package node_test

import (
	"bytes"
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/simcloud/node"
	"github.com/openstack-eris/eris/testenv/simcloud/systemd"
	"time"
)

func keystoneUnit() node.Unit {
	return node.Unit{
		Name: "keystone.service", Description: "OpenStack Identity", Exec: "/usr/bin/uwsgi --ini keystone.ini", Restart: "on-failure",
		Daemon: systemd.Daemon{Startup: func() time.Duration { return time.Second }, Stop: 50 * time.Millisecond, Memory: 200 << 20},
	}
}

func newNode(t *testing.T) *node.Node {
	t.Helper()
	n, err := node.New(context.Background(), node.Options{Name: "ctl-1", Cloud: "test", Address: "127.1.0.11", Units: []node.Unit{keystoneUnit()}})
	require.NoError(t, err)
	t.Cleanup(n.Close)
	return n
}

// sh runs a script and returns its output, its errors and its status.
func sh(t *testing.T, n *node.Node, script string) (stdout, stderr string, code int) {
	t.Helper()
	var out, errs bytes.Buffer
	code = n.Run(context.Background(), node.Session{Line: script, Stdout: &out, Stderr: &errs})
	return out.String(), errs.String(), code
}

func TestFirst(t *testing.T) {
	n := newNode(t)
	out, errs, code := sh(t, n, `set -eu; echo "hi there"; cat /etc/hostname; systemctl show keystone -p ActiveState,MainPID,ControlGroup
read -r up idle </proc/uptime; echo "up $up"; echo a b c | cut -d' ' -f2; x=$(printf '%s' 5); echo $((x+1)); (cd /run && ls)
systemd-run --quiet --collect --unit=eris-x-lease --on-active=1500ms --timer-property=AccuracySec=100ms sh -c 'echo fired >/run/fired'
systemctl show eris-x-lease.timer -p NextElapseUSecMonotonic --value
command -v flock sed; sleep 1.7; cat /run/fired; systemctl list-units --all --plain --no-legend`)
	t.Log(out, errs, code)
	require.Zero(t, code)
}
