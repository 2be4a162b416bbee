package loadgen_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
)

// late is a session that has something to tell two seconds after its last iteration.
type late struct{ *fake }

func (l late) Open(context.Context, loadgen.Env) (loadgen.Session, error) { return l, nil }

func (l late) Finish(ctx context.Context, rec loadgen.Recorder) {
	end := rec.Operation("late")
	end(sleep(ctx, 2*time.Second))
}

func TestWhatIsKnownAfterTheLastIterationIsRecorded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock, s := record.NewClock(), &sink{}
		totals, err := loadgen.Run(t.Context(), openLoad(1, loadgen.Constant, late{taking(time.Millisecond)}), clock, s)
		require.NoError(t, err)
		last := s.samples[len(s.samples)-1]
		require.Equal(t, "late", last.Operation)
		require.Equal(t, totals.Planned-1, last.Iteration)
		require.Equal(t, 2*time.Second, last.Latency())
		consistent(t, totals, s)
	})
}

func TestALoadThatIsStoppedWaitsForNothingMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock, s := record.NewClock(), &sink{}
		load := openLoad(1, loadgen.Constant, late{taking(time.Millisecond)})
		r, err := loadgen.Open(t.Context(), load, clock, s)
		require.NoError(t, err)
		time.AfterFunc(load.End+time.Second, r.Stop) // while it waits for what comes late
		_, err = r.Run(t.Context())
		require.NoError(t, err)
		require.Less(t, clock.Now(), load.End+1100*time.Millisecond)
		last := s.samples[len(s.samples)-1]
		require.Equal(t, "late", last.Operation)
		require.Equal(t, record.Aborted, last.Class)

		early := &sink{}
		r, err = loadgen.Open(t.Context(), openLoad(1, loadgen.Constant, late{taking(time.Millisecond)}), record.NewClock(), early)
		require.NoError(t, err)
		time.AfterFunc(5*time.Second, r.Stop)
		_, err = r.Run(t.Context())
		require.NoError(t, err)
		for _, x := range early.samples {
			require.Empty(t, x.Operation)
		}
	})
}
