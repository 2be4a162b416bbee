package udp_test

import (
	"errors"
	"net"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
)

// silent listens at an address and answers nothing, until it is told to end.
func silent(t *testing.T, address string) (at string, got func(), end func(), taken error) {
	t.Helper()
	conn, err := net.ListenPacket("udp", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return "", nil, nil, err
	}
	require.NoError(t, err)
	got = func() {
		_, _, err := conn.ReadFrom(make([]byte, 1<<10))
		require.NoError(t, err)
	}
	return conn.LocalAddr().String(), got, func() { require.NoError(t, conn.Close()) }, nil
}

// A refusal is that of the datagram that it is about, whatever else is under way.
func TestARefusalIsOfItsDatagram(t *testing.T) {
	for range 5 { // the port is free for a moment, which somebody else may use
		if outcomes, lost := refused(t); !lost {
			require.Equal(t, record.Timeout, outcomes[0].Class, "%v", outcomes[0].Err)
			require.Equal(t, record.Connect, outcomes[1].Class, "%v", outcomes[1].Err)
			require.EqualError(t, outcomes[1].Err, "it was not delivered: connection refused")
			require.Equal(t, record.Timeout, outcomes[2].Class, "%v", outcomes[2].Err)
			return
		}
	}
	require.Fail(t, "the port was taken each time")
}

// refused has three datagrams under way, of which the second is sent to nobody; lost
// says that somebody else took the port.
func refused(t *testing.T) (outcomes [3]loadgen.Outcome, lost bool) {
	t.Helper()
	var running sync.WaitGroup
	defer running.Wait()
	address, got, end, err := silent(t, "127.0.0.1:0")
	require.NoError(t, err)
	s := open(t, address, 3*time.Second)
	send := func(n int) {
		running.Go(func() { outcomes[n] = s.Iterate(t.Context(), int64(n), &operations{}) })
	}
	send(0)
	got()
	end()
	outcomes[1] = s.Iterate(t.Context(), 1, &operations{}) // to nobody
	_, got, end, err = silent(t, address)
	if err != nil {
		return outcomes, true
	}
	send(2)
	got()
	running.Wait()
	end()
	return outcomes, false
}
