package collectors

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
)

// Prometheus asks a Prometheus, or who speaks as one (Thanos, Mimir, VictoriaMetrics),
// for the present value of expressions.
//
// Source: https://prometheus.io/docs/prometheus/latest/querying/api/#instant-queries
type Prometheus struct {
	Endpoint `yaml:",inline"`
	Patience `yaml:",inline"`

	Queries map[string]PromQuery `yaml:"queries" required:"true" help:"what it publishes, by the signals' names (KIND.QUANTITY): query (PromQL; its value may be as old as the last scrape, by default up to 5m), unit (1, bytes, ratio or s), labels (of the result, those that the signal has), help"`
}

// PromQuery is a signal that is the result of an expression.
type PromQuery struct {
	Query  string   `yaml:"query"`
	Unit   string   `yaml:"unit"`
	Labels []string `yaml:"labels"`
	Help   string   `yaml:"help"`
}

// NewPrometheus returns the defaults.
func NewPrometheus() *Prometheus { return &Prometheus{Patience: usualPatience()} }

// Validate tells all that is wrong with the arguments.
func (p *Prometheus) Validate() error {
	wrong := append(p.wrong(), p.Patience.Validate())
	if len(p.Queries) == 0 {
		wrong = append(wrong, errors.New("queries: there are none, so that nothing would be asked"))
	}
	if at, err := url.Parse(p.URL); err == nil && at.RawQuery != "" {
		wrong = append(wrong, errors.New("url: it has a query, which queries are for"))
	}
	own := ownSignals()
	for _, name := range p.names() {
		if strings.TrimSpace(p.Queries[name].Query) == "" {
			wrong = append(wrong, fmt.Errorf("queries: %s: query: there is none", name))
		}
		wrong = append(wrong, wrongSignal("queries", name, p.Queries[name].Unit, p.Queries[name].Labels, own)...)
	}
	return errors.Join(wrong...)
}

func (p *Prometheus) names() []string { return slices.Sorted(maps.Keys(p.Queries)) }

// Signals names what the scenario says that it publishes, and whether there was an answer.
func (p *Prometheus) Signals() []SignalInfo {
	all := []SignalInfo{{
		Name: "prometheus.up", Unit: "1", Labels: []string{"server"}, Help: "1 when Prometheus (HOST:PORT of its url) answered all queries, 0 when it did not answer one, or with a failure of its own (5xx)",
	}}
	for _, name := range p.names() {
		q := p.Queries[name]
		all = append(all, SignalInfo{Name: name, Unit: q.Unit, Labels: q.Labels, Help: q.Help})
	}
	return all
}

// Expected is the word on Prometheus, and one series of a signal without labels.
func (p *Prometheus) Expected(signal string, _ []*inventory.Service) []map[string]string {
	if signal == "prometheus.up" {
		return []map[string]string{{"server": p.Server()}}
	}
	if len(p.Queries[signal].Labels) > 0 {
		return nil
	}
	return []map[string]string{{}}
}

// Open implements Direct.
func (p *Prometheus) Open(func() (OpenStack, error)) (Asker, error) {
	l, err := p.open()
	if err != nil {
		return nil, fmt.Errorf("open prometheus: %w", err)
	}
	return &fetch{l, p.Timeout, func(ctx context.Context) ([]record.Reading, error) {
		up := record.Reading{Signal: "prometheus.up", Labels: map[string]string{"server": p.Server()}, Value: 1}
		var all []record.Reading
		for _, name := range p.names() {
			asked := url.Values{"query": {p.Queries[name].Query}, "timeout": {p.Timeout.String()}}
			document, err := l.get(ctx, "/api/v1/query?"+asked.Encode(), "application/json")
			if unanswered(err) {
				up.Value = 0
				break
			}
			if err != nil {
				return nil, fmt.Errorf("read prometheus: %s: %w", name, reason(err))
			}
			readings, err := p.Queries[name].read(name, document)
			if err != nil {
				return nil, fmt.Errorf("parse prometheus: %s: %w", name, err)
			}
			all = append(all, readings...)
		}
		return append([]record.Reading{up}, all...), nil
	}}, nil
}

// promAnswer is the document of the API.
type promAnswer struct {
	Status string `json:"status"`
	Error  string `json:"error"`
	Data   struct {
		Type   string          `json:"resultType"`
		Result json.RawMessage `json:"result"`
	} `json:"data"`
}

// reason is why a query was refused, in Prometheus' own words where it has some.
func reason(err error) error {
	var answer promAnswer
	if refused, is := errors.AsType[*refusal](err); is && json.Unmarshal(refused.body, &answer) == nil && answer.Error != "" {
		return errors.New(answer.Error)
	}
	return err
}

// promSeries is one of a result, with its value at one time.
type promSeries struct {
	Metric map[string]string `json:"metric"`
	Value  *promValue        `json:"value"`
}

// promValue is that time and a number as text.
type promValue [2]any

// result are the series of an answer; that of a scalar has no labels.
func (a *promAnswer) result() (series []promSeries, err error) {
	switch {
	case a.Status != "success":
		return nil, fmt.Errorf("it answers with status %q: %s", a.Status, a.Error)
	case a.Data.Type == "scalar":
		series = []promSeries{{Value: &promValue{}}}
		err = json.Unmarshal(a.Data.Result, series[0].Value)
	case a.Data.Type == "vector":
		err = json.Unmarshal(a.Data.Result, &series)
	default:
		err = fmt.Errorf("the result is a %q, not a number or one a series", a.Data.Type)
	}
	return series, err
}

// read makes readings of an answer.
func (q PromQuery) read(name string, document []byte) ([]record.Reading, error) {
	var answer promAnswer
	if err := json.Unmarshal(document, &answer); err != nil {
		return nil, err
	}
	series, err := answer.result()
	if err != nil {
		return nil, err
	}
	var readings []record.Reading
	seen := map[string]bool{}
	for _, one := range series {
		labels := map[string]string{}
		for _, label := range q.Labels {
			if value := one.Metric[label]; value != "" { // to Prometheus an empty label is none
				labels[label] = value
			}
		}
		if seen[labelText(labels)] {
			return nil, fmt.Errorf("several series of the result have the labels {%s}: labels has to have what tells them apart, or the query to make one of them (%v)", labelText(labels), one.Metric)
		}
		seen[labelText(labels)] = true
		value, err := one.Value.number()
		if err != nil {
			return nil, err
		}
		if !math.IsNaN(value) && !math.IsInf(value, 0) {
			readings = append(readings, record.Reading{Signal: name, Labels: labels, Value: value})
		}
	}
	return readings, nil
}

func (v *promValue) number() (float64, error) {
	if v == nil {
		return 0, errors.New("a series of the result has no number: a histogram is none")
	}
	text, ok := v[1].(string)
	if !ok {
		return 0, fmt.Errorf("%v is not [TIME, \"NUMBER\"]", *v)
	}
	value, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0, fmt.Errorf("%v is not [TIME, \"NUMBER\"]", *v)
	}
	return value, nil
}
