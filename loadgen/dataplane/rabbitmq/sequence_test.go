package rabbitmq_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/dataplane/rabbitmq"
)

const (
	ctl1, ctl2 = "ctl-1:5672", "ctl-2:5672"
	own        = "eris-20260102T030405Z-drill-00ff-messages-shared"
	foreign    = "notifications.info"
)

// operations counts them by name and class.
type operations struct {
	mu  sync.Mutex
	all map[string]int
}

func (o *operations) Operation(name string) func(loadgen.Outcome) {
	return func(out loadgen.Outcome) {
		o.mu.Lock()
		defer o.mu.Unlock()
		if o.all == nil {
			o.all = map[string]int{}
		}
		o.all[name+" "+out.Class.String()]++
	}
}

func env(p *peer) loadgen.Env {
	return loadgen.Env{
		Run: "20260102T030405Z-drill-00ff", Load: "messages", Dial: p.dial,
		Members: map[string][]string{"rabbitmq": {ctl1, ctl2}},
	}
}

func args(t *testing.T) *rabbitmq.Sequence {
	t.Helper()
	t.Setenv("ERIS_TEST_RABBIT", "geheim")
	w := rabbitmq.NewSequence()
	w.User, w.PasswordEnv = "openstack", "ERIS_TEST_RABBIT"
	require.NoError(t, w.Validate())
	return w
}

// session runs a test on a peer in a bubble; what it has made is removed at the end.
func session(t *testing.T, p *peer, do func(t *testing.T, s loadgen.Session, ops *operations)) {
	t.Helper()
	w := args(t)
	synctest.Test(t, func(t *testing.T) {
		s, err := w.Open(t.Context(), env(p))
		require.NoError(t, err)
		do(t, s, &operations{})
		require.NoError(t, s.Close(t.Context()))
		require.Equal(t, []string{foreign}, p.names(), "its own queue is gone, and no other")
	})
}

// check asks what is lost, for a minute at most.
func check(t *testing.T, s loadgen.Session) loadgen.Kept {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	kept, keeps := s.(loadgen.Keeper).Check(ctx)
	require.True(t, keeps)
	return kept
}

func TestWhatIsSentComes(t *testing.T) {
	p := newPeer()
	session(t, p, func(t *testing.T, s loadgen.Session, ops *operations) {
		t.Helper()
		require.Equal(t, []string{own, foreign}, p.names())
		var sending sync.WaitGroup
		for n := range int64(5000) {
			sending.Go(func() { require.Equal(t, loadgen.Outcome{}, s.Iterate(t.Context(), n, ops)) })
		}
		sending.Wait()
		require.Equal(t, map[string]int{"rabbitmq.publish ok": 5000, "rabbitmq.receive ok": 5000}, ops.all)
		require.Equal(t, loadgen.Kept{Work: 5000}, check(t, s))
		require.Equal(t, "\x00openstack\x00geheim", p.login)
	})
}

// Each of ten messages but the fourth and fifth is kept.
func TestWhatBecameOfAMessage(t *testing.T) {
	for name, c := range map[string]struct {
		does  verdict
		class record.Class
		says  string
		work  int
		lost  []string
		ops   map[string]int // beside those of the others
		comes map[string]int
	}{
		"lost":        {lose, record.Timeout, "it was confirmed, and did not come out of the queue within 5s", 10, []string{"2 of the messages 4 to 5: confirmed, and it is not in the queue any more"}, map[string]int{"rabbitmq.receive timeout": 2}, nil},
		"refused":     {nack, record.WrongResult, "the broker refused it (basic.nack)", 8, nil, map[string]int{"rabbitmq.publish wrong_result": 2}, nil},
		"returned":    {back, record.WrongResult, "it was returned: 312 NO_ROUTE", 8, nil, map[string]int{"rabbitmq.publish wrong_result": 2}, nil},
		"unconfirmed": {silent, record.Timeout, "it was sent and not confirmed within 5s", 8, nil, map[string]int{"rabbitmq.publish timeout": 2}, nil},
		"doubled":     {twice, record.OK, "", 10, nil, nil, map[string]int{"rabbitmq.doubled ok": 2}},
		"overtaken":   {late, record.Timeout, "it was confirmed, and did not come out of the queue within 5s", 10, nil, map[string]int{"rabbitmq.receive timeout": 2}, map[string]int{"rabbitmq.overtaken ok": 2}},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPeer()
			p.judge = func(number uint64) verdict {
				if number == 4 || number == 5 {
					return c.does
				}
				return keep
			}
			session(t, p, func(t *testing.T, s loadgen.Session, ops *operations) {
				t.Helper()
				want := map[string]int{"rabbitmq.publish ok": c.work, "rabbitmq.receive ok": min(8, c.work)}
				if c.does == twice {
					want["rabbitmq.receive ok"] = 10
				}
				for n := range int64(10) {
					o := s.Iterate(t.Context(), n, ops)
					if n == 3 || n == 4 {
						require.Equal(t, c.class, o.Class)
						if c.says != "" {
							require.EqualError(t, o.Err, c.says)
						}
						continue
					}
					require.Equal(t, loadgen.Outcome{}, o)
				}
				s.(loadgen.Finisher).Finish(t.Context(), ops)
				for _, more := range []map[string]int{c.ops, c.comes} {
					for name, n := range more {
						want[name] += n
					}
				}
				require.Equal(t, want, ops.all)
				kept := check(t, s)
				require.Equal(t, loadgen.Kept{Work: c.work, Lost: c.lost, LostMore: max(0, 2*len(c.lost)-len(c.lost))}, kept)
			})
		})
	}
}

