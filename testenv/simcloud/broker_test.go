package simcloud_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/simcloud"
	"github.com/openstack-eris/eris/testenv/simcloud/node"
)

func control(t *testing.T, n *node.Node, command string) string {
	t.Helper()
	out, code := onNode(t, n, "rabbitmqctl -q "+command+" 2>&1 </dev/null")
	require.Zero(t, code, out)
	return out
}

func connections(t *testing.T, n *node.Node) string {
	t.Helper()
	out, _ := onNode(t, n, "ss -Htn state established '( sport = :5672 )' | wc -l")
	return out
}

func TestABrokerWhoseApplicationIsStoppedLosesItsClientsForGood(t *testing.T) {
	cloud := start(t, simcloud.Options{Seed: 1})
	third := cloud.Node("ctl-3")
	require.Equal(t, "3", connections(t, third))
	control(t, third, "stop_app")
	control(t, third, "stop_app")
	out, code := onNode(t, third, "rabbitmqctl -q cluster_status --formatter json 2>&1")
	require.Equal(t, 64, code)
	require.Contains(t, out, "requires the 'rabbit' app to be running")
	_, code = onNode(t, third, "nc -z -w 1 127.1.0.13 5672")
	require.Equal(t, 1, code)
	state, _ := onNode(t, third, "systemctl is-active rabbitmq-server")
	require.Equal(t, "active", state)
	require.Contains(t, control(t, cloud.Node("ctl-1"), "cluster_status --formatter json"), `"running_nodes":["rabbit@ctl-1","rabbit@ctl-2"]`)
	require.NoError(t, cloud.Message("ctl-3"), "the others are the majority")
	require.Equal(t, "0", connections(t, third))

	control(t, cloud.Node("ctl-2"), "stop_app")
	require.Error(t, cloud.Message("ctl-3"))
	control(t, cloud.Node("ctl-2"), "start_app")
	control(t, third, "start_app")
	require.NoError(t, cloud.Message("ctl-3"))
	require.Equal(t, "0", connections(t, third), "nobody comes back to it")

	control(t, third, "stop_app")
	_, code = onNode(t, third, "systemctl restart rabbitmq-server")
	require.Zero(t, code)
	require.Contains(t, control(t, third, "cluster_status --formatter json"), `"rabbit@ctl-3"]`, "a process that starts anew has not been told")
}

func TestClosedConnectionsAreMadeAnew(t *testing.T) {
	cloud := start(t, simcloud.Options{Seed: 1})
	first := cloud.Node("ctl-1")
	before, _ := onNode(t, first, "ss -Htn state established '( sport = :5672 )'")
	require.Equal(t, "Closing all connections to node rabbit@ctl-1 (across all vhosts), reason: by hand...\nClosed 3 connections", control(t, first, "close_all_connections --global 'by hand'"))
	after, _ := onNode(t, first, "ss -Htn state established '( sport = :5672 )'")
	require.Equal(t, "3", connections(t, first))
	for line := range strings.Lines(after) {
		require.NotContains(t, before, line)
	}
}

func TestTheAlarmOfOneBrokerKeepsAllPublishersWaiting(t *testing.T) {
	cloud := start(t, simcloud.Options{Seed: 1})
	third := cloud.Node("ctl-3")
	require.Equal(t, `{absolute,"400MB"}`, control(t, third, "eval 'vm_memory_monitor:get_vm_memory_high_watermark().'"))
	control(t, third, "set_vm_memory_high_watermark 0")
	require.Equal(t, "0", control(t, third, "eval 'vm_memory_monitor:get_memory_limit().'"))
	require.Contains(t, control(t, cloud.Node("ctl-1"), "cluster_status --formatter json"), `"alarms":[{"node":"rabbit@ctl-3","resource":"memory"`)
	require.NotContains(t, control(t, cloud.Node("ctl-1"), "list_connections state"), "running")
	_, code := onNode(t, third, "nc -z -w 1 127.1.0.13 5672")
	require.Zero(t, code, "it listens on")
	sent := make(chan error, 1)
	asked := time.Now()
	go func() { sent <- cloud.Message("ctl-1") }()
	select {
	case err := <-sent:
		require.Fail(t, "it was let through", "%v", err)
	case <-time.After(300 * time.Millisecond):
	}
	require.Equal(t, "ok", control(t, third, `eval 'vm_memory_monitor:set_vm_memory_high_watermark({absolute,"400MB"}).'`))
	require.NoError(t, <-sent)
	require.Less(t, time.Since(asked), 10*time.Second)
	require.Contains(t, control(t, third, "cluster_status --formatter json"), `"alarms":[]`)
	require.Equal(t, "400000000", control(t, third, "eval 'vm_memory_monitor:get_memory_limit().'"))
}
