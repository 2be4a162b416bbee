package balancer_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/simcloud/balancer"
)

func newFront(t *testing.T) *balancer.Front {
	t.Helper()
	front, err := balancer.NewFront(context.Background(), http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "hello")
	}))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, front.Close()) })
	return front
}

func get(client *http.Client, front *balancer.Front) error {
	answer, err := client.Get("http://" + front.Address())
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, answer.Body)
	return errors.Join(err, answer.Body.Close())
}

func TestAClosedFrontRefusesAndKeepsItsPort(t *testing.T) {
	front := newFront(t)
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport, Timeout: 5 * time.Second}
	require.NoError(t, get(client, front))
	require.Len(t, front.Clients(), 1)

	require.NoError(t, front.Set(t.Context(), balancer.Closed))
	require.Empty(t, front.Clients(), "what was connected is cut")
	require.ErrorIs(t, get(client, front), syscall.ECONNREFUSED)
	_, err := net.Listen("tcp4", front.Address())
	require.ErrorIs(t, err, syscall.EADDRINUSE)

	require.NoError(t, front.Set(t.Context(), balancer.Open))
	require.NoError(t, get(client, front))
}

func TestADumbFrontAcceptsAndStaysSilent(t *testing.T) {
	front := newFront(t)
	require.NoError(t, front.Set(t.Context(), balancer.Dumb))
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 100 * time.Millisecond}
	var timeout net.Error
	require.ErrorAs(t, get(client, front), &timeout)
	require.True(t, timeout.Timeout())
	require.Eventually(t, func() bool { return len(front.Clients()) == 0 }, 5*time.Second, time.Millisecond, "whoever went is forgotten")

	client.Timeout = 5 * time.Second
	result := make(chan error)
	go func() { result <- get(client, front) }()
	require.Eventually(t, func() bool { return len(front.Clients()) > 0 }, 5*time.Second, time.Millisecond)
	require.NoError(t, front.Set(t.Context(), balancer.Closed))
	require.Error(t, <-result, "another balancer knows nothing of this connection")
}

// A node without power refuses nothing: who began to connect waits, and comes to
// the next holder of the address when its kernel tries again. Who was connected
// before is unknown there.
func TestWhoKnocksAtAHolderThatIsGoneComesToTheNext(t *testing.T) {
	front := newFront(t)
	before, err := net.Dial("tcp", front.Address())
	require.NoError(t, err)
	require.Eventually(t, func() bool { return len(front.Clients()) == 1 }, 5*time.Second, time.Millisecond)
	require.NoError(t, front.Set(t.Context(), balancer.Gone))
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	began := time.Now()
	result := make(chan error)
	go func() { result <- get(client, front) }()
	require.Eventually(t, func() bool { return len(front.Clients()) == 2 }, 5*time.Second, time.Millisecond)
	front.Reset()
	require.NoError(t, front.Set(t.Context(), balancer.Open))
	require.NoError(t, <-result)
	require.GreaterOrEqual(t, time.Since(began), time.Second, "it tries again a second after the first time")
	_, err = before.Read(make([]byte, 1))
	require.ErrorIs(t, err, syscall.ECONNRESET)
}
