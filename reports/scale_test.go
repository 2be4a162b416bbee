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
