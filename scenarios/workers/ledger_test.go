package workers

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
)

// An outcome that comes twice does not stand for one that did not come: both are told.
func TestADoubleOutcomeDoesNotHideAMissingOne(t *testing.T) {
	s := newScene(t, 1)
	s.admit(hello{ID: "a", Name: "gen", Version: "v1"})
	open := s.Plan.Spec.Loads[0]
	if open.Name != "open" {
		open = s.Plan.Spec.Loads[1]
	}
	m := s.members[0]
	of := loadgen.Part{Of: 2, Nth: 1}
	planned := loadgen.Planned(*open.Spec.Arrivals, 9, of, time.Second, 2*time.Second)
	p := &part{Part: of, late: record.NewHistogram(), done: &done{Until: 2 * time.Second}}
	sending := &Sending{hub: s.Hub, spec: open, seed: 9, sink: sinkhole{}, live: loadgen.LiveOf(open.Spec, s.Clock), start: time.Second, end: 2 * time.Second}
	for n := range planned {
		if n == 7 {
			n = 8 // which comes again
		}
		sending.take(p, []record.Sample{{Iteration: 2*n + 1, End: time.Second}})
	}
	w := sending.account(m, p)
	require.Equal(t, []int64{planned, planned, 1, 1, 0}, []int64{w.Planned, w.Sent, w.Unknown, w.Beyond, w.NotSent})
	sending.take(p, []record.Sample{{Iteration: 15, Class: record.Dropped}, {Iteration: 2*planned + 1}, {Iteration: 4}, {Iteration: -1}})
	w = sending.account(m, p)
	require.Equal(t, []int64{planned, planned + 3, 1, 0, 4, 0}, []int64{w.Planned, w.Sent, w.Dropped, w.Unknown, w.Beyond, w.NotSent}, "one that came twice, one after the end, two of nobody")
	s.flush()
	require.NoError(t, s.rec.Close())
}

// The ledger knows of each arrival what a set would, in whatever order they come.
func TestTheLedgerKnowsEachArrival(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := loadgen.Part{Of: rapid.IntRange(1, 4).Draw(t, "of")}
		p.Nth = rapid.IntRange(0, p.Of-1).Draw(t, "nth")
		var l ledger
		had, double, strange := map[int64]bool{}, int64(0), int64(0)
		for _, n := range rapid.SliceOf(rapid.Int64Range(-2, 60)).Draw(t, "came") {
			l.add(p, n)
			switch own := n / int64(p.Of); {
			case n < 0 || p.Of > 1 && n%int64(p.Of) != int64(p.Nth):
				strange++
			case had[own]:
				double++
			default:
				had[own] = true
			}
		}
		last := int64(-1)
		for planned := range int64(62) {
			below, above := int64(0), int64(0)
			for n := range had {
				last = max(last, n)
				if n < planned {
					below++
				} else {
					above++
				}
			}
			require.Equal(t, below, l.below(planned))
			require.Equal(t, above+double+strange, l.beyond(planned))
		}
		require.Equal(t, last+1, l.upTo())
		for i, s := range l.spans {
			require.Less(t, s.from, s.to)
			require.True(t, i == 0 || l.spans[i-1].to < s.from, "spans that touch are one")
		}
	})
}

// What it holds is bounded, and what finds no room is beyond the plan, and so told.
func TestTheLedgerIsBounded(t *testing.T) {
	var l ledger
	for n := range int64(spansMost + 10) {
		l.add(loadgen.Part{}, 2*n)
	}
	require.Len(t, l.spans, spansMost)
	require.Equal(t, int64(10), l.beyond(4*spansMost))
	l.add(loadgen.Part{}, 1)
	require.Len(t, l.spans, spansMost-1, "one that joins two spans makes room")
}
