package collectors

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/openstack-eris/eris/collectors/record"
)

// Printed are the signals that are read from a text in the format of Prometheus, by
// their names.
//
// Source: https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
type Printed map[string]ExecSignal

// ExecSignal is a signal that a program or an exporter publishes.
type ExecSignal struct {
	Metric string   `yaml:"metric"`
	Unit   string   `yaml:"unit"`
	Labels []string `yaml:"labels"`
	Kind   string   `yaml:"kind"` // gauge, which it is when left out, delta or counter
	Help   string   `yaml:"help"`
}

func (s ExecSignal) kind() SignalKind {
	if s.Kind == "gauge" {
		return Gauge
	}
	return SignalKind(s.Kind)
}

// metric is the name in what is printed.
func (s ExecSignal) metric(name string) string {
	if s.Metric != "" {
		return s.Metric
	}
	return strings.ReplaceAll(name, ".", "_")
}

// metrics are the names of all of them, sorted.
func (p Printed) metrics() []string {
	var metrics []string
	for name, s := range p {
		metrics = append(metrics, s.metric(name))
	}
	slices.Sort(metrics)
	return metrics
}

// wrong tells all that is wrong with them. There are labels that they may not have.
func (p Printed) wrong(taken ...string) []error {
	var wrong []error
	if len(p) == 0 {
		wrong = append(wrong, errors.New("signals: there are none, so that nothing of what it prints would be read"))
	}
	own, metrics := ownSignals(), map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(p)) {
		metric := p[name].metric(name)
		wrong = append(wrong, wrongSignal("signals", name, p[name].Unit, p[name].Labels, own, taken...)...)
		if kind := p[name].Kind; !slices.Contains([]string{"", "gauge", "delta", "counter"}, kind) {
			wrong = append(wrong, fmt.Errorf("signals: %s: kind: %q is not gauge, delta or counter", name, kind))
		}
		switch {
		case !regexp.MustCompile(`^[a-zA-Z_:][a-zA-Z0-9_:]*$`).MatchString(metric):
			wrong = append(wrong, fmt.Errorf("signals: %s: metric: %q is no name of a metric", name, metric))
		case metrics[metric] != "":
			wrong = append(wrong, fmt.Errorf("signals: %s and %s are both read from %s", metrics[metric], name, metric))
		}
		metrics[metric] = name
	}
	return wrong
}

// wrongSignal tells what is wrong with a signal that a scenario declares, under the
// argument of that name.
func wrongSignal(argument, name, unit string, labels []string, own map[string]string, taken ...string) []error {
	var wrong []error
	switch {
	case !regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$`).MatchString(name):
		wrong = append(wrong, fmt.Errorf("%s: %q is not KIND.QUANTITY in small letters, digits and _", argument, name))
	case own[name] != "":
		wrong = append(wrong, fmt.Errorf("%s: %s is what the collector %s publishes", argument, name, own[name]))
	}
	if !slices.Contains([]string{"1", "bytes", "ratio", "s"}, unit) {
		wrong = append(wrong, fmt.Errorf("%s: %s: unit: %q is not 1, bytes, ratio or s", argument, name, unit))
	}
	for i, label := range labels {
		if !regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_]*$`).MatchString(label) || slices.Contains(taken, label) || slices.Contains(labels[:i], label) {
			wrong = append(wrong, fmt.Errorf("%s: %s: labels: %q is no name of a label, or one that is there already", argument, name, label))
		}
	}
	return wrong
}

// ownSignals are those of all collectors, with who publishes them.
func ownSignals() map[string]string {
	own, all := map[string]string{}, Catalogue()
	for _, name := range all.Names() {
		kind, _ := all.Lookup(name)
		for _, s := range kind.New().Signals() {
			own[s.Name] = name
		}
	}
	return own
}

// infos are the signals, with labels that all of them have.
func (p Printed) infos(labels ...string) []SignalInfo {
	var all []SignalInfo
	for _, name := range slices.Sorted(maps.Keys(p)) {
		all = append(all, SignalInfo{Name: name, Unit: p[name].Unit, Labels: slices.Concat(labels, p[name].Labels), Kind: p[name].kind(), Help: p[name].Help})
	}
	return all
}

// expected is one series of a signal without labels of its own; which there are of the
// others is known to who prints them alone.
func (p Printed) expected(signal string) []map[string]string {
	if len(p[signal].Labels) > 0 {
		return nil
	}
	return []map[string]string{{}}
}

// read makes readings of a text.
func (p Printed) read(text string) ([]record.Reading, error) {
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("what was printed is not in the text format of Prometheus: %w", err)
	}
	var readings []record.Reading
	found := false
	for _, name := range slices.Sorted(maps.Keys(p)) {
		family := families[p[name].metric(name)]
		found = found || family != nil
		some, err := p[name].read(name, family)
		if err != nil {
			return nil, err
		}
		readings = append(readings, some...)
	}
	if !found {
		return nil, fmt.Errorf("nothing was printed that is to be published: %s", strings.Join(slices.Sorted(maps.Keys(p)), ", "))
	}
	return readings, nil
}

// read makes readings of a metric. What is no number is left out.
func (s ExecSignal) read(name string, family *dto.MetricFamily) ([]record.Reading, error) {
	var readings []record.Reading
	seen := map[string]bool{}
	for _, m := range family.GetMetric() {
		labels := map[string]string{}
		for _, pair := range m.GetLabel() {
			if !slices.Contains(s.Labels, pair.GetName()) {
				return nil, fmt.Errorf("%s has a label %q that the scenario does not give it", s.metric(name), pair.GetName())
			}
			labels[pair.GetName()] = pair.GetValue()
		}
		if series := fmt.Sprintf("%q", labels); seen[series] {
			return nil, fmt.Errorf("%s has two values of one series", s.metric(name))
		} else {
			seen[series] = true
		}
		value := m.GetUntyped().GetValue()
		if math.IsNaN(value) || math.IsInf(value, 0) {
			continue
		}
		readings = append(readings, record.Reading{Signal: name, Labels: labels, Value: value})
	}
	return readings, nil
}
