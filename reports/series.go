package reports

import (
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
)

// Data is what the page's script reads for the crosshair and the CSV: a column a figure, a
// row a bucket. Latencies are milliseconds, rates are a second; none where there was nothing.
type Data struct {
	Loads   []LoadData   `json:"loads"`
	Signals []SignalData `json:"signals"` // those that are drawn
}

// LoadData is one load's columns.
type LoadData struct {
	Name    string  `json:"name"`
	StepS   float64 `json:"step_s"`
	High    string  `json:"high"` // name of the high percentile
	P50     Column  `json:"p50"`
	HighMS  Column  `json:"hi"`
	MaxMS   Column  `json:"max"`
	Offered Column  `json:"due"`
	OK      Column  `json:"ok"`
	Errors  Column  `json:"err"`
	Dropped Column  `json:"drop"`
	Queued  Column  `json:"wait"` // started after waiting for a free worker
	LateMS  Column  `json:"late"` // longest lateness of the load generator
}

// SignalData is one signal's lines.
type SignalData struct {
	Name  string     `json:"name"`
	Unit  string     `json:"unit,omitempty"`
	StepS float64    `json:"step_s"`
	Lines []LineData `json:"lines"`
}

// LineData is the least and the most of each step of a line; High is empty where that is
// always the same. Between two readings that are Apart steps from one another or fewer
// nothing is missing.
type LineData struct {
	Label string `json:"label"`
	Apart int    `json:"apart"`
	Low   Column `json:"low"`
	High  Column `json:"high"`
}

func (d *Data) add(l kpi.LoadFigures, b kpi.Buckets) {
	x := LoadData{Name: l.Plan.Name, StepS: b.Step.Seconds(), High: highName(b)}
	for _, k := range b.List {
		x.P50.Put(inMS(k.P50))
		x.HighMS.Put(inMS(k.High))
		x.MaxMS.Put(inMS(k.Worst))
		for column, n := range map[*Column]int64{&x.Offered: k.Due, &x.OK: k.OK, &x.Errors: wrong(k), &x.Dropped: k.Errors[record.Dropped], &x.Queued: k.Queued} {
			column.Put(new(float64(n) / x.StepS))
		}
		x.LateMS.Put(inMS(lateness(k)))
	}
	d.Loads = append(d.Loads, x)
}

func (d *Data) addSignal(s kpi.Signal) {
	x := SignalData{Name: s.Name, Unit: s.Unit, StepS: s.Step.Seconds()}
	for _, l := range s.Lines {
		line, same := LineData{Label: l.Label, Apart: apart(l.Points)}, true
		for _, p := range l.Points {
			if p == nil {
				line.Low.Put(nil)
				line.High.Put(nil)
				continue
			}
			line.Low.Put(&p.Low)
			line.High.Put(&p.High)
			same = same && p.Low == p.High
		}
		if same {
			line.High = Column{}
		}
		x.Lines = append(x.Lines, line)
	}
	d.Signals = append(d.Signals, x)
}

func inMS(d *time.Duration) *float64 {
	if d == nil {
		return nil
	}
	return new(float64(*d) / float64(time.Millisecond))
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
	for class := record.HTTP5xx; class < record.Classes; class++ {
		if class != record.Aborted {
			n += k.Errors[class]
		}
	}
	return n
}

// Table is the timeline's data for who does not see the picture: of the loads, and of the
// signals that are drawn the least and the most in stretches of the run.
type Table struct {
	Head []string
	Rows [][]string

	SignalHead []string
	SignalRows [][]string
}

// signalColumns is how many stretches of the run the table of signals has.
const signalColumns = 8

// tableOf has no more rows than that; the script offers all points as CSV.
func tableOf(a *kpi.Analysis, signals []kpi.Signal, most int) Table {
	t := Table{Head: []string{"from", "load", "p50", "high", "max", "offered", "succeeded", "errors"}}
	t.signals(a, signals)
	for _, l := range a.Loads {
		b := l.Buckets(max((most-len(t.SignalRows))/len(a.Loads), 1), a.End)
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

// signals are a row a line.
func (t *Table) signals(a *kpi.Analysis, signals []kpi.Signal) {
	if len(signals) == 0 {
		return
	}
	wide := max((a.End+signalColumns-1)/signalColumns, time.Second).Round(time.Second)
	t.SignalHead = []string{"signal", "of"}
	for at := time.Duration(0); at < a.End && len(t.SignalHead) < signalColumns+2; at += wide {
		t.SignalHead = append(t.SignalHead, "from "+kpi.Clock(at))
	}
	for _, s := range signals {
		for _, l := range s.Lines {
			row, all := []string{s.Name, l.Label}, make([]*kpi.Extent, len(t.SignalHead)-2)
			for n, p := range l.Points {
				at := min(int(time.Duration(n)*s.Step/wide), len(all)-1)
				if at >= 0 {
					all[at] = all[at].And(p)
				}
			}
			for _, p := range all {
				row = append(row, extent(p, s.Unit))
			}
			t.SignalRows = append(t.SignalRows, row)
		}
	}
}

// extent is from the least to the most.
func extent(p *kpi.Extent, unit string) string {
	switch {
	case p == nil:
		return "—"
	case p.Low == p.High:
		return kpi.Quantity(p.Low, unit)
	}
	return kpi.Quantity(p.Low, unit) + " to " + kpi.Quantity(p.High, unit)
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
