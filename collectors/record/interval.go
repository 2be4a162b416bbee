package record

import (
	"fmt"
	"time"

	hdr "github.com/HdrHistogram/hdrhistogram-go"
)

// The latency histograms of a load are kept as an HdrHistogram interval log,
// which the tools of that family read: values in µs, one line for each second
// of the run in which something ended and each tag (ok or failed).

// Interval is the histogram of what ended within [From, To) of the run.
type Interval struct {
	From, To time.Duration
	Tag      string // "ok", or "failed"
	Latency  *Histogram
}

const intervalLength = time.Second

// The tags of a load's intervals. Aborted and dropped arrivals have no
// response time and are in neither.
const (
	tagOK     = "ok"
	tagFailed = "failed"
)

// tagOf tells which histogram a sample belongs to; false for none.
func tagOf(s Sample) (string, bool) {
	switch {
	case s.Operation != "" || s.Class == Aborted || s.Class == Dropped:
		return "", false
	case s.Class == OK:
		return tagOK, true
	default:
		return tagFailed, true
	}
}

// intervalHeader opens the log: format, and the start that offsets refer to.
func intervalHeader(start time.Time) string {
	return fmt.Sprintf("#[Histogram log format version 1.3]\n#[StartTime: %.3f (seconds since epoch), %s]\n#[BaseTime: %.3f (seconds since epoch)]\n%s\n",
		seconds(start), start.UTC().Format(time.RFC3339), seconds(start),
		`"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"`)
}

func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

// line is the interval's line of the log; the maximum is in ms.
func (i Interval) line() (string, error) {
	encoded, err := i.Latency.h.Encode(hdr.V2CompressedEncodingCookieBase)
	if err != nil {
		return "", fmt.Errorf("encode histogram: %w", err)
	}
	highest, _ := i.Latency.Max()
	return fmt.Sprintf("Tag=%s,%.3f,%.3f,%.3f,%s\n", i.Tag, i.From.Seconds(), (i.To - i.From).Seconds(),
		float64(highest)/float64(time.Millisecond), encoded), nil
}
