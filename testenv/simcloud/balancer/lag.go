package balancer

import (
	"context"
	"net/http"
	"time"
)

// Lossy is a server on whose way packets may be lost and are repeated, or are late.
type Lossy interface {
	// Lag is what that costs a connection that is made now, or an exchange on
	// one that is there.
	Lag(connecting bool) time.Duration
}

// connect is how long it takes to connect to a server: nothing where the
// client's connection is kept.
func (b *Balancer) connect(m *member, r *http.Request) time.Duration {
	b.mu.Lock()
	kept := b.links[link{client: r.RemoteAddr, server: m.Name()}] != nil
	b.mu.Unlock()
	if kept {
		return 0
	}
	return m.lag(true)
}

// lag is that of a server on whose way packets may be lost.
func (m *member) lag(connecting bool) time.Duration {
	if lossy, is := m.Server.(Lossy); is {
		return lossy.Lag(connecting)
	}
	return 0
}

func pause(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
