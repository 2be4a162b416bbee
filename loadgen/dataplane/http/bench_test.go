package http_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/loadgen"
	data "github.com/openstack-eris/eris/loadgen/dataplane/http"
)

// BenchmarkFast is what a request of the fast path costs on connections that are kept.
func BenchmarkFast(b *testing.B) {
	get := data.NewGet()
	get.URL, get.Fast = willing(b), true
	s, err := get.Open(b.Context(), loadgen.Env{Run: "r1"})
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, s.Close(context.WithoutCancel(b.Context()))) })
	inParallel(b, func() error { return s.Iterate(b.Context(), 0, nil).Err })
}

// BenchmarkTransport is what one of the transport costs that all other loads have.
func BenchmarkTransport(b *testing.B) {
	address, through := willing(b), loadgen.NewTransport(nil, nil)
	b.Cleanup(through.CloseIdleConnections)
	inParallel(b, func() error {
		r, err := http.NewRequestWithContext(context.WithoutCancel(b.Context()), http.MethodGet, address, http.NoBody)
		if err != nil {
			return err
		}
		got, err := through.RoundTrip(r)
		if err != nil {
			return err
		}
		_, _ = io.Copy(io.Discard, got.Body)
		return got.Body.Close()
	})
}

func inParallel(b *testing.B, ask func() error) {
	b.Helper()
	b.SetParallelism(16)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := ask(); err != nil {
				b.Error(err)
			}
		}
	})
}

// willing is the address of a server that costs as little as one can.
func willing(b *testing.B) string {
	b.Helper()
	var config net.ListenConfig
	listener, err := config.Listen(b.Context(), "tcp", "127.0.0.1:0")
	require.NoError(b, err)
	var all sync.WaitGroup
	all.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			all.Go(func() {
				defer func() { _ = conn.Close() }()
				request := make([]byte, 1024)
				for {
					if _, err := conn.Read(request); err != nil {
						return
					}
					if _, err := io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"); err != nil {
						return
					}
				}
			})
		}
	})
	b.Cleanup(func() { // which comes last: its clients have left
		require.NoError(b, listener.Close())
		all.Wait()
	})
	return "http://" + listener.Addr().String() + "/"
}
