package balancer_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/simcloud/balancer"
)

// far is a server on whose way packets are lost: what that costs a connection,
// and an exchange.
type far struct {
	*server
	connect, exchange time.Duration
}

func (f far) Lag(connecting bool) time.Duration {
	if connecting {
		return f.connect
	}
	return f.exchange
}

func TestWhatIsRepeatedOnTheWayTakesItsTime(t *testing.T) {
	for _, c := range []struct {
		connect, exchange time.Duration
		by                string
		first, again      time.Duration
	}{
		{0, 0, "a", 0, 0},
		{time.Second, 200 * time.Millisecond, "a", 1200 * time.Millisecond, 200 * time.Millisecond},
		{3 * time.Second, 0, "b", 2 * time.Second, 0}, // its time-out to connect is 2 s
	} {
		synctest.Test(t, func(t *testing.T) {
			a, b := far{newServer("a"), c.connect, c.exchange}, newServer("b")
			one := balancer.New(balancer.Defaults(), []balancer.Server{b, a})
			status, by, took := ask(t, one)
			require.Equal(t, 200, status)
			require.Equal(t, c.by, by)
			require.Equal(t, c.first, took)
			_, _, _ = ask(t, one)
			if _, by, took = ask(t, one); by == "a" {
				require.Equal(t, c.again, took, "the connection is kept")
			}
		})
	}
}

func TestACheckThatTakesTooLongHasFailed(t *testing.T) {
	for lag, up := range map[time.Duration]bool{time.Second: true, 1001 * time.Millisecond: false} {
		b := balancer.New(balancer.Defaults(), []balancer.Server{far{newServer("a"), lag, 0}, newServer("b")})
		for i := range 3 {
			b.Tick(time.Unix(int64(i), 0))
		}
		require.Equal(t, map[string]bool{"a": up, "b": true}, b.Up(), lag)
	}
}
