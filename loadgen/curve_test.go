package loadgen

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// What is over has no rate that could be held.
func TestATraceThatIsOverHasNoRate(t *testing.T) {
	tr := trace{0, 1, 2, 3, 4}
	require.InDelta(t, 1, tr.rate(2), 1e-9)
	require.InDelta(t, 1, tr.rate(4), 1e-9)
	require.Zero(t, tr.rate(4.1))
	require.Zero(t, tr.rate(100))
}
