package collectors_test

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors"
	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/conditions"
	"github.com/openstack-eris/eris/inventory"
)

// traffic is a signal of one node, of a kind, read as it is told.
type traffic struct {
	collectors.Exec
	board *board
}

func newTraffic(kind string) *traffic {
	b := &traffic{board: newBoard()}
	b.Publishes = map[string]collectors.ExecSignal{"app.sent": {Unit: "bytes", Kind: kind}}
	b.board.Expect(collectors.Watch{Collector: &b.Exec, Nodes: []*inventory.Node{{Name: "ctl-1"}}, Services: func(string) []*inventory.Service { return nil }})
	b.board.Remember("app.sent", 10*time.Second)
	b.board.Remember("app.sent", 4*time.Second) // by another condition: the longer holds
	return b
}

// read publishes values, one a second, the first at once.
func (b *traffic) read(values ...float64) {
	for i, value := range values {
		if i > 0 {
			time.Sleep(time.Second)
		}
		b.board.Publish([]record.Reading{{Signal: "app.sent", Labels: labels{"node": "ctl-1"}, At: b.board.clock.Now(), Value: value}}, 3*time.Second)
	}
}

func (b *traffic) ask(t *testing.T, function string, window time.Duration) conditions.Value {
	t.Helper()
	value, ok := b.board.Answer(conditions.Call{Function: function, Args: []conditions.Argument{
		{Param: "name", Kind: conditions.SignalName, Text: "app.sent"}, {Param: "window", Kind: conditions.Duration, Duration: window},
	}})
	require.True(t, ok)
	return value
}

func TestAWindowIsWhatWasReadInIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newTraffic("gauge")
		b.read(100, 1, 2, 3, 6)
		require.Equal(t, conditions.Exact(3), b.ask(t, "avg_over", 4*time.Second), "what was read as it began is of before")
		require.Equal(t, conditions.Exact(6), b.ask(t, "max_over", 4*time.Second))
		require.Equal(t, conditions.Exact(1), b.ask(t, "min_over", 4*time.Second))
		require.Equal(t, conditions.Exact(4.5), b.ask(t, "avg_over", 2*time.Second))
		require.Contains(t, b.ask(t, "avg_over", 5*time.Second).Reason, "has been read for 4s", "more is not known")
		time.Sleep(500 * time.Millisecond)
		require.Contains(t, b.ask(t, "avg_over", 400*time.Millisecond).Reason, "no reading in its window")
	})
}

func TestARateIsOfWhatCame(t *testing.T) {
	for name, c := range map[string]struct {
		kind   string
		values []float64
		want   float64
	}{
		"a delta":                {"delta", []float64{900, 10, 20, 30, 40}, 25},
		"a counter":              {"counter", []float64{900, 910, 930, 960, 1000}, 25},
		"a counter, begun anew":  {"counter", []float64{900, 910, 30, 60, 100}, 27.5},
		"a counter that rests":   {"counter", []float64{7, 7, 7, 7, 7}, 0},
		"nothing came of a kind": {"delta", []float64{7, 0, 0, 0, 0}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newTraffic(c.kind)
				b.read(c.values...)
				require.Equal(t, conditions.Exact(c.want), b.ask(t, "rate", 4*time.Second))
			})
		})
	}
}

func TestAWindowWithAGapIsMissing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newTraffic("gauge")
		b.read(1, 2)
		time.Sleep(5 * time.Second)
		require.Contains(t, b.ask(t, "avg_over", 4*time.Second).Reason, "has no reading", "it is silent")
		b.read(3, 4)
		require.Contains(t, b.ask(t, "avg_over", 4*time.Second).Reason, "for 5s nothing was read")
		time.Sleep(time.Second)
		b.read(5, 6)
		require.Equal(t, conditions.Exact(5), b.ask(t, "avg_over", 3*time.Second), "what is behind it is no part of the window")
	})
}

// What came in a gap of a delta was told by nobody: of a rate that is no answer, of a
// counter it is.
func TestARateOfADeltaHasNoGap(t *testing.T) {
	for kind, want := range map[string]conditions.Value{"delta": {}, "counter": conditions.Exact(100)} {
		synctest.Test(t, func(t *testing.T) {
			b := newTraffic(kind)
			values := map[string][]float64{"delta": {100, 100, 100, 100}, "counter": {100, 200, 300, 500}}[kind]
			b.read(values[:3]...)
			time.Sleep(2 * time.Second)
			b.read(values[3])
			got := b.ask(t, "rate", 4*time.Second)
			if kind == "delta" {
				require.Contains(t, got.Reason, "for 2s nothing was read")
				return
			}
			require.Equal(t, want, got)
		})
	}
}

func TestWhatIsNotToBeRememberedIsNot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newTraffic("gauge")
		b.board.healthy("ctl-1", 1)
		value, ok := b.board.Answer(conditions.Call{Function: "avg_over", Args: []conditions.Argument{
			{Param: "name", Kind: conditions.SignalName, Text: "service.healthy"}, {Param: "window", Kind: conditions.Duration, Duration: time.Second},
		}})
		require.True(t, ok)
		require.Contains(t, value.Reason, "are not kept")
	})
}

// A series that goes while it is asked for is missing then, and nothing worse: whoever
// asks from here forgets what is no more at any moment.
func TestASeriesMayGoWhileItIsAskedFor(t *testing.T) {
	b := newTraffic("gauge")
	b.read(1)
	series := []record.Reading{{Signal: "app.sent", Labels: labels{"node": "ctl-1"}}}
	var going sync.WaitGroup
	going.Go(func() {
		for range 20_000 {
			b.board.Forget(series)
			b.read(1)
		}
	})
	for range 20_000 {
		require.Equal(t, conditions.IsMissing, b.ask(t, "avg_over", time.Hour).State())
	}
	going.Wait()
}
