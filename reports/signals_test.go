package reports_test

import (
	"fmt"
	"iter"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi/example"
)

// A page has room for six signals: those that moved come before those that did not, and
// what is left out is named.
func TestSignalsThatMovedAreDrawn(t *testing.T) {
	rec := example.Failing()
	rec.Signals = func() iter.Seq2[record.Reading, error] {
		return func(yield func(record.Reading, error) bool) {
			for n := range 9 {
				for second := range 3 {
					value := 1.0
					if n%2 == 0 { // a, c, e, g, i
						value = float64(second)
					}
					r := record.Reading{Signal: fmt.Sprintf("node.%c", 'a'+n), Labels: map[string]string{"node": "ctl-1"}, At: time.Duration(100*second) * time.Second, Value: value}
					if !yield(r, nil) {
						return
					}
				}
			}
		}
	}
	text := page(t, rec)
	for _, name := range []string{"a", "b", "c", "e", "g", "i"} {
		require.Contains(t, text, "node."+name+"<")
	}
	require.Contains(t, text, "watched and not drawn: node.d, node.f, node.h")
	for _, name := range []string{"d", "f", "h"} {
		require.NotContains(t, text, "node."+name+"<")
	}
}
