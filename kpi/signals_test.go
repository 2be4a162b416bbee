package kpi_test

import (
	"fmt"
	"iter"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
)

// Of more lines of a signal than are kept those of what was struck are, wherever they come.
func TestTheLinesOfWhatWasStruckAreKept(t *testing.T) {
	rec := example.Passing() // strikes keystone on ctl-2 and ctl-3
	rec.Signals = func() iter.Seq2[record.Reading, error] {
		return func(yield func(record.Reading, error) bool) {
			for second := range 60 {
				for node := range 3 {
					for _, service := range []string{"cinder", "glance", "haproxy", "heat", "keystone", "nova"} {
						r := record.Reading{
							Signal: "service.active", At: time.Duration(second) * time.Second, Value: 1,
							Labels: map[string]string{"node": fmt.Sprintf("ctl-%d", node+1), "service": service},
						}
						if !yield(r, nil) {
							return
						}
					}
				}
			}
		}
	}
	signals := kpi.Compute(rec, kpi.Settings{}).Signals
	require.Len(t, signals, 1)
	var labels []string
	for _, line := range signals[0].Lines {
		labels = append(labels, line.Label)
		for i, point := range line.Points[:60] {
			require.NotNil(t, point, "%s at %d", line.Label, i)
		}
	}
	require.Equal(t, []string{"ctl-1 cinder", "ctl-1 glance", "ctl-1 haproxy", "ctl-1 heat", "ctl-2 keystone", "ctl-3 keystone"}, labels)
	require.Equal(t, 12, signals[0].Left)
}
