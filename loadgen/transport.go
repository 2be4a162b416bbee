package loadgen

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"time"
)

// keptConnections is how many idle connections a transport keeps to a host.
// net/http's own two would make a load of 64 workers open a connection for
// nearly every request.
const keptConnections = 1024

// NewTransport is an HTTP transport for loads: connections are kept for reuse
// whatever the concurrency, there is no limit of its own and no time-out but
// the iteration's. dial may be nil. The caller closes its idle connections.
func NewTransport(dial func(ctx context.Context, network, address string) (net.Conn, error), config *tls.Config) *http.Transport {
	if dial == nil {
		dial = (&net.Dialer{KeepAlive: 15 * time.Second}).DialContext
	}
	return &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         dial,
		TLSClientConfig:     config,
		MaxIdleConnsPerHost: keptConnections,
		IdleConnTimeout:     time.Minute,
	}
}
