package influx

import (
	"maps"
	"math"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/influxdata/influxdb-client-go/v2/api/write"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/reports/live"
)

// What bounds a tag and a text, bytes. InfluxDB takes no key over 64 KiB, of all tags
// together.
const (
	nameMost = 1 << 8
	textMost = 2 << 10
)

// points makes points of what happens in a run. Names of measurements, tags and fields
// are those of docs/dashboards.md.
type points struct {
	run, scenario, cloud string // as tags
	began                time.Time
}

func pointsOf(of Source) points {
	return points{tag(of.Run), tag(of.Scenario), tag(of.Cloud), of.Clock.Start()}
}

// point is one of a measurement at a time (ns since 1970). Tags are pairs; one whose
// value is empty is none, as InfluxDB has it.
func (p points) point(measurement string, at int64, tags ...string) *write.Point {
	m := write.NewPointWithMeasurement(measurement).SetTime(time.Unix(0, at)).
		AddTag("run", p.run).AddTag("scenario", p.scenario).AddTag("cloud", p.cloud)
	for i := 0; i+1 < len(tags); i += 2 {
		if key, value := tag(tags[i]), tag(tags[i+1]); key != "" && value != "" {
			m.AddTag(key, value)
		}
	}
	return m
}

// tag is a text fit for one: InfluxDB has no way to write some of them.
func tag(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r) || unicode.IsSpace(r):
			return ' '
		case r == '\\':
			return '/'
		}
		return r
	}, record.Straight(text[:min(len(text), nameMost)]))
	return strings.TrimSpace(text)
}

// at is a moment of the run, in ns since 1970.
func (p points) at(offset time.Duration) int64 { return p.began.Add(offset).UnixNano() }

// sample is what became of an arrival, which has no operation, or of an operation.
func (p points) sample(load string, s record.Sample) *write.Point {
	m := p.point("eris_sample", p.at(s.End), "load", load, "operation", s.Operation, "class", s.Class.String()).
		AddField("latency_seconds", s.Latency().Seconds()).
		AddField("late_seconds", s.Lateness().Seconds()).
		AddField("iteration", s.Iteration).
		AddField("status", int64(s.Status))
	if s.Class == record.OK { // whose ids the record does not have either
		return m
	}
	if s.RequestID != "" {
		m.AddField("request_id", text(s.RequestID))
	}
	if s.SentID != "" {
		m.AddField("sent_id", text(s.SentID))
	}
	return m
}

// labels of a signal that would hide the point's own tags have another name.
func label(key string) string {
	switch key {
	case "run", "scenario", "cloud", "collector", "signal", "unit", "time", "value":
		return "label_" + key
	}
	if strings.HasPrefix(key, "_") { // InfluxDB 2 has such names for itself
		return "label" + key
	}
	return key
}

// reading is a signal's value; false of one that InfluxDB cannot have.
func (p points) reading(collector string, r record.Reading) (*write.Point, bool) {
	if !finite(r.Value) {
		return nil, false
	}
	tags := []string{"collector", collector, "signal", r.Signal, "unit", r.Unit}
	for _, key := range slices.Sorted(maps.Keys(r.Labels)) {
		tags = append(tags, label(key), r.Labels[key])
	}
	return p.point("eris_signal", p.at(r.At), tags...).AddField("value", r.Value), true
}

// finite is what InfluxDB can have: one other value spoils all that is written with it.
func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// event is an annotation; nil of what people need not see.
func (p points) event(e record.Event) *write.Point {
	words := live.Words(e)
	if words == "" {
		return nil
	}
	name, state := subject(e)
	return p.point("eris_event", p.at(e.At), "type", e.Type, "name", name, "state", state).AddField("text", text(words))
}

// subject is of whom an event tells, and the state that it came to.
func subject(e record.Event) (name, state string) {
	switch {
	case e.Phase != nil:
		return e.Phase.Name, ""
	case e.Load != nil:
		return e.Load.Name, e.Load.State
	case e.Fault != nil:
		return e.Fault.Name, string(e.Fault.State)
	case e.Target != nil:
		return e.Target.Name, string(e.Target.State)
	case e.Check != nil:
		return "", e.Check.Verdict
	case e.Collect != nil:
		return e.Collect.Collector, e.Collect.State
	case e.Capture != nil:
		return e.Capture.Capture, string(e.Capture.State)
	case e.Outage != nil:
		return e.Outage.Target.String(), string(e.Outage.State)
	case e.Stop != nil:
		return e.Stop.Cause, ""
	case e.Note != nil:
		return "", e.Note.Level
	}
	return "", ""
}

// moment is where the run stands: one point of the run, of each load and of each fault.
func (p points) moment(s live.Snapshot) []*write.Point {
	at := p.at(s.Elapsed)
	all := []*write.Point{p.point("eris_run", at).
		AddField("phase", s.Phase).
		AddField("elapsed_seconds", s.Elapsed.Seconds()).
		AddField("checks_passed", s.Checks.Passed).
		AddField("checks_not_passed", s.Checks.Failed).
		AddField("checks_open", s.Checks.Open).
		AddField("unexplained_outages", len(s.Outages))}
	for _, l := range s.Loads {
		all = append(all, p.load(l, at))
	}
	for _, f := range s.Faults {
		active := 0
		switch f.State {
		case record.Injecting, record.Held, record.Undoing, record.Unknown, record.Stuck:
			active = 1
		default: // nothing of it is on its targets
		}
		all = append(all, p.point("eris_fault", at, "fault", f.Name, "kind", f.Kind).
			AddField("state", string(f.State)).AddField("active", active).AddField("targets", len(f.Targets)))
	}
	return all
}

func (p points) load(l live.Load, at int64) *write.Point {
	m := p.point("eris_load", at, "load", l.Name).
		AddField("planned", l.Planned).AddField("started", l.Started).AddField("succeeded", l.Succeeded).
		AddField("failed", l.Failed).AddField("dropped", l.Dropped).AddField("in_flight", l.InFlight).
		AddField("late_seconds", l.Late.Seconds())
	for name, x := range map[string]float64{"offered_per_second": l.Offered, "succeeded_per_second": l.OK} {
		if finite(x) {
			m.AddField(name, x)
		}
	}
	if l.ErrorRatio != nil {
		m.AddField("error_ratio", *l.ErrorRatio)
	}
	for name, d := range map[string]*time.Duration{
		"p50_seconds": l.P50, "p99_seconds": l.P99, "baseline_p50_seconds": l.BaseP50, "baseline_p99_seconds": l.BaseP99,
	} {
		if d != nil {
			m.AddField(name, d.Seconds())
		}
	}
	return m
}

// text is one that a field can have.
func text(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, record.Straight(s[:min(len(s), textMost)]))
}
