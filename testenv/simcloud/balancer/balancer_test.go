package balancer_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/openstack-eris/eris/testenv/simcloud/balancer"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// server is a backend whose reach a test sets.
type server struct {
	name string
	mu   sync.Mutex
	at   balancer.Reach
	wake chan struct{}
	gone chan struct{}
	dies bool // in the middle of the next request
	seen int
	// answering is called when it has done its work; may be nil.
	answering func()
}

func newServer(name string) *server {
	return &server{name: name, at: balancer.Serving, wake: make(chan struct{}), gone: make(chan struct{})}
}

func (s *server) Name() string { return s.name }

func (s *server) Reach() balancer.Reach {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.at
}

func (s *server) become(r balancer.Reach) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.at = r
	close(s.wake)
	s.wake = make(chan struct{})
}

func (s *server) Wake() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.wake
}

func (s *server) Gone() <-chan struct{} { return s.gone }

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.seen++
	s.mu.Unlock()
	if s.dies || r.Context().Err() != nil {
		return
	}
	w.Header().Set("X-Server", s.name)
	w.WriteHeader(http.StatusOK)
	if s.answering != nil {
		s.answering()
	}
}

// bubble runs a test in fake time with three servers and a balancer that ticks.
func bubble(t *testing.T, test func(t *testing.T, b *balancer.Balancer, servers []*server)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		servers := []*server{newServer("a"), newServer("b"), newServer("c")}
		b := balancer.New(balancer.Defaults(), []balancer.Server{servers[0], servers[1], servers[2]})
		ticker, done := time.NewTicker(100*time.Millisecond), make(chan struct{})
		defer close(done)
		go func() {
			defer ticker.Stop()
			for {
				select {
				case now := <-ticker.C:
					b.Tick(now)
				case <-done:
					return
				}
			}
		}()
		test(t, b, servers)
	})
}

