package collectors_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors"
	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory/remote"
)

// clocksOf are nodes whose clocks are so much ahead, and that answer after a while.
type clocksOf struct {
	ahead map[string]time.Duration
	takes []time.Duration // of one round trip after the other of a node
	asked atomic.Int64
}

func (c *clocksOf) Run(_ context.Context, node string, _ remote.Command) remote.Result {
	n := c.asked.Add(1) - 1
	half := c.takes[int(n)%len(c.takes)] / 2
	time.Sleep(half)
	defer time.Sleep(half)
	ahead, there := c.ahead[node]
	if !there {
		return remote.Result{State: remote.NotStarted, Err: errors.New("no route")}
	}
	return remote.Result{State: remote.Done, Stdout: fmt.Appendf(nil, "now %d 5000\n", time.Now().Add(ahead).UnixNano())}
}

// A clock is bounded by the shortest of three round trips, of whoever gives no answer it is told
// why, and all are asked at once.
func TestClocksAreMeasuredAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock := record.NewClock()
		time.Sleep(time.Minute)
		one := &clocksOf{ahead: map[string]time.Duration{"ctl-1": 3 * time.Second}, takes: []time.Duration{400 * time.Millisecond, 20 * time.Millisecond, 200 * time.Millisecond}}
		got := collectors.Clocks(t.Context(), one, clock, []string{"ctl-1"})
		require.Len(t, got, 1)
		require.Equal(t, "ctl-1", got[0].Node)
		require.Equal(t, 10*time.Millisecond, got[0].Bound)
		require.Equal(t, -3*time.Second, got[0].Offset)
		require.Equal(t, time.Minute+410*time.Millisecond, got[0].Taken)
		require.True(t, got[0].Beside)

		many, names := &clocksOf{ahead: map[string]time.Duration{}, takes: []time.Duration{100 * time.Millisecond}}, []string{"gone"}
		for n := range 100 {
			names = append(names, fmt.Sprint("cmp-", n))
			many.ahead[names[n+1]] = time.Duration(n)
		}
		began := time.Now()
		all := collectors.Clocks(t.Context(), many, clock, names)
		require.Len(t, all, 101)
		require.Equal(t, "gone", all[0].Node)
		require.Equal(t, "ask the clock of gone: no route", all[0].Error)
		for _, one := range all[1:] {
			require.Empty(t, one.Error)
		}
		require.Less(t, time.Since(began), time.Second, "100 nodes take two turns")
	})
}
