package collectors_test

import (
	"context"
	"errors"
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

// endpoint plays sweeps: the first question the first of them, and so on; the last one
// again and again. Each reads how many have gone before.
type endpoint struct {
	sweeps []func(ctx context.Context) error
	opened error
	asked  []time.Duration // since the run's begin
	clock  record.Clock
	closed bool
}

func (*endpoint) Signals() []collectors.SignalInfo {
	return []collectors.SignalInfo{{Name: "api.up", Unit: "1"}}
}

func (e *endpoint) Open(func() (collectors.OpenStack, error)) (collectors.Asker, error) {
	return e, e.opened
}

func (e *endpoint) Ask(ctx context.Context) ([]record.Reading, error) {
	e.asked = append(e.asked, e.clock.Now())
	n := len(e.asked) - 1
	if err := e.sweeps[min(n, len(e.sweeps)-1)](ctx); err != nil {
		return nil, err
	}
	return []record.Reading{{Signal: "api.up", Value: float64(n)}}, nil
}

func (e *endpoint) Close() { e.closed = true }

// takes is a sweep of that length.
func takes(d time.Duration) func(context.Context) error {
	return func(ctx context.Context) error {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(d):
			return nil
		}
	}
}

func fails(context.Context) error { return errors.New("no certificate") }

// patient is an endpoint that may keep its answer back for ten seconds.
type patient struct{ endpoint }

func (*patient) Slowest([]*inventory.Service) time.Duration { return 10 * time.Second }

// askFor has a watch ask each second.
func askFor(t *testing.T, long time.Duration, e *endpoint, c collectors.Collector) (got *sink) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		clock := record.NewClock()
		e.clock = clock
		got = &sink{clock: clock, signals: collectors.NewSignals(clock)}
		ctx, cancel := context.WithTimeout(t.Context(), long)
		defer cancel()
		collectors.Run(ctx, nil, clock, collectors.Watch{Name: "api", Collector: c, Every: time.Second, Sink: got})
		require.Equal(t, e.opened == nil, e.closed)
	})
	return got
}

func seconds(s ...float64) []time.Duration {
	var all []time.Duration
	for _, each := range s {
		all = append(all, time.Duration(each*float64(time.Second)))
	}
	return all
}

// A reading counts from the start of its sweep; one that takes longer than the interval
// is followed by a rest as long, the interval at most, and by no queue of those that were due.
func TestADirectCollectorKeepsItsIntervalWithoutAQueue(t *testing.T) {
	e := &endpoint{sweeps: []func(context.Context) error{takes(0), takes(300 * time.Millisecond), takes(1500 * time.Millisecond), takes(0)}}
	got := askFor(t, 6*time.Second, e, e)
	require.Equal(t, seconds(0, 1, 2, 4.5, 5.5), e.asked)
	require.Equal(t, seconds(0, 1, 2, 4.5, 5.5), got.at)
	require.Equal(t, []float64{0, 1, 2, 3, 4}, got.values)
	require.Equal(t, []string{"0s started ", "6s stopped "}, got.events)
}

func TestThreeIntervalsWithoutAnAnswerAreAGap(t *testing.T) {
	hangs := func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
	e := &endpoint{sweeps: []func(context.Context) error{takes(0), hangs, takes(0)}}
	got := askFor(t, 5500*time.Millisecond, e, e)
	require.Equal(t, []string{"0s started ", "3s gap nothing came for 3s", "5s resumed ", "5.5s stopped "}, got.events)
	require.Equal(t, seconds(0, 1, 5), e.asked, "one that hangs is given up when its values would be stale")

	p := &patient{endpoint{sweeps: []func(context.Context) error{takes(0), takes(9 * time.Second), hangs}}}
	got = askFor(t, 24*time.Second, &p.endpoint, p)
	require.Equal(t, []string{"0s started ", "23s gap nothing came for 13s", "24s stopped "}, got.events)
}

// Who is refused asks less and less often.
func TestWhatKeepsADirectCollectorFromAskingIsAGap(t *testing.T) {
	e := &endpoint{sweeps: []func(context.Context) error{takes(0), fails, fails, fails, fails, takes(0)}}
	got := askFor(t, 16500*time.Millisecond, e, e)
	require.Equal(t, []string{"0s started ", "1s gap no certificate", "13s resumed ", "16.5s stopped "}, got.events)
	require.Equal(t, seconds(0, 1, 2, 4, 8, 13, 14, 15, 16), e.asked)
	require.Equal(t, []float64{0, 5, 6, 7, 8}, got.values)

	e = &endpoint{opened: errors.New("no password")}
	got = askFor(t, 10*time.Second, e, e)
	require.Equal(t, []string{"0s gap no password", "10s stopped "}, got.events)
	require.Empty(t, e.asked)
}

