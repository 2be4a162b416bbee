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

// Where the server is the limit, more workers change how long each waits and not how much
// is served.
func TestThroughputIsFlatFromOneToAThousandWorkers(t *testing.T) {
	const each = 10 * time.Millisecond // one at a time, so that it serves 1,000 in 10 s
	for _, workers := range []int{1, 10, 100, 1000} {
		synctest.Test(t, func(t *testing.T) {
			server := make(chan struct{}, 1)
			work := &fake{iterate: func(ctx context.Context, _ int64, _ loadgen.Recorder) loadgen.Outcome {
				select {
				case server <- struct{}{}:
					defer func() { <-server }()
					return sleep(ctx, each)
				case <-ctx.Done():
					return failed(ctx)
				}
			}}
			clock, s := record.NewClock(), &sink{}
			totals, err := loadgen.Run(t.Context(), closedLoad(workers, 0, work), clock, s)
			require.NoError(t, err)
			consistent(t, totals, s)
			within := 0
			for _, x := range s.of(record.OK) {
				if x.End <= 11*time.Second {
					within++
				}
			}
			require.Equal(t, 1000, within, "%d workers", workers)
		})
	}
}
