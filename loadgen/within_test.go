package loadgen_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
)

// byItself is a workload whose client does something by itself, within iterations and after them.
type byItself struct {
	mu   sync.Mutex
	lost int // what was to be done after an iteration that was over
}

func (w *byItself) Open(context.Context, loadgen.Env) (loadgen.Session, error) { return w, nil }
func (*byItself) Close(context.Context) error                                  { return nil }

func (w *byItself) Iterate(ctx context.Context, n int64, _ loadgen.Recorder) loadgen.Outcome {
	end := loadgen.Within(context.WithValue(ctx, w, n)).Operation("renew")
	time.Sleep(100 * time.Millisecond)
	end(loadgen.Outcome{})
	loadgen.Afterwards(ctx, func(then context.Context, rec loadgen.Recorder) {
		end := rec.Operation("look")
		time.Sleep(time.Second)
		end(loadgen.Outcome{})
		w.mu.Lock()
		defer w.mu.Unlock()
		if !loadgen.Afterwards(ctx, func(context.Context, loadgen.Recorder) {}) && then.Err() == nil {
			w.lost++
		}
	})
	return loadgen.Outcome{}
}

// allSamples keeps them.
type allSamples struct {
	mu  sync.Mutex
	all []record.Sample
}

func (k *allSamples) Sample(s record.Sample) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.all = append(k.all, s)
}

// What a client does by itself is in the record of its iteration, and what it leaves for
// afterwards in none of its times.
func TestWhatAClientDoesByItselfIsRecorded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, seen := &byItself{}, &allSamples{}
		spec := loadgen.Spec{Concurrency: 1, Iterations: 3, Timeout: time.Minute, GiveUp: time.Minute, Drain: time.Minute}
		_, err := loadgen.Run(t.Context(), loadgen.Load{Name: "x", Workload: w, Spec: spec}, record.NewClock(), seen)
		require.NoError(t, err)
		times := map[string][]time.Duration{}
		for _, s := range seen.all {
			times[s.Operation] = append(times[s.Operation], s.Latency())
		}
		tenth, one := 100*time.Millisecond, time.Second
		require.Equal(t, map[string][]time.Duration{"": {tenth, tenth, tenth}, "renew": {tenth, tenth, tenth}, "look": {one, one, one}}, times)
		require.Equal(t, 3, w.lost)
	})
	require.False(t, loadgen.Afterwards(t.Context(), nil))
	loadgen.Within(t.Context()).Operation("nobody's")(loadgen.Outcome{})
}