func TestTheEndOfARunIsNoGap(t *testing.T) {
	e := &endpoint{sweeps: []func(context.Context) error{takes(0), takes(time.Minute)}}
	got := askFor(t, 2*time.Second, e, e)
	require.Equal(t, []string{"0s started ", "2s stopped "}, got.events)
}

// A collector that asks the cloud where there is none to ask is a gap.
func TestWithoutAnOpenStackThereIsNobodyToAsk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock := record.NewClock()
		got := &sink{clock: clock, signals: collectors.NewSignals(clock)}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		collectors.Run(ctx, nil, clock, collectors.Watch{Name: "api", Collector: collectors.NewNovaServices(), Every: time.Second, Sink: got})
		require.Equal(t, []string{"0s gap there is no OpenStack to ask", "1s stopped "}, got.events)
	})
}

// lists is a Direct that is told of other series each time.
type lists struct {
	endpoint
	of [][]string
}

func (l *lists) Open(func() (collectors.OpenStack, error)) (collectors.Asker, error) { return l, nil }

func (l *lists) Ask(ctx context.Context) ([]record.Reading, error) {
	n := len(l.asked)
	if _, err := l.endpoint.Ask(ctx); err != nil {
		return nil, err
	}
	var all []record.Reading
	for _, name := range l.of[min(n, len(l.of)-1)] {
		all = append(all, record.Reading{Signal: "api.alive", Labels: labels{"name": name}, Value: 1})
	}
	return all, nil
}

// A sweep is whole: a series that it does not have is no more, at once, and is not taken
// for silent afterwards.
func TestWhatASweepDoesNotTellIsNoMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock := record.NewClock()
		l := &lists{endpoint: endpoint{sweeps: []func(context.Context) error{takes(0)}, clock: clock}, of: [][]string{{"a", "b"}, {"b"}, {}}}
		got := &sink{clock: clock, signals: collectors.NewSignals(clock)}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		var ended sync.WaitGroup
		ended.Go(func() {
			collectors.Run(ctx, nil, clock, collectors.Watch{Name: "api", Collector: l, Every: time.Second, Sink: got})
		})
		names := func() (all []string) {
			synctest.Wait()
			for _, r := range got.signals.Latest("api.alive", nil) {
				all = append(all, r.Labels["name"])
			}
			return all
		}
		require.Equal(t, []string{"a", "b"}, names())
		time.Sleep(time.Second)
		require.Equal(t, []string{"b"}, names())
		require.Zero(t, got.signals.Silent("api.alive", nil))
		time.Sleep(time.Second)
		require.Empty(t, names())
		time.Sleep(20 * time.Second)
		require.Zero(t, got.signals.Silent("api.alive", nil))
		cancel()
		ended.Wait()
	})
}

type refusal struct{ error }

func (refusal) Refused() {}

// Whoever is not let in tries again less and less often, once a minute at last.
func TestALoginThatIsRefusedIsTriedSeldom(t *testing.T) {
	refused := func(context.Context) error { return refusal{errors.New("401")} }
	e := &endpoint{sweeps: []func(context.Context) error{refused}}
	askFor(t, 4*time.Minute, e, e)
	require.Equal(t, seconds(0, 1, 3, 7, 15, 31, 63, 123, 183), e.asked)
}

// What a direct collector expects has no node, and is missing when it is stale.
func TestSignalsOfADirectCollector(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBoard()
		w := collectors.Watch{Collector: collectors.NewQuotas(), Every: time.Second}
		require.Equal(t, 23*time.Second, w.Lasts(""), "three intervals, a login and three APIs of 5 s each")
		b.Expect(w)
		require.Equal(t, 3, b.Silent("quotas.up", nil))
		require.Zero(t, b.Silent("quotas.used", nil), "which resources there are is known to the APIs")
		e := &endpoint{}
		b.Expect(collectors.Watch{Collector: e, Every: time.Second})
		require.Equal(t, 1, b.Silent("api.up", nil), "one series where nothing else is said")
		b.Publish([]record.Reading{{Signal: "quotas.up", Labels: labels{"api": "compute"}, Value: 1}}, 3*time.Second)
		up := conditions.Call{Function: "signal", Args: []conditions.Argument{
			{Param: "name", Kind: conditions.SignalName, Text: "quotas.up"}, {Param: "where", Kind: conditions.Labels, Labels: labels{"api": "compute"}},
		}}
		value, ok := b.Answer(up)
		require.True(t, ok)
		require.Equal(t, conditions.Exact(1), value)
		time.Sleep(3*time.Second + 1)
		value, _ = b.Answer(up)
		require.Equal(t, conditions.IsMissing, value.State())
	})
}
