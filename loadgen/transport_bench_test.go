package loadgen_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/loadgen"
)

// BenchmarkTransport is what a request costs on connections that are kept.
func BenchmarkTransport(b *testing.B) {
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
	through := loadgen.NewTransport(nil, nil)
	b.SetParallelism(16)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			r, err := http.NewRequestWithContext(context.WithoutCancel(b.Context()), http.MethodGet, "http://"+listener.Addr().String()+"/", http.NoBody)
			if err != nil {
				b.Error(err)
				return
			}
			got, err := through.RoundTrip(r)
			if err != nil {
				b.Error(err)
				return
			}
			_, _ = io.Copy(io.Discard, got.Body)
			_ = got.Body.Close()
		}
	})
	through.CloseIdleConnections()
	require.NoError(b, listener.Close())
	all.Wait()
}
