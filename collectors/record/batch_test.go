package record

import (
	"errors"
	"fmt"
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

func TestEachClassComesBackAndNoOther(t *testing.T) {
	for class := range Classes + 1 {
		back, err := DecodeBatch(EncodeBatch([]Sample{{Class: class}}))
		if class == Classes {
			require.ErrorIs(t, err, errDamaged)
			continue
		}
		require.NoError(t, err, class)
		require.Equal(t, class, back[0].Class)
	}
}

// Texts that are alike are cleaned once, so that a load of which everything fails costs no more
// than one of which nothing does; none has what looks like a secret.
func TestTextsOfABatchAreCleanedOnce(t *testing.T) {
	var samples []Sample
	for n := range 40 {
		text := fmt.Sprintf("POST http://198.18.0.%d:5000/v3 failed, password=geheim%d", n, n)
		if n%4 == 0 {
			text = fmt.Sprintf("no route to port %d", n)
		}
		samples = append(samples, Sample{Iteration: int64(n), Class: HTTP5xx, Status: 503, Err: errors.New(text)})
	}
	back, err := DecodeBatch(EncodeBatch(samples))
	require.NoError(t, err)
	texts := map[string]int{}
	for _, s := range back {
		texts[s.Err.Error()]++
		require.NotContains(t, s.Err.Error(), "geheim")
	}
	require.Len(t, texts, 2)
	require.Equal(t, 10, texts["no route to port 0"])
}

func BenchmarkEncodeBatchOfFailures(b *testing.B) {
	var samples []Sample
	for n := range 2048 {
		samples = append(samples, Sample{Iteration: int64(n), Class: HTTP5xx, Status: 503, Err: fmt.Errorf("POST http://198.18.0.%d:5000/v3/auth/tokens answered 503, and wanted is 201", n)})
	}
	for b.Loop() {
		_ = EncodeBatch(samples)
	}
}
