package record

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestABatchComesBackAsItWas(t *testing.T) {
	samples := []Sample{
		{Iteration: 7, Intended: time.Second, Started: time.Second + 3, End: 2 * time.Second, Status: 201},
		{Iteration: 7, Operation: "get", Intended: time.Second, Started: time.Second, End: 2 * time.Second, Class: HTTP5xx, Status: 503, RequestID: "req-1", Err: errors.New("no healthy upstream")},
		{Iteration: 15, Intended: 2 * time.Second, Started: 3 * time.Second, End: 3 * time.Second, Class: Timeout, Queued: true, Err: errors.New("")},
		{Iteration: 23, Intended: 3 * time.Second, Started: 3 * time.Second, End: 4 * time.Second, Class: Aborted, Err: errors.New("cut")},
	}
	packed := EncodeBatch(samples)
	back, err := DecodeBatch(packed)
	require.NoError(t, err)
	samples[3].Err = nil // what the run's own end cut has no text
	require.Equal(t, samples, back)

	for n := range packed {
		broken := append([]byte(nil), packed...)
		broken[n] ^= 0x40
		if got, err := DecodeBatch(broken); err == nil { // only in a text
			require.Len(t, got, len(samples))
			require.Greater(t, n, len(packed)-len("no healthy upstream")-8)
		}
		_, _ = DecodeBatch(packed[:n]) // does not panic
	}
}
