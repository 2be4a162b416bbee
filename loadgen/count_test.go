package loadgen_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/loadgen"
)

func TestWhatComesToAnEndIsCounted(t *testing.T) {
	steps := []loadgen.Step{{Rate: 10, For: 2 * time.Second}, {Rate: 0, For: time.Second}, {Rate: 5, For: time.Second}}
	for name, c := range map[string]struct {
		arrivals loadgen.Arrivals
		n        int64
		ends     bool
	}{
		"constant":                 {loadgen.Arrivals{Rate: 10}, 0, false},
		"none":                     {loadgen.Arrivals{}, 0, true},
		"a ramp that stays":        {loadgen.Arrivals{Ramp: &loadgen.Ramp{To: 10, Over: time.Second}}, 0, false},
		"a ramp down":              {loadgen.Arrivals{Ramp: &loadgen.Ramp{From: 10, Over: 4 * time.Second}}, 20, true},
		"a sine":                   {loadgen.Arrivals{Sine: &loadgen.Sine{Mean: 5, Swing: 5, Period: time.Second}}, 0, false},
		"steps":                    {loadgen.Arrivals{Steps: steps}, 25, true},
		"steps of which one stays": {loadgen.Arrivals{Steps: append(steps[:2:2], loadgen.Step{Rate: 1})}, 0, false},
	} {
		n, ends := c.arrivals.Count(1)
		require.Equal(t, c.ends, ends, name)
		require.Equal(t, c.n, n, name)
	}
	poisson := loadgen.Arrivals{Steps: steps, Process: loadgen.Poisson}
	n, ends := poisson.Count(7)
	require.True(t, ends)
	s, drawn := loadgen.NewSchedule(poisson, 7), int64(0)
	for _, more := s.Next(); more; _, more = s.Next() {
		drawn++
	}
	require.Equal(t, drawn, n)
	require.Positive(t, n)
}
