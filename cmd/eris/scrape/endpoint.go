// Package scrape is where Prometheus asks a run for its metrics.
package scrape

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// within bounds a scrape, and what is waited for one at the end.
const within = 10 * time.Second

// Endpoint answers http://ADDRESS/metrics.
type Endpoint struct {
	server  *http.Server
	address net.Addr
}

// Listen begins to answer with what is collected at each scrape. Everybody who reaches
// the address (HOST:PORT) may ask. An error says that it could not be had.
func Listen(ctx context.Context, address string, of ...prometheus.Collector) (*Endpoint, error) {
	registry := prometheus.NewPedanticRegistry()
	for _, one := range of {
		if err := registry.Register(one); err != nil {
			return nil, fmt.Errorf("register metrics: %w", err)
		}
	}
	socket, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	server := &http.Server{Handler: mux, ReadHeaderTimeout: within, ReadTimeout: within, WriteTimeout: within}
	go func() { _ = server.Serve(socket) }() // until it is closed
	return &Endpoint{server, socket.Addr()}, nil
}

// Address is where it listens.
func (e *Endpoint) Address() net.Addr { return e.address }

// Close lets scrapes end, also when the context is over that the run had.
func (e *Endpoint) Close(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), within)
	defer cancel()
	if err := e.server.Shutdown(ctx); err != nil && !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("end the metrics: %w", err)
	}
	return nil
}
