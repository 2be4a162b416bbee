package collectors_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors"
	"github.com/openstack-eris/eris/collectors/record"
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

func TestTheLastValueIsNotThePresentOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBoard()
		_, ok := b.Signal("service.healthy", nil)
		require.False(t, ok)
		b.healthy("ctl-1", 0)
		value, ok := b.Signal("service.healthy", labels{"node": "ctl-1"})
		require.True(t, ok, "zero is a value")
		require.Zero(t, value)
		time.Sleep(3 * time.Second)
		_, ok = b.Signal("service.healthy", labels{"node": "ctl-1"})
		require.True(t, ok)
		time.Sleep(time.Nanosecond)
		_, ok = b.Signal("service.healthy", labels{"node": "ctl-1"})
		require.False(t, ok, "three intervals have passed")
		require.Empty(t, b.Latest("service.healthy", nil))
		require.Equal(t, 1, b.Silent("service.healthy", nil))
		_, ok = b.AvgOver("service.healthy", labels{"node": "ctl-1"}, time.Minute)
		require.False(t, ok)
		_, ok = b.Fresh("service.healthy", labels{"node": "ctl-1"}, 2*time.Second)
		require.False(t, ok)
		_, ok = b.Fresh("service.healthy", labels{"node": "ctl-1"}, 4*time.Second)
		require.True(t, ok)
	})
}

func TestSeveralSeriesAreNoSignalButACount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBoard()
		b.healthy("ctl-2", 1)
		b.healthy("ctl-1", 1)
		b.healthy("ctl-3", 0)
		_, ok := b.Signal("service.healthy", labels{"service": "keystone"})
		require.False(t, ok)
		count, ok := b.CountWhere("service.healthy", labels{"service": "keystone"})
		require.True(t, ok)
		require.InDelta(t, 2, count, 0)
		latest := b.Latest("service.healthy", nil)
		require.Len(t, latest, 3)
		require.Equal(t, "ctl-1", latest[0].Labels["node"])
		_, ok = b.CountWhere("service.healthy", labels{"service": "glance"})
		require.False(t, ok, "no series is not zero series")
		time.Sleep(2 * time.Second)
		b.healthy("ctl-1", 1)
		b.healthy("ctl-2", 1)
		time.Sleep(2 * time.Second)
		_, ok = b.CountWhere("service.healthy", labels{"service": "keystone"})
		require.False(t, ok, "ctl-3 is not heard of")
		require.Equal(t, 1, b.Silent("service.healthy", labels{"service": "keystone"}))
		require.Zero(t, b.Silent("service.healthy", labels{"node": "ctl-1"}))
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
		_, ok := b.CountWhere("service.healthy", labels{"service": "keystone"})
		require.False(t, ok)
		b.healthy("ctl-2", 1)
		count, ok := b.CountWhere("service.healthy", labels{"service": "keystone"})
		require.True(t, ok)
		require.InDelta(t, 2, count, 0)
	})
}

func TestRateAndAverage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBoard()
		_, ok := b.Rate("service.healthy", nil, time.Minute)
		require.False(t, ok)
		for _, v := range []float64{10, 20, 40, 5, 7} { // the counter restarts before 5
			b.healthy("ctl-1", v)
			_, ok = b.Rate("service.healthy", nil, time.Minute)
			require.Equal(t, v != 10, ok)
			time.Sleep(time.Second)
		}
		rate, _ := b.Rate("service.healthy", nil, time.Minute)
		require.InDelta(t, (10+20+5+2)/4.0, rate, 1e-9)
		rate, _ = b.Rate("service.healthy", nil, 2*time.Second)
		require.InDelta(t, 2, rate, 1e-9)
		average, _ := b.AvgOver("service.healthy", nil, 3*time.Second)
		require.InDelta(t, (40+5+7)/3.0, average, 1e-9)
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
