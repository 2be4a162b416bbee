package simcloud_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack/nova"
	"github.com/openstack-eris/eris/testenv/simcloud"
)

// commanding opens the workload that runs a command on each server that it boots.
func commanding(t *testing.T, cloud *simcloud.Cloud, command, output string) loadgen.Session {
	t.Helper()
	w := nova.NewBootAndRunCommand()
	w.User, w.Port, w.Command, w.Output = simcloud.GuestUser, simcloud.GuestPort, command, output
	w.Poll, w.SSHWithin = 50*time.Millisecond, time.Minute
	s, err := w.Open(t.Context(), loadgen.Env{Run: "test", Load: "vms", Clouds: cloud.Clouds(), Cloud: cloud.Name()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close(context.WithoutCancel(t.Context()))) })
	return s
}

// A server that was booted with a floating IP lets in who has its key, and runs what it
// is told in a machine of its own. Two clouds beside each other have other addresses.
func TestAServerAnswersAtItsFloatingIP(t *testing.T) {
	var running sync.WaitGroup
	for range 2 {
		cloud := start(t, simcloud.Options{Seed: 1})
		s := commanding(t, cloud, "hostname > /root/name; cat /root/name", "eris-test-vms-")
		for n := range int64(2) {
			running.Go(func() {
				if o := s.Iterate(t.Context(), n, loadgen.Unrecorded{}); o.Err != nil {
					t.Error(o.Err)
				}
			})
		}
	}
	running.Wait()
}

func TestACommandOfAServerEndsWithItsCode(t *testing.T) {
	cloud := start(t, simcloud.Options{Seed: 1})
	o := commanding(t, cloud, "echo no >&2; exit 3", "").Iterate(t.Context(), 0, loadgen.Unrecorded{})
	require.Equal(t, record.WrongResult, o.Class)
	require.EqualError(t, o.Err, "run command: it ended with code 3: no")
}

// told gives the operations that have begun.
type told chan string

func (o told) Operation(name string) func(loadgen.Outcome) {
	o <- name
	return func(loadgen.Outcome) {}
}

// A server goes with its host: who has logged in is cut off.
func TestAServerGoesWithItsHost(t *testing.T) {
	cloud := start(t, simcloud.Options{Seed: 1, Balancer: quick()})
	s := commanding(t, cloud, "sleep 600", "")
	seen, ended := make(told, 20), make(chan loadgen.Outcome, 1)
	go func() { ended <- s.Iterate(t.Context(), 0, seen) }()
	for name := range seen {
		if name == "vm.run_command_over_ssh" {
			break
		}
	}
	require.NoError(t, cloud.PowerOff("ctl-1")) // the first in the order of their names has the first server
	o := <-ended
	require.Equal(t, record.Connect, o.Class, "%v", o.Err)
}

// The servers of a host that loses its power are evacuated, and answer from elsewhere.
func TestServersOfALostHostAreEvacuated(t *testing.T) {
	cloud := start(t, simcloud.Options{Seed: 1, Balancer: quick(), Silent: 2 * time.Second})
	w := nova.NewEvacuateServer()
	w.Servers, w.Poll = 3, 100*time.Millisecond // one on each host
	s, err := w.Open(t.Context(), loadgen.Env{Run: "test", Load: "kept", Clouds: cloud.Clouds(), Cloud: cloud.Name()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close(context.WithoutCancel(t.Context()))) })
	require.NoError(t, cloud.PowerOff("ctl-3"))
	seen := make(told, 10000)
	require.Eventually(t, func() bool {
		o := s.Iterate(t.Context(), 0, seen) // calls fail meanwhile that had come to the lost one
		return o.Class == record.OK && len(seen) > 0 && has(seen, "nova.evacuate_server")
	}, time.Minute, 50*time.Millisecond)
	kept, was := s.(loadgen.Keeper).Check(t.Context())
	require.True(t, was)
	require.Equal(t, loadgen.Kept{Work: 3}, kept)
}

// has tells whether an operation is among those that have begun.
func has(seen told, wanted string) bool {
	found := false
	for {
		select {
		case name := <-seen:
			found = found || name == wanted
		default:
			return found
		}
	}
}
