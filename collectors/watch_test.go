package collectors_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors"
	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
)

// source plays streams: the first connection the first of them, and so on; the
// last one again and again.
type source struct {
	mu      sync.Mutex
	streams []func(ctx context.Context, line func(string)) error
	tries   int
}

func (s *source) Stream(ctx context.Context, _ string, _ remote.Command, line func(string)) error {
	s.mu.Lock()
	play := s.streams[min(s.tries, len(s.streams)-1)]
	s.tries++
	s.mu.Unlock()
	return play(ctx, line)
}

// ticks prints n lines, one a second, and then does as end says.
func ticks(n int, end func(ctx context.Context) error) func(context.Context, func(string)) error {
	return func(ctx context.Context, line func(string)) error {
		for i := range n {
			line(fmt.Sprintf("0 1 counts 5000=%d", i+1))
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(time.Second):
			}
		}
		return end(ctx)
	}
}

func hang(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
func broke(context.Context) error    { return errors.New("broken pipe") }
func refused(context.Context, func(string)) error {
	return remote.ErrUnreachable
}

// sink keeps everything, and hands readings on to signals.
type sink struct {
	mu      sync.Mutex
	signals *collectors.Signals
	clock   record.Clock
	events  []string
	values  []float64
	at      []time.Duration
	units   []string
	account *record.CollectAccount
}

func (s *sink) Publish(_ context.Context, readings []record.Reading) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range readings {
		s.values, s.at, s.units = append(s.values, r.Value), append(s.at, r.At), append(s.units, r.Unit)
	}
	s.signals.Publish(readings, 3*time.Second)
}

func (s *sink) Forget(series []record.Reading) { s.signals.Forget(series) }

func (s *sink) Collected(e record.CollectEvent) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.account = e.Account
	s.events = append(s.events, fmt.Sprintf("%s %s %s", s.clock.Now(), e.State, e.Error))
}

// watchFor runs a watch of one node over the streams in a bubble of time.
func watchFor(t *testing.T, long time.Duration, streams ...func(context.Context, func(string)) error) (got *sink, tries int) {
	t.Helper()
	return watchServices(t, long, &collectors.Sockets{}, nil, streams...)
}

func watchServices(t *testing.T, long time.Duration, c collectors.Collector, services []*inventory.Service,
	streams ...func(context.Context, func(string)) error,
) (got *sink, tries int) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		clock := record.NewClock()
		got = &sink{clock: clock, signals: collectors.NewSignals(clock)}
		from := &source{streams: streams}
		ctx, cancel := context.WithTimeout(t.Context(), long)
		defer cancel()
		collectors.Run(ctx, from, clock, collectors.Watch{
			Name: "open", Collector: c, Every: time.Second, Nodes: []*inventory.Node{{Name: "ctl-1"}},
			Services: func(string) []*inventory.Service { return services }, Sink: got,
		})
		tries = from.tries
	})
	return got, tries
}

func TestWatchReconnects(t *testing.T) {
	got, tries := watchFor(t, 9500*time.Millisecond, ticks(2, broke), refused, ticks(99, hang))
	require.Equal(t, []string{"0s started ", "2s gap broken pipe", "5s resumed ", "9.5s stopped "}, got.events)
	require.Equal(t, []float64{1, 2, 1, 2, 3, 4, 5}, got.values)
	require.Equal(t, 3, tries)
}

func TestASilentStreamIsAGapAndThenGivenUp(t *testing.T) {
	got, tries := watchFor(t, 30*time.Second, ticks(2, hang), ticks(99, hang))
	require.Equal(t, []string{"0s started ", "4s gap nothing came for 3s", "15s resumed ", "30s stopped "}, got.events)
	require.Equal(t, 2, tries)
}

func TestANodeThatIsNeverReachedIsAGap(t *testing.T) {
	got, tries := watchFor(t, time.Minute, refused)
	require.Equal(t, []string{"0s gap " + remote.ErrUnreachable.Error(), "1m0s stopped "}, got.events)
	require.Less(t, tries, 20, "the pause between tries grows")
}

func TestALineThatCannotBeReadIsAGap(t *testing.T) {
	lines := func(ctx context.Context, line func(string)) error {
		for _, l := range []string{"0 5 counts 1=1", "0 5 failed", "0 no time", "0 5 counts 1=2"} {
			line(l)
			time.Sleep(time.Second)
		}
		return hang(ctx)
	}
	got, _ := watchFor(t, 5*time.Second, lines)
	require.Equal(t, []float64{1, 2}, got.values)
	require.Equal(t, "1s gap parse sockets: the node could not list its sockets: \"failed\"", got.events[1])
	require.Equal(t, "3s resumed ", got.events[2])
}

// What a sweep read is as old as its start says, but nothing is newer than now, nor
// older than a value may be.
func TestAReadingIsAsOldAsItsSweep(t *testing.T) {
	lines := func(ctx context.Context, line func(string)) error {
		time.Sleep(10 * time.Second)
		line("0 400 counts 1=1")
		line("0 -5000 counts 1=2")
		line("0 3600000 counts 1=3")
		return hang(ctx)
	}
	got, _ := watchFor(t, 11*time.Second, lines)
	require.Equal(t, []time.Duration{9600 * time.Millisecond, 10 * time.Second, 7 * time.Second}, got.at)
}

// Every value that is collected has a name, a unit and a time.
func TestAReadingHasTheUnitOfItsSignal(t *testing.T) {
	got, _ := watchFor(t, 3*time.Second, ticks(2, hang))
	require.Equal(t, []string{"1", "1"}, got.units)
	e := &endpoint{sweeps: []func(context.Context) error{takes(0)}}
	require.Equal(t, []string{"1", "1"}, askFor(t, 1500*time.Millisecond, e, e).units)
}

// At its end a collector says how often it looked, in vain and not, and how long that took.
func TestACollectorAccountsForItself(t *testing.T) {
	// It broke, was silent and was refused.
	got, _ := watchFor(t, 9500*time.Millisecond, ticks(2, broke), refused, ticks(99, hang))
	require.Equal(t, &record.CollectAccount{Sweeps: 7, Failed: 3, Spent: 7 * time.Millisecond}, got.account)
	e := &endpoint{sweeps: []func(context.Context) error{takes(time.Second / 2), fails, takes(0)}}
	require.Equal(t, &record.CollectAccount{Sweeps: 3, Failed: 1, Spent: time.Second / 2}, askFor(t, 3500*time.Millisecond, e, e).account)
	e = &endpoint{sweeps: []func(context.Context) error{fails}}
	require.Zero(t, askFor(t, time.Second/2, e, e).account.Sweeps)
}

// signalsOnly has no way to be read.
type signalsOnly struct{}

func (signalsOnly) Signals() []collectors.SignalInfo { return nil }

func TestACollectorThatNothingRunsIsRefused(t *testing.T) {
	require.NoError(t, collectors.Check(&collectors.Node{}))
	require.ErrorContains(t, collectors.Check(signalsOnly{}), "signalsOnly: it has neither a loop for a node")
	got, tries := watchServices(t, time.Second, signalsOnly{}, nil, ticks(1, hang))
	require.Zero(t, tries)
	require.Len(t, got.events, 1)
	require.Contains(t, got.events[0], "0s gap nothing runs a collectors_test.signalsOnly")
}
