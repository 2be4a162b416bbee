package record

import (
	"fmt"
	"iter"
	"math"
	"strconv"
	"strings"
	"time"

	hdr "github.com/HdrHistogram/hdrhistogram-go"
)

// Intervals gives a load's latency histograms, one for each second and tag.
func (r *Run) Intervals(load string) iter.Seq2[Interval, error] {
	return func(yield func(Interval, error) bool) {
		path := r.path("hist", load+".hlog")
		whole, _, err := wholeLines(path)
		if err != nil {
			yield(Interval{}, fmt.Errorf("read histograms of %s: %w", load, err))
			return
		}
		n := 0
		for line, err := range lines(path, whole) {
			n++
			var i Interval
			var ok bool
			if err == nil {
				i, ok, err = parseInterval(string(line))
			}
			if err != nil {
				yield(Interval{}, fmt.Errorf("read histograms of %s, line %d: %w", load, n, err))
				return
			}
			if ok && !yield(i, nil) {
				return
			}
		}
	}
}

// parseInterval reads a line; false for comments and the legend.
func parseInterval(line string) (Interval, bool, error) {
	if line == "" || line[0] == '#' || line[0] == '"' {
		return Interval{}, false, nil
	}
	fields := strings.Split(line, ",")
	if len(fields) != 5 || !strings.HasPrefix(fields[0], "Tag=") {
		return Interval{}, false, fmt.Errorf("interval line has %d fields", len(fields))
	}
	from, err := parseSeconds(fields[1])
	if err != nil {
		return Interval{}, false, err
	}
	length, err := parseSeconds(fields[2])
	if err != nil {
		return Interval{}, false, err
	}
	h, err := hdr.Decode([]byte(fields[4]))
	if err != nil {
		return Interval{}, false, fmt.Errorf("decode histogram: %w", err)
	}
	return Interval{From: from, To: from + length, Tag: fields[0][len("Tag="):], Latency: &Histogram{h}}, true, nil
}

func parseSeconds(field string) (time.Duration, error) {
	s, err := strconv.ParseFloat(field, 64)
	if err != nil {
		return 0, fmt.Errorf("read interval time: %w", err)
	}
	if math.IsNaN(s) || math.Abs(s) > 1e9 {
		return 0, fmt.Errorf("read interval time: %s is out of range", field)
	}
	return time.Duration(math.Round(s*1000)) * time.Millisecond, nil
}
