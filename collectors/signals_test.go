package collectors_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors"
	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/conditions"
	"github.com/openstack-eris/eris/inventory"
)

type labels = map[string]string

// board is a store with a hand that publishes.
type board struct {
	*collectors.Signals
	clock record.Clock
}

func newBoard() *board {
	clock := record.NewClock()
	return &board{collectors.NewSignals(clock), clock}
}

func (b *board) healthy(node string, value float64) {
	b.Publish([]record.Reading{{
		Signal: "service.healthy", Labels: labels{"node": node, "service": "keystone"}, At: b.clock.Now(), Value: value,
	}}, 3*time.Second)
}

// ask answers an expression's only call.
func (b *board) ask(t *testing.T, function string, args ...conditions.Argument) conditions.Value {
	t.Helper()
	args = append([]conditions.Argument{{Param: "name", Kind: conditions.SignalName, Text: "service.healthy"}}, args...)
	value, ok := b.Answer(conditions.Call{Function: function, Args: args})
	require.True(t, ok)
	return value
}

func on(node string) conditions.Argument {
	return conditions.Argument{Param: "where", Kind: conditions.NodeName, Text: node}
}

func with(l labels) conditions.Argument {
	return conditions.Argument{Param: "labels", Kind: conditions.Labels, Labels: l}
}

func TestTheLastValueIsNotThePresentOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBoard()
		require.Equal(t, conditions.IsMissing, b.ask(t, "signal").State())
		b.healthy("ctl-1", 0)
		require.Equal(t, conditions.Exact(0), b.ask(t, "signal", on("ctl-1")), "zero is a value")
		time.Sleep(3 * time.Second)
		require.Equal(t, conditions.Exact(0), b.ask(t, "signal", on("ctl-1")))
		time.Sleep(time.Nanosecond)
		require.Equal(t, conditions.IsMissing, b.ask(t, "signal", on("ctl-1")).State(), "three intervals have passed")
		require.Empty(t, b.Latest("service.healthy", nil))
		require.Equal(t, 1, b.Silent("service.healthy", nil))
		_, ok := b.Fresh("service.healthy", labels{"node": "ctl-1"}, 2*time.Second)
		require.False(t, ok)
		_, ok = b.Fresh("service.healthy", labels{"node": "ctl-1"}, 4*time.Second)
		require.True(t, ok)
	})
}

func TestAValueLastsFromWhenItCameAndIsAsOldAsItsReading(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBoard()
		time.Sleep(time.Minute)
		b.Publish([]record.Reading{{Signal: "service.healthy", At: b.clock.Now() - 10*time.Second, Value: 1}}, 3*time.Second)
		require.Zero(t, b.Silent("service.healthy", nil))
		_, ok := b.Fresh("service.healthy", nil, 9*time.Second)
		require.False(t, ok)
		_, ok = b.Fresh("service.healthy", nil, 10*time.Second)
		require.True(t, ok)
	})
}

func TestSeveralSeriesAreNoSignalButACount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBoard()
		keystone := with(labels{"service": "keystone"})
		b.healthy("ctl-2", 1)
		b.healthy("ctl-1", 1)
		b.healthy("ctl-3", 0)
		require.Contains(t, b.ask(t, "signal").Reason, "fits 3 series")
		for function, value := range map[string]float64{"count_where": 2, "sum_where": 2, "max_where": 1, "min_where": 0} {
			require.Equal(t, conditions.Exact(value), b.ask(t, function, keystone), function)
		}
		latest := b.Latest("service.healthy", nil)
		require.Len(t, latest, 3)
		require.Equal(t, "ctl-1", latest[0].Labels["node"])
		require.Equal(t, conditions.IsMissing, b.ask(t, "count_where", with(labels{"service": "glance"})).State(), "no series is not zero series")
		time.Sleep(2 * time.Second)
		b.healthy("ctl-1", 1)
		time.Sleep(2 * time.Second)
		count := b.ask(t, "count_where", keystone)
		require.InDelta(t, 1, count.Low, 0)
		require.InDelta(t, 3, count.High, 0, "ctl-2 and ctl-3 are not heard of")
		require.Contains(t, b.ask(t, "signal").Reason, "fits 3 series", "that only one is heard of makes it no other question")
		require.Equal(t, conditions.IsMissing, b.ask(t, "sum_where", keystone).State())
		require.Equal(t, 2, b.Silent("service.healthy", labels{"service": "keystone"}))
		require.Zero(t, b.Silent("service.healthy", labels{"node": "ctl-1"}))
		_, ok := b.Answer(conditions.Call{Function: "p99"})
		require.False(t, ok)
	})
}

func TestWhatIsExpectedAndNeverCameIsSilent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBoard()
		service := &inventory.Service{Name: "keystone", Runtime: inventory.Runtime{Kind: inventory.Process}}
		watch := collectors.Watch{
			Collector: &collectors.Service{}, Nodes: []*inventory.Node{{Name: "ctl-1"}, {Name: "ctl-2"}},
			Services: func(string) []*inventory.Service { return []*inventory.Service{service} },
		}
		b.Expect(watch)
		b.Expect(watch) // two watches of one series
		require.Equal(t, 2, b.Silent("service.healthy", nil))
		require.Zero(t, b.Silent("service.restarts", nil), "a process has none")
		require.Zero(t, b.Silent("service.healthy", labels{"service": "glance"}))
		b.healthy("ctl-1", 1)
		require.Equal(t, 1, b.Silent("service.healthy", labels{"service": "keystone"}))
		b.healthy("ctl-2", 1)
		require.Equal(t, conditions.Exact(2), b.ask(t, "count_where", with(labels{"service": "keystone"})))

		watch.Collector = &collectors.Sockets{Ports: []int{22}}
		service.Port = 5000
		b.Expect(watch)
		require.Equal(t, 4, b.Silent("sockets.established", nil))
		require.Equal(t, 2, b.Silent("sockets.established", labels{"port": "22"}))
		require.Zero(t, b.Silent("sockets.established", labels{"port": "80"}))
		watch.Collector = &collectors.Node{}
		b.Expect(watch)
		require.Equal(t, 1, b.Silent("node.load1", labels{"node": "ctl-2"}))
	})
}

func TestChangedTellsOfTheNextPublish(t *testing.T) {
	b := newBoard()
	news := b.Changed()
	select {
	case <-news:
		t.Fatal("nothing was published")
	default:
	}
	b.healthy("ctl-1", 1)
	<-news
	require.NotEqual(t, news, b.Changed())
}
