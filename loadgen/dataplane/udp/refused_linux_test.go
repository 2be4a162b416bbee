package udp_test

import (
	"net"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
)

// silent listens at an address and answers nothing, until it is told to end.
func silent(t *testing.T, address string) (at string, got func(), end func()) {
	t.Helper()
	conn, err := net.ListenPacket("udp", address)
	require.NoError(t, err)
	got = func() {
		_, _, err := conn.ReadFrom(make([]byte, 1<<10))
		require.NoError(t, err)
	}
	return conn.LocalAddr().String(), got, func() { require.NoError(t, conn.Close()) }
}

// A refusal is that of the datagram that it is about, whatever else is under way.
func TestARefusalIsOfItsDatagram(t *testing.T) {
	const wait = 300 * time.Millisecond
	outcomes := make([]loadgen.Outcome, 3)
	var running sync.WaitGroup
	send := func(s loadgen.Session, n int) {
		running.Go(func() { outcomes[n] = s.Iterate(t.Context(), int64(n), &operations{}) })
	}
	address, got, end := silent(t, "127.0.0.1:0")
	s := open(t, address, wait)
	send(s, 0)
	got()
	end()
	refused := time.Now()
	send(s, 1) // to nobody
	require.Eventually(t, func() bool { return time.Since(refused) > wait/4 }, time.Minute, time.Millisecond)
	_, got, end = silent(t, address)
	send(s, 2)
	got()
	running.Wait()
	end()
	require.Equal(t, record.Timeout, outcomes[0].Class, "%v", outcomes[0].Err)
	require.Equal(t, record.Connect, outcomes[1].Class, "%v", outcomes[1].Err)
	require.EqualError(t, outcomes[1].Err, "it was not delivered: connection refused")
	require.Equal(t, record.Timeout, outcomes[2].Class, "%v", outcomes[2].Err)
}
