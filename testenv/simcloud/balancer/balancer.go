// Package balancer simulates haproxy in front of the servers of one service:
// round robin over the servers that its health checks believe in, retries with
// redispatch on a refused connection, and the status codes that haproxy gives
// when it cannot deliver: 502 for a server that went away in the middle of an
// answer, 503 for none that could be reached, 504 for one that did not answer
// in time.
package balancer

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Reach is what a connection to a server meets.
type Reach int

// The ways in which a connection can go.
const (
	Refused Reach = iota // nothing listens
	Dark                 // no answer at all: the host has no power, or packets are dropped
	Mute                 // it accepts and then says nothing: the process is frozen
	Serving
)

// Server is one backend.
type Server interface {
	Name() string
	Reach() Reach
	// Wake is closed at the next change of Reach.
	Wake() <-chan struct{}
	// Gone is closed when the process that runs now has ended.
	Gone() <-chan struct{}
	http.Handler // writes nothing when the process goes away meanwhile
}

// Settings are the figures of the balancer's configuration file.
type Settings struct {
	Inter   time.Duration // between two health checks of a server
	Fall    int           // failed checks that take a server out
	Rise    int           // good checks that bring it back
	Retries int           // further attempts to connect
	Connect time.Duration // for a connection to a host that does not answer
	Server  time.Duration // for an answer
	Idle    time.Duration // that a connection to a server is kept for its client
}

// Defaults are the settings of an ordinary OpenStack installation.
func Defaults() Settings {
	return Settings{
		Inter: time.Second, Fall: 2, Rise: 2, Retries: 3, Connect: 2 * time.Second, Server: 60 * time.Second, Idle: 10 * time.Second,
	}
}

// Balancer is one frontend with its servers.
type Balancer struct {
	set Settings

	mu      sync.Mutex
	servers []*member
	next    int
	links   map[link]*use
	told    func(server string) Admin
}

type member struct {
	Server
	up     bool
	ever   int // requests that it was given
	streak int // checks in a row that say otherwise
	asked  time.Time
}

// link is a connection to a server that is kept for one client connection.
type link struct{ client, server string }

type use struct {
	busy int
	last time.Time
}

// New returns a balancer that believes in all of its servers.
func New(set Settings, servers []Server) *Balancer {
	b := &Balancer{set: set, links: map[link]*use{}, told: func(string) Admin { return Ready }}
	for _, s := range servers {
		b.servers = append(b.servers, &member{Server: s, up: true})
	}
	return b
}

// Tick runs the health checks that are due. A mute or dark server is seen only
// when the check times out, one interval later, and so is one to which a
// connection takes longer than that.
func (b *Balancer) Tick(now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, m := range b.servers {
		if now.Sub(m.asked) < b.set.Inter {
			continue
		}
		m.asked = now
		if (m.Reach() == Serving && m.lag(true) <= b.set.Inter) == m.up {
			m.streak = 0
			continue
		}
		m.streak++
		if m.up && m.streak >= b.set.Fall || !m.up && m.streak >= b.set.Rise {
			m.up, m.streak = !m.up, 0
		}
	}
	for l, u := range b.links {
		if u.busy == 0 && now.Sub(u.last) > b.set.Idle {
			delete(b.links, l)
		}
	}
}

// Up tells which servers the balancer believes in.
func (b *Balancer) Up() map[string]bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	up := map[string]bool{}
	for _, m := range b.servers {
		up[m.Name()] = m.up
	}
	return up
}

// Sessions counts the open connections to each server.
func (b *Balancer) Sessions() map[string]int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.sessions()
}

func (b *Balancer) sessions() map[string]int {
	counts := map[string]int{}
	for l, u := range b.links {
		counts[l.server] += max(u.busy, 1)
	}
	return counts
}

// Forget drops the kept connections and counts from nothing, as a balancer that
// starts anew.
func (b *Balancer) Forget() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, m := range b.servers {
		m.ever = 0
	}
	for l, u := range b.links {
		if u.busy == 0 {
			delete(b.links, l)
		}
	}
}

// pick is the next server, and whether there is another one to try.
func (b *Balancer) pick() (m *member, more bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	up := 0
	for range b.servers {
		b.next = (b.next + 1) % len(b.servers)
		if !b.servers[b.next].up || b.told(b.servers[b.next].Name()) != Ready {
			continue
		}
		up++
		if m == nil {
			m = b.servers[b.next]
		}
	}
	for i := range b.servers { // the turn goes on from the one that was taken
		if b.servers[i] == m {
			b.next = i
		}
	}
	return m, up > 1
}

// ServeHTTP delivers one request.
func (b *Balancer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 32<<20))
	if err != nil {
		return // the client is gone
	}
	for attempt := 0; attempt <= b.set.Retries; attempt++ {
		m, more := b.pick()
		if m == nil {
			break
		}
		switch m.Reach() {
		case Serving, Mute:
			lag := b.connect(m, r)
			if !pause(r.Context(), min(lag, b.set.Connect)) {
				return
			}
			if lag > b.set.Connect {
				continue
			}
			b.deliver(m, w, r, body)
			return
		case Dark:
			if !pause(r.Context(), b.set.Connect) {
				return
			}
		case Refused:
			// With round robin over several servers haproxy turns to the next
			// at once; to the same one it waits a second.
			if !more && !pause(r.Context(), time.Second) {
				return
			}
		}
	}
	fail(w, http.StatusServiceUnavailable, "No server is available to handle this request.")
}

func fail(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/html")
	w.Header().Set("Cache-Control", "no-cache")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, "<html><body><h1>"+http.StatusText(status)+"</h1>\n"+text+"\n</body></html>\n") // the client may be gone
}

// deliver hands a request to a server that has accepted the connection.
func (b *Balancer) deliver(m *member, w http.ResponseWriter, r *http.Request, body []byte) {
	key := link{client: r.RemoteAddr, server: m.Name()}
	defer b.use(key)()
	ctx, cancel := context.WithTimeout(r.Context(), b.set.Server)
	defer cancel()
	gone := m.Gone()
	request := r.Clone(ctx)
	request.Body = io.NopCloser(bytes.NewReader(body))
	answer := &recorder{header: http.Header{}}
	m.await(ctx, gone, Mute, Dark)
	if pause(ctx, m.lag(false)) {
		m.ServeHTTP(answer, request)
		if !m.await(ctx, gone, Dark) && ctx.Err() != nil { // lost on its way, it is sent again until then
			answer.status = 0
		}
	}
	switch {
	case answer.status != 0:
		answer.send(w)
	case r.Context().Err() != nil:
	case ctx.Err() != nil:
		fail(w, http.StatusGatewayTimeout, "The server didn't respond in time.")
	default:
		fail(w, http.StatusBadGateway, "The server returned an invalid or incomplete response.")
	}
}

// await waits while the server is silent in one of these ways, its process
// lives, and the answer is wanted, and tells whether it speaks.
func (m *member) await(ctx context.Context, gone <-chan struct{}, silent ...Reach) bool {
	for wake := m.Wake(); slices.Contains(silent, m.Reach()); wake = m.Wake() { // asked for first: no change is missed
		select {
		case <-wake:
			continue
		case <-gone:
		case <-ctx.Done():
		}
		return false
	}
	return true
}

// use counts a connection as busy until the function that it returns is called.
func (b *Balancer) use(key link) (done func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, m := range b.servers {
		if m.Name() == key.server {
			m.ever++
		}
	}
	u := b.links[key]
	if u == nil {
		u = &use{}
		b.links[key] = u
	}
	u.busy++
	return func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		u.busy--
		u.last = time.Now()
	}
}
