package workers

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/require"
)

// So they do by a NATS that was there before the run, and that has nothing of the run after it.
func TestTheSumIsThePlanByANATSOfOnesOwn(t *testing.T) {
	there, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: server.RANDOM_PORT, NoLog: true, NoSigs: true, JetStream: true, StoreDir: t.TempDir(), DisableJetStreamBanner: true})
	require.NoError(t, err)
	there.Start()
	t.Cleanup(there.WaitForShutdown)
	t.Cleanup(there.Shutdown)
	require.True(t, there.ReadyForConnections(brokerReady))
	t.Run("run", func(t *testing.T) { sumIsThePlan(t, newSceneAt(t, 2, there.ClientURL())) })
	conn, err := nats.Connect(there.ClientURL())
	require.NoError(t, err)
	defer conn.Close()
	stream, err := jetstream.New(conn)
	require.NoError(t, err)
	info, err := stream.AccountInfo(t.Context())
	require.NoError(t, err)
	require.Zero(t, info.Streams)
	require.Positive(t, info.API.Total, "it was asked")
}

// natsCluster are three servers of a cluster on loopback, each with its own folder.
type natsCluster []*server.Server

func newNATSCluster(t *testing.T) natsCluster {
	t.Helper()
	const members = 3
	var routes []*url.URL
	var ports []int
	for range members { // the addresses of all are told to each before it starts
		l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
		require.NoError(t, err)
		defer func() { _ = l.Close() }()
		port := l.Addr().(*net.TCPAddr).Port
		ports = append(ports, port)
		routes = append(routes, &url.URL{Scheme: "nats", Host: fmt.Sprintf("127.0.0.1:%d", port)})
		require.NoError(t, l.Close())
	}
	var c natsCluster
	for n := range members {
		s, err := server.NewServer(&server.Options{
			ServerName: fmt.Sprintf("member-%d", n), Host: "127.0.0.1", Port: server.RANDOM_PORT, NoLog: true, NoSigs: true,
			JetStream: true, StoreDir: t.TempDir(), DisableJetStreamBanner: true,
			Cluster: server.ClusterOpts{Name: "outside", Host: "127.0.0.1", Port: ports[n]}, Routes: routes,
		})
		require.NoError(t, err)
		s.Start()
		t.Cleanup(s.WaitForShutdown)
		t.Cleanup(s.Shutdown)
		c = append(c, s)
	}
	for _, s := range c {
		require.True(t, s.ReadyForConnections(brokerReady))
	}
	require.Eventually(t, func() bool { return c.leader() != nil }, brokerReady, 20*time.Millisecond, "the cluster has no leader")
	require.Eventually(t, func() bool { return len(c.leader().JetStreamClusterPeers()) == members }, brokerReady, 20*time.Millisecond, "its members do not know one another")
	return c
}

// leader is the member that leads JetStream; nil: none does.
func (c natsCluster) leader() *server.Server {
	for _, s := range c {
		if s.Running() && s.JetStreamIsLeader() {
			return s
		}
	}
	return nil
}

// urls are the addresses of all members.
func (c natsCluster) urls() string {
	var all []string
	for _, s := range c {
		all = append(all, s.ClientURL())
	}
	return strings.Join(all, ",")
}

// A cluster keeps what its members were told: the one that leads the stream ends in the middle, or
// while workers are told to end, and what they sent is still the plan, each outcome once; nothing
// of the run is left.
func TestTheSumIsThePlanWhenAMemberOfTheClusterIsLost(t *testing.T) {
	for name, when := range map[string]func(s *scene, lose func()){
		"in the middle": func(s *scene, lose func()) { s.middle = lose },
		"at the end":    func(s *scene, lose func()) { s.ending = lose },
	} {
		c := newNATSCluster(t)
		lost := ""
		t.Run(name, func(t *testing.T) {
			s := newSceneAt(t, 3, c.urls())
			info, err := s.outcomes.Info(t.Context())
			require.NoError(t, err)
			require.Equal(t, "outside", info.Cluster.Name)
			require.Len(t, info.Cluster.Replicas, replicas-1)
			when(s, func() {
				stream, err := s.stream.Stream(t.Context(), s.streamName())
				require.NoError(t, err)
				lost = stream.CachedInfo().Cluster.Leader
				for _, m := range c {
					if m.Name() == lost {
						m.Shutdown()
					}
				}
			})
			sumIsThePlan(t, s)
		})
		require.NotEmpty(t, lost)
		conn, err := nats.Connect(c.urls())
		require.NoError(t, err)
		defer conn.Close()
		stream, err := jetstream.New(conn)
		require.NoError(t, err)
		require.Eventually(t, func() bool {
			info, err := stream.AccountInfo(t.Context())
			return err == nil && info.Streams == 0
		}, brokerReady, 50*time.Millisecond)
	}
}

// An order whose answer is lost, with the server that it was in, is given again well before the
// worker counts as lost.
func TestAnOrderWhoseAnswerIsLostIsGivenAgain(t *testing.T) {
	s := newScene(t, 1)
	s.admit(hello{ID: "a", Name: "gen", Version: "v1"})
	numbers := make(chan int64, 10)
	_, err := s.broker.conn.Subscribe(s.scope+".to.a.*", func(m *nats.Msg) {
		var o order
		if s.talk.heard(m, &o) {
			numbers <- o.N
			if len(numbers) > 1 {
				s.talk.answer(m, report{Keeps: true})
			}
		}
	})
	require.NoError(t, err)
	limited, cancel := context.WithTimeout(t.Context(), orderMost)
	defer cancel()
	answered, err := s.order(limited, s.all()[0], verbEnd, order{})
	require.NoError(t, err)
	require.True(t, answered.Keeps)
	first, second := <-numbers, <-numbers
	require.Equal(t, first, second, "it is the same order")
}

// A password in any of the addresses is refused at once.
func TestAPasswordInTheAddressOfAMemberIsRefused(t *testing.T) {
	for _, addresses := range []string{
		"nats://127.0.0.1:1, nats://me:secret@127.0.0.1:2", "me:secret@127.0.0.1:2", "nats://secret@127.0.0.1:2", "nats://me:se%zzcret@127.0.0.1:2",
	} {
		_, ofTheRun := outside(t.Context(), addresses)
		ofAWorker := agent("gen", "v1").Work(t.Context(), addresses, false, NewSecret(), time.Hour)
		for _, err := range []error{ofTheRun, ofAWorker} {
			require.ErrorContains(t, err, "connect to 127.0.0.1:2: a password does not belong on a command line")
			require.NotContains(t, err.Error(), "cret")
		}
	}
}
