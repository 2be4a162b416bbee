package record_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
)

func TestTenAnswersBeyondAQuantileAreEnough(t *testing.T) {
	for q, least := range map[float64]int64{0.5: 20, 0.9: 100, 0.95: 200, 0.99: 1000, 0.999: 10000} {
		require.True(t, record.Enough(least, q), q)
		require.False(t, record.Enough(least-1, q), q)
	}
}
