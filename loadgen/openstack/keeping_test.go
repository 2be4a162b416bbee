package openstack

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// What is kept is spread over the run, also where iterations take long and many of
// them go on at once.
func TestWhatIsKeptIsSpreadOverTheRun(t *testing.T) {
	for _, c := range []struct {
		most              int
		every, takes, run time.Duration
	}{
		{10, 100 * time.Millisecond, time.Minute, 30 * time.Minute},
		{4, 100 * time.Millisecond, 20 * time.Second, 30 * time.Minute},
		{1, 100 * time.Millisecond, time.Second, time.Minute},
		{7, 100 * time.Millisecond, 0, time.Hour},
		{100, 100 * time.Millisecond, 5 * time.Minute, 20 * time.Minute},
		{4, 7300 * time.Millisecond, 7 * time.Second, time.Hour},
	} {
		synctest.Test(t, func(t *testing.T) {
			k := &keeper{most: c.most}
			began, begun := time.Now(), 0
			var let atomic.Int64
			for time.Since(began) < c.run {
				if slot := k.wants(); slot != notKept {
					begun++
					time.AfterFunc(c.takes, func() { let.Add(int64(len(k.keep(keptWork{slot, []kept{{}}})))) })
				}
				time.Sleep(c.every)
			}
			time.Sleep(c.takes + time.Second)
			k.mu.Lock()
			defer k.mu.Unlock()
			require.LessOrEqual(t, len(k.work), c.most)
			require.GreaterOrEqual(t, len(k.work), (c.most+1)/2)
			require.Equal(t, begun, len(k.work)+int(let.Load()), "all others are let go")
			seconds := int64(c.run / time.Second)
			last := -k.gap
			for _, each := range k.work {
				require.Greater(t, each.slot, last, "each moment has one")
				require.LessOrEqual(t, each.slot-last, k.gap)
				last = each.slot
			}
			if c.most > 1 {
				require.Greater(t, last, seconds/2, "the run's second half is seen")
			}
		})
	}
}
