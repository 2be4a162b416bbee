package reports

import (
	"math"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
)

// Data is what the page's script reads for the crosshair and the CSV: a column
// a figure, a row a bucket. Latencies are milliseconds, rates are a second;
// nil where there was nothing.
type Data struct {
	Loads []LoadData `json:"loads"`
}

// LoadData is one load's columns.
type LoadData struct {
	Name    string     `json:"name"`
	StepS   float64    `json:"step_s"`
	High    string     `json:"high"` // name of the high percentile
	P50     []*float64 `json:"p50"`
	HighMS  []*float64 `json:"hi"`
	MaxMS   []*float64 `json:"max"`
	Offered []float64  `json:"due"`
	OK      []float64  `json:"ok"`
	Errors  []float64  `json:"err"`
	Dropped []float64  `json:"drop"`
	Queued  []float64  `json:"wait"` // started after waiting for a free worker
	LateMS  []*float64 `json:"late"` // longest lateness of the load generator
}

func (d *Data) add(l kpi.LoadFigures, b kpi.Buckets) {
	x := LoadData{Name: l.Plan.Name, StepS: b.Step.Seconds(), High: highName(b)}
	for _, k := range b.List {
		x.P50 = append(x.P50, shortMS(k.P50))
		x.HighMS = append(x.HighMS, shortMS(k.High))
		x.MaxMS = append(x.MaxMS, shortMS(k.Worst))
		x.Offered = append(x.Offered, short(float64(k.Due)/x.StepS))
		x.OK = append(x.OK, short(float64(k.OK)/x.StepS))
		x.Errors = append(x.Errors, short(float64(wrong(k))/x.StepS))
		x.Dropped = append(x.Dropped, short(float64(k.Errors[record.Dropped])/x.StepS))
		x.Queued = append(x.Queued, short(float64(k.Queued)/x.StepS))
		x.LateMS = append(x.LateMS, shortMS(lateness(k)))
	}
	d.Loads = append(d.Loads, x)
}

// lateness is nil where nothing was started.
func lateness(k kpi.Bucket) *time.Duration {
	if k.Started == 0 {
		return nil
	}
	return &k.Late
}

// wrong counts what failed or could not start in a bucket.
func wrong(k kpi.Bucket) int64 {
	var n int64
	for class := record.HTTP5xx; class <= record.Dropped; class++ {
		if class != record.Aborted {
			n += k.Errors[class]
		}
	}
	return n
}

// short keeps three digits that count: a page is not an archive.
func short(x float64) float64 {
	if x == 0 {
		return 0
	}
	unit := math.Pow(10, 2-math.Floor(math.Log10(math.Abs(x))))
	return math.Round(x*unit) / unit
}

func shortMS(d *time.Duration) *float64 {
	if d == nil {
		return nil
	}
	ms := short(float64(*d) / float64(time.Millisecond))
	return &ms
}

// Table is the timeline's data for who does not see the picture.
type Table struct {
	Head []string
	Rows [][]string
}

// mostRows of the table in the page; the script offers all buckets as CSV.
const mostRows = 120

func tableOf(a *kpi.Analysis) Table {
	t := Table{Head: []string{"from", "load", "p50", "high", "max", "offered", "succeeded", "errors"}}
	for _, l := range a.Loads {
		b := l.Buckets(mostRows/max(len(a.Loads), 1), a.End)
		for _, k := range b.List {
			row := []string{kpi.Clock(k.From), l.Plan.Name, latency(k.P50), latency(k.High), latency(k.Worst)}
			for _, n := range []int64{k.Due, k.OK, wrong(k)} {
				row = append(row, kpi.Quantity(float64(n)/b.Step.Seconds(), "1")+"/s")
			}
			t.Rows = append(t.Rows, row)
		}
		if len(a.Loads) == 1 {
			t.Head[3] = highName(b)
		}
	}
	return t
}

// highName names the percentile that stands beside the median.
func highName(b kpi.Buckets) string {
	switch {
	case b.Quantile >= 0.985:
		return "p99"
	case b.Quantile >= 0.945:
		return "p95"
	case b.Quantile > 0:
		return "p90"
	}
	return ""
}

func latency(d *time.Duration) string {
	if d == nil {
		return "—"
	}
	return kpi.Quantity(d.Seconds(), "s")
}