// A broker that dies before it has confirmed leaves it open whether it has the message,
// which comes from the other one.
func TestABrokerThatDiesBeforeItConfirms(t *testing.T) {
	p := newPeer()
	p.judge = func(number uint64) verdict {
		if number == 2 {
			return die
		}
		return keep
	}
	session(t, p, func(t *testing.T, s loadgen.Session, ops *operations) {
		t.Helper()
		require.NoError(t, s.Iterate(t.Context(), 0, ops).Err)
		o := s.Iterate(t.Context(), 1, ops)
		require.Equal(t, record.Connect, o.Class)
		require.EqualError(t, o.Err, "it was sent and not confirmed, so that it may be in the queue or not: the connection was lost")
		time.Sleep(3 * time.Second) // of the bubble: it looks for another broker meanwhile
		require.NoError(t, s.Iterate(t.Context(), 2, ops).Err)
		s.(loadgen.Finisher).Finish(t.Context(), ops)
		require.Equal(t, 1, ops.all["rabbitmq.unconfirmed ok"])
		require.Equal(t, loadgen.Kept{Work: 2}, check(t, s))
	})
}

// No broker at all: nothing is sent, and of what was confirmed and did not come it is not
// known whether it is lost.
func TestWhatCannotBeAskedForIsNotKnown(t *testing.T) {
	for name, c := range map[string]struct {
		do   func(p *peer)
		says string
	}{
		"no broker": {func(p *peer) { p.kill(ctl1); p.kill(ctl2) }, "message 1: confirmed, and the queue could not be emptied: refused"},
		"taken from by a dead connection": {func(p *peer) { p.ghosts = 1 },
			"message 1: confirmed, and the queue could not be emptied: 2 connections take from it, where one should"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPeer()
			p.judge = func(number uint64) verdict { return lose }
			session(t, p, func(t *testing.T, s loadgen.Session, ops *operations) {
				t.Helper()
				require.Equal(t, record.Timeout, s.Iterate(t.Context(), 0, ops).Class)
				p.mu.Lock()
				c.do(p)
				p.mu.Unlock()
				time.Sleep(2 * time.Second) // of the bubble: it hears of it, and tries again, meanwhile
				if len(p.down) > 0 {
					require.EqualError(t, s.Iterate(t.Context(), 1, ops).Err, "it was not sent: refused")
				}
				require.Equal(t, loadgen.Kept{Work: 1, Unknown: []string{c.says}}, check(t, s))
				p.mu.Lock()
				clear(p.down)
				p.mu.Unlock()
			})
		})
	}
}

func TestACancelledContextEndsAnIterationAtOnce(t *testing.T) {
	p := newPeer()
	p.judge = func(uint64) verdict { return silent }
	session(t, p, func(t *testing.T, s loadgen.Session, ops *operations) {
		t.Helper()
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		began := time.Now()
		require.Equal(t, record.Aborted, s.Iterate(ctx, 0, ops).Class)
		require.Equal(t, time.Second, time.Since(began))
		require.Equal(t, loadgen.Kept{}, check(t, s), "nothing was confirmed")
	})
}
