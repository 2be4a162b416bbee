package reports

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAnAxisHasThreeRoundTicksAtLeast(t *testing.T) {
	for want, span := range map[string][2]float64{
		"[20 50 100]":        {15, 130},
		"[10 20 50 100 200]": {9, 300},
		"[15 20 30]":         {12, 33},
		"[1.5 2 3]":          {1.2, 3.5},
		"[22 25 28]":         {21, 29},
		"[0.5 1 2]":          {0.3, 4},
		"[1000 2000 5000]":   {700, 9000},
	} {
		got := roundWithin(span[0], span[1])
		require.GreaterOrEqual(t, len(got), fewestTicks)
		require.Equal(t, want, fmt.Sprint(got))
	}
}

// An axis of what may be less than nothing has nothing on it, where its figure touches no other.
func TestTheTicksOfAnAxisBelowNothing(t *testing.T) {
	for want, span := range map[string][2]float64{
		"[{100 104 −20} {75 79 0} {50 54 20}]":    {-20, 20},
		"[{100 104 −20} {75 79 −10} {50 54 0}]":   {-20, 0},
		"[{100 104 −1} {75 79 49.5} {50 54 100}]": {-1, 100},
		"[{100 104 −30} {65 69 0} {50 54 12.9}]":  {-30, 12.9},
		"[{100 104 0} {75 79 50} {50 54 100}]":    {0, 100},
	} {
		require.Equal(t, want, fmt.Sprint(linearTicks(span[0], span[1], 50, 50, "")))
	}
}
