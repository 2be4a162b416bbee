package engine

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/scenarios"
)

func TestWhoWaitsIsToldOnce(t *testing.T) {
	for _, event := range []scenarios.Event{scenarios.Injected, scenarios.Undone, scenarios.Recovered} {
		synctest.Test(t, func(t *testing.T) {
			p := newProgress()
			told := make(chan bool, 2)
			for range 2 {
				go func() { told <- p.wait(t.Context(), event) }()
			}
			time.Sleep(time.Second)
			synctest.Wait()
			require.Empty(t, told)
			p.reach(p.point(event))
			p.reach(p.point(event))
			require.True(t, within(t, told, time.Minute))
			require.True(t, within(t, told, time.Minute))
			for _, other := range []scenarios.Event{scenarios.Injected, scenarios.Undone, scenarios.Recovered} {
				ended, cancel := context.WithCancel(t.Context())
				time.AfterFunc(time.Second, cancel)
				require.Equal(t, other == event, p.wait(ended, other), "%s was reached, asked for %s", event, other)
			}
		})
	}
}

func TestAFaultThatEndedReachesNothingMore(t *testing.T) {
	p := newProgress()
	p.reach(p.injected)
	p.reach(p.over)
	for range 100 { // a select among several that are ready takes any
		require.True(t, p.wait(t.Context(), scenarios.Injected), "it was reached before the end")
		require.False(t, p.wait(t.Context(), scenarios.Undone))
		require.False(t, p.wait(t.Context(), scenarios.Recovered))
	}
}
