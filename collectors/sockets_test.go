package collectors_test

import (
	"fmt"
	"net"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors"
)

// Sockets are told by port and state: a port that nobody serves has no listener, and what a
// service forgets to close stays with it.
func TestSocketsByPortAndState(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	port := listener.Addr().(*net.TCPAddr).Port
	dial := func() (client, server net.Conn) {
		client, err := net.Dial("tcp", listener.Addr().String())
		require.NoError(t, err)
		server, err = listener.Accept()
		require.NoError(t, err)
		t.Cleanup(func() { _, _ = client.Close(), server.Close() })
		return client, server
	}
	_, _ = dial()
	_, _ = dial()
	forgotten, _ := dial()
	require.NoError(t, forgotten.Close()) // the server's end is to be closed
	held, closed := dial()
	require.NoError(t, closed.Close()) // the server closes first, so that the kernel holds its end
	require.NoError(t, held.Close())

	all := &collectors.Sockets{Ports: []int{port}, States: []string{"listen", "close-wait", "time-wait", "syn-recv"}}
	told := func(state string, count int) string {
		return fmt.Sprintf("sockets.in_state{port=%d}{state=%s} %d", port, state, count)
	}
	established := "sockets.established{port=" + strconv.Itoa(port) + "} 2"
	want := []string{established, told("listen", 1), told("close-wait", 1), told("time-wait", 1), told("syn-recv", 0)}
	require.Eventually(t, func() bool { // the kernel takes a moment
		return fmt.Sprint(frames(t, all, nil, here)) == fmt.Sprint(want)
	}, 20*time.Second, time.Millisecond, "%v", want)
	require.Equal(t, []string{established}, frames(t, &collectors.Sockets{Ports: []int{port}}, nil, here))
	require.NoError(t, listener.Close())
	require.Contains(t, frames(t, all, nil, here), told("listen", 0))
}

// A word that is no state is refused, and so is one that stands there twice.
func TestStatesOfSocketsAreChecked(t *testing.T) {
	require.NoError(t, collectors.NewSockets().Validate())
	err := (&collectors.Sockets{States: []string{"ESTAB", "listen", "listen"}}).Validate()
	require.ErrorContains(t, err, `"ESTAB" is none of listen, `)
	require.ErrorContains(t, err, "listen stands there twice")
}
