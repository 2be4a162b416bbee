package middleware_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/middleware"
)

func TestWhatAFaultOfRabbitMQStrikes(t *testing.T) {
	s, err := (&middleware.StopApp{}).Scripts(target(t, "ctl-1", "haproxy"))
	require.NoError(t, err)
	require.Equal(t, []string{"haproxy.service", "5000"}, s.Args)
	require.Equal(t, []string{"rabbitmq:haproxy.service"}, s.Resources, "two of them would each put back what the other has changed")
	require.Contains(t, s.Tools, "rabbitmqctl")
	portless := target(t, "ctl-1", "haproxy")
	service := *portless.Service
	service.Port = 0
	portless.Service = &service
	_, err = (&middleware.StopApp{}).Scripts(portless)
	require.ErrorContains(t, err, "the inventory gives the service no port")
	require.Equal(t, []string{"beyond-redundancy"}, (&middleware.MemoryAlarm{}).SafetyNets(target(t, "ctl-1", "haproxy")))
}

func TestHowLongIsLookedOn(t *testing.T) {
	for _, wrong := range []time.Duration{0, 500 * time.Millisecond, 1500 * time.Millisecond, 2 * time.Minute} {
		require.ErrorContains(t, (&middleware.Flush{Watch: wrong}).Validate(), "is not 1s to 60s in whole seconds")
		require.ErrorContains(t, (&middleware.CloseConnections{Watch: wrong}).Validate(), "is not 1s to 60s in whole seconds")
	}
	require.NoError(t, middleware.NewFlush().Validate())
	require.NoError(t, middleware.NewCloseConnections().Validate())
}

func TestWhatOfRabbitMQIsRefusedOnASimulatedNode(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "rabbitmq.stop_app")
	bed.Shell(t, "rabbitmqctl stop_app")
	require.Contains(t, refused(t, bed, &middleware.StopApp{}), "the broker does not tell root its status: Error: this command requires the 'rabbit' app to be running")
	bed.Shell(t, "rabbitmqctl start_app")
	bed.Shell(t, "rabbitmqctl set_vm_memory_high_watermark 0")
	require.Contains(t, refused(t, bed, &middleware.MemoryAlarm{}), `the cluster has an alarm already: {"node":"rabbit@ctl-3"`)
	bed.Shell(t, `rabbitmqctl eval 'vm_memory_monitor:set_vm_memory_high_watermark({absolute,400000000}).'`)
	require.Empty(t, refused(t, bed, &middleware.MemoryAlarm{}))
	bed.Shell(t, "systemctl stop rabbitmq-server")
	require.Contains(t, refused(t, bed, &middleware.MemoryAlarm{}), "rabbitmq-server.service is not active")
	require.Contains(t, refused(t, bed, &middleware.StopApp{}), "rabbitmq-server.service is not active")
}

// A member whose clients have all gone elsewhere has nothing to close.
func TestNothingToCloseIsNoFaultOnASimulatedNode(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "rabbitmq.close_connections")
	bed.Shell(t, "rabbitmqctl stop_app; rabbitmqctl start_app")
	i := bed.LongRun("run-nobody", "ann@desk").Armed(t, middleware.NewCloseConnections())
	require.ErrorContains(t, i.Fire(t.Context(), faulttest.Admit), "nobody is connected to this member: there is nothing to close")
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	bed.Clean(t)
}

// A process that starts anew was told nothing: the undo has nothing to do, and the
// watermark that an administrator gave meanwhile stays.
func TestARestartEndsAFaultOfRabbitMQOnASimulatedNode(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "rabbitmq.stop_app")
	i := bed.LongRun("run-restart", "ann@desk").Struck(t, &middleware.StopApp{})
	// A slow machine has been through it before, and then its clients are elsewhere.
	require.Regexp(t, "^rabbitmq-server.service is active, and no application in it listens on port 5672, which had [03] clients and has 0$", i.Targets()[0].Effect)
	bed.Shell(t, "systemctl restart rabbitmq-server")
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, record.SelfHealed, i.State())
	bed.Clean(t)

	const mark = "rabbitmqctl eval 'vm_memory_monitor:get_vm_memory_high_watermark().'"
	j := bed.LongRun("run-given", "ann@desk").Struck(t, &middleware.MemoryAlarm{})
	bed.Shell(t, "rabbitmqctl eval 'vm_memory_monitor:set_vm_memory_high_watermark({absolute,400000000}).'")
	require.NoError(t, j.Undo(t.Context(), "engine", ""))
	require.Equal(t, record.SelfHealed, j.State())
	require.Equal(t, "{absolute,400000000}", bed.Shell(t, mark), "what was given meanwhile is not taken back")
	bed.Clean(t)

	bed.Shell(t, "systemctl restart rabbitmq-server")
	k := bed.LongRun("run-back", "ann@desk").Struck(t, &middleware.MemoryAlarm{})
	require.NoError(t, k.Undo(t.Context(), "engine", ""))
	require.Equal(t, record.Undone, k.State())
	require.Equal(t, `{absolute,"400MB"}`, bed.Shell(t, mark), "put back in the very words of the configuration")
	bed.Clean(t)
}

// While a broker hangs, its application is not taken to be back.
func TestARabbitThatHangsIsUndoneOnceItAnswersOnASimulatedNode(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "rabbitmq.stop_app")
	i := bed.LongRun("run-hung", "ann@desk").Struck(t, &middleware.StopApp{})
	bed.Shell(t, "systemctl freeze rabbitmq-server")
	id := i.Targets()[0].Target.ID
	require.Contains(t, bed.Shell(t, "cd /run/eris/%s; ERIS_TOUCHED=yes timeout 2 sh undo.sh rabbitmq-server.service 5672 2>&1; echo code $?", id), "code 124")
	bed.Shell(t, "systemctl thaw rabbitmq-server")
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, record.Undone, i.State())
	require.False(t, unserved(t, bed))
	bed.Clean(t)
}
