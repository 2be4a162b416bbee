package loadgen

import (
	"fmt"
	"sync"
	"time"

	hdr "github.com/HdrHistogram/hdrhistogram-go"

	"github.com/openstack-eris/eris/collectors/record"
)

// Trial is what became of a rate that was offered.
type Trial struct {
	Rate      Rate
	Planned   int64
	Succeeded int64
	Failed    int64
	Dropped   int64
	Queued    int64         // arrivals that waited since all places of the pool were taken, with those dropped
	P99       time.Duration // of those that ended, from when they were due
	Late      time.Duration // 99th percentile of how late the generator itself was
	Wrong     string        // why it was not borne; empty when it was
}

// lateMost is how late the generator may be itself at p99: as much as the report
// takes for on time.
const lateMost = 100 * time.Millisecond

// own tells of a trial that was this machine's own: late with its arrivals, or not
// borne with too few places for them, it says nothing of the cloud.
func (t Trial) own(pool int) error {
	if t.Wrong != "" && t.Queued > 0 {
		return unsettled("at %v, which was not borne (%s), %d arrivals waited since all %d places were taken: raise pool", t.Rate, t.Wrong, t.Queued, pool)
	}
	if t.Late <= lateMost {
		return nil
	}
	return unsettled("at %v this machine itself was %v late with the arrivals, and not the cloud", t.Rate, t.Late.Round(time.Millisecond))
}

// tally is a Sink that keeps the figures of one trial.
type tally struct {
	mu            sync.Mutex
	latency, late *hdr.Histogram
	queued        int64
}

func newTally() *tally { return &tally{latency: liveHistogram(), late: liveHistogram()} }

func (t *tally) reset() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.latency.Reset()
	t.late.Reset()
	t.queued = 0
}

// Sample counts an arrival that ended.
func (t *tally) Sample(s record.Sample) {
	if s.Operation != "" {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if s.Queued || s.Class == record.Dropped {
		t.queued++
	}
	if s.Class == record.Dropped {
		return
	}
	_ = t.latency.RecordValue(micros(s.Latency())) // micros keeps it in range
	_ = t.late.RecordValue(micros(s.Lateness()))
}

// trial judges what came between two counts.
func (t *tally) trial(s Search, rate Rate, before, after Totals) Trial {
	t.mu.Lock()
	defer t.mu.Unlock()
	p99 := func(h *hdr.Histogram) time.Duration { return time.Duration(h.ValueAtPercentile(99)) * time.Microsecond }
	trial := Trial{
		Rate: rate, Planned: after.Planned - before.Planned, Succeeded: after.Succeeded - before.Succeeded,
		Failed: after.Failed - before.Failed, Dropped: after.Dropped - before.Dropped, Queued: t.queued, P99: p99(t.latency), Late: p99(t.late),
	}
	switch success := Share(float64(trial.Succeeded) / float64(max(trial.Planned, 1))); {
	case trial.Planned == 0:
		trial.Wrong = "no arrival was due"
	case trial.Dropped > 0:
		trial.Wrong = fmt.Sprintf("%d of %d arrivals were dropped", trial.Dropped, trial.Planned)
	case success < s.Success:
		trial.Wrong = fmt.Sprintf("%v of %d arrivals succeeded", success, trial.Planned)
	case trial.P99 > s.P99:
		trial.Wrong = fmt.Sprintf("the p99 was %v", trial.P99.Round(time.Millisecond))
	}
	return trial
}