// ask returns the status, who answered, and how long it took.
func ask(t *testing.T, b *balancer.Balancer) (status int, by string, took time.Duration) {
	t.Helper()
	asked := time.Now()
	status, header, _ := balancer.Ask(b, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", strings.NewReader("body")))
	return status, header.Get("X-Server"), time.Since(asked)
}

func TestRequestsGoRoundAllServers(t *testing.T) {
	bubble(t, func(t *testing.T, b *balancer.Balancer, _ []*server) {
		seen := map[string]int{}
		for range 9 {
			status, by, _ := ask(t, b)
			require.Equal(t, 200, status)
			seen[by]++
		}
		require.Equal(t, map[string]int{"a": 3, "b": 3, "c": 3}, seen)
	})
}

func TestARefusedConnectionIsTriedElsewhereAtOnce(t *testing.T) {
	bubble(t, func(t *testing.T, b *balancer.Balancer, servers []*server) {
		servers[0].become(balancer.Refused)
		servers[1].become(balancer.Refused)
		for range 6 {
			status, by, took := ask(t, b)
			require.Equal(t, 200, status)
			require.Equal(t, "c", by)
			require.Zero(t, took)
		}
	})
}

func TestADeadServerIsOutAfterTheWindowAndBackAfterItsRise(t *testing.T) {
	bubble(t, func(t *testing.T, b *balancer.Balancer, servers []*server) {
		time.Sleep(time.Second)
		servers[0].become(balancer.Refused)
		require.True(t, b.Up()["a"])
		time.Sleep(2100 * time.Millisecond) // fall 2 × inter 1 s
		require.False(t, b.Up()["a"])
		servers[0].become(balancer.Serving)
		time.Sleep(900 * time.Millisecond)
		require.False(t, b.Up()["a"])
		time.Sleep(1300 * time.Millisecond)
		require.True(t, b.Up()["a"])
	})
}

func TestWithNoServerLeftTheAnswerIs503(t *testing.T) {
	bubble(t, func(t *testing.T, b *balancer.Balancer, servers []*server) {
		for _, s := range servers {
			s.become(balancer.Refused)
		}
		status, _, took := ask(t, b)
		require.Equal(t, 503, status)
		require.Zero(t, took, "four attempts at once: it believes in three")
		time.Sleep(3 * time.Second)
		status, _, took = ask(t, b)
		require.Equal(t, 503, status)
		require.Zero(t, took, "it believes in none")
	})
}

func TestTheLastServerIsTriedAgainAfterASecond(t *testing.T) {
	bubble(t, func(t *testing.T, b *balancer.Balancer, servers []*server) {
		servers[0].become(balancer.Refused)
		servers[1].become(balancer.Refused)
		time.Sleep(3 * time.Second)
		servers[2].become(balancer.Refused)
		go func() {
			time.Sleep(500 * time.Millisecond)
			servers[2].become(balancer.Serving)
		}()
		status, by, took := ask(t, b)
		require.Equal(t, 200, status)
		require.Equal(t, "c", by)
		require.Equal(t, time.Second, took)
	})
}

func TestAMuteServerCostsTheTimeOutOrAnswersWhenItThaws(t *testing.T) {
	bubble(t, func(t *testing.T, b *balancer.Balancer, servers []*server) {
		for _, s := range servers {
			s.become(balancer.Mute)
		}
		status, _, took := ask(t, b)
		require.Equal(t, 504, status)
		require.Equal(t, time.Minute, took)
		for _, s := range servers {
			s.become(balancer.Serving)
		}
		time.Sleep(5 * time.Second)
		for _, s := range servers {
			s.become(balancer.Mute)
		}
		go func() {
			time.Sleep(500 * time.Millisecond)
			for _, s := range servers {
				s.become(balancer.Serving)
			}
		}()
		status, _, took = ask(t, b)
		require.Equal(t, 200, status)
		require.Equal(t, 500*time.Millisecond, took)
	})
}

// An answer that is cut off on its way arrives when the way is free again, or
// never: the server has done its work in either case.
func TestAnAnswerThatIsCutOffIsSentAgain(t *testing.T) {
	bubble(t, func(t *testing.T, b *balancer.Balancer, servers []*server) {
		for _, back := range []time.Duration{5 * time.Second, 2 * time.Minute} {
			for _, s := range servers {
				s.become(balancer.Serving)
				s.answering = func() { s.become(balancer.Dark) }
			}
			go func() {
				time.Sleep(back)
				for _, s := range servers {
					s.become(balancer.Serving)
				}
			}()
			status, _, took := ask(t, b)
			require.Equal(t, min(back, time.Minute), took)
			require.Equal(t, map[bool]int{true: 200, false: 504}[back < time.Minute], status)
			time.Sleep(2 * time.Minute)
		}
	})
}

// thawing is a server that thaws right after the second look at it: that of
// the balancer's wait for an answer, which the choice of a server precedes.
type thawing struct {
	*server
	looks int
}

func (s *thawing) Reach() balancer.Reach {
	at := s.server.Reach()
	if s.looks++; s.looks == 2 {
		s.become(balancer.Serving)
	}
	return at
}

func TestAThawRightAfterTheLookIsNotMissed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer("a")
		s.become(balancer.Mute)
		status, _, took := ask(t, balancer.New(balancer.Defaults(), []balancer.Server{&thawing{server: s}}))
		require.Equal(t, 200, status)
		require.Zero(t, took)
	})
}

func TestADarkHostCostsTheConnectTimeOut(t *testing.T) {
	bubble(t, func(t *testing.T, b *balancer.Balancer, servers []*server) {
		servers[0].become(balancer.Dark)
		worst := time.Duration(0)
		for range 3 {
			status, _, took := ask(t, b)
			require.Equal(t, 200, status)
			worst = max(worst, took)
		}
		require.Equal(t, 2*time.Second, worst)
	})
}

func TestAServerThatDiesInTheMiddleIs502(t *testing.T) {
	bubble(t, func(t *testing.T, b *balancer.Balancer, servers []*server) {
		for _, s := range servers {
			s.dies = true
		}
		status, _, _ := ask(t, b)
		require.Equal(t, 502, status)
		require.Equal(t, 1, servers[0].seen+servers[1].seen+servers[2].seen, "a request that was sent is not sent again")
	})
}

func TestSessionsAreKeptForAWhile(t *testing.T) {
	bubble(t, func(t *testing.T, b *balancer.Balancer, _ []*server) {
		for range 6 {
			ask(t, b)
		}
		require.Equal(t, map[string]int{"a": 1, "b": 1, "c": 1}, b.Sessions(), "one client has one connection to each")
		time.Sleep(11 * time.Second)
		require.Empty(t, b.Sessions())
	})
}
