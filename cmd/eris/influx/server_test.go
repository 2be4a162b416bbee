package influx

import (
	"context"
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	influxdb2 "github.com/influxdata/influxdb-client-go/v2"
	"github.com/influxdata/influxdb-client-go/v2/api/write"
	"github.com/stretchr/testify/require"
)

// Points are unsure only where there was a connection on which they may have gone: a server
// that lost its power is dialled until the time is over, and has none of them.
func TestWhatNeverHadAConnectionWasNotSent(t *testing.T) {
	for name, c := range map[string]struct {
		dial func(ctx context.Context, network, address string) (net.Conn, error)
		none bool
	}{
		"nobody answers the dial": {func(ctx context.Context, _, _ string) (net.Conn, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}, true},
		"nobody answers the request": {func(context.Context, string, string) (net.Conn, error) {
			near, far := net.Pipe()
			go func() { _, _ = io.Copy(io.Discard, far) }()
			return near, nil
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				through := &http.Transport{DialContext: c.dial}
				s := newServer(Target{URL: "http://influx.example:8086", Bucket: "eris"}, through)
				defer s.close()
				err := s.try(t.Context(), 5*time.Second, []*write.Point{influxdb2.NewPointWithMeasurement("m").AddField("x", 1)})
				require.ErrorContains(t, err, "no answer within 5s")
				require.Equal(t, c.none, unsent(err))
				through.CloseIdleConnections()
			})
		})
	}
}
