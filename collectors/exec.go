package collectors

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
)

// Exec runs a program of the operator's on nodes, in whatever language, and reads
// what it prints in the text format that Prometheus reads: NAME NUMBER, or
// NAME{LABEL="VALUE"} NUMBER, a line a value.
//
// Source: https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
type Exec struct {
	Command   string                `yaml:"command" required:"true" help:"what sh runs on the node as root, once an interval"`
	Timeout   time.Duration         `yaml:"timeout" help:"how long it may take, from 1s to 1m in whole seconds; it is ended then, and there are no values"`
	Publishes map[string]ExecSignal `yaml:"signals" required:"true" help:"what it publishes, by the signals' names (KIND.QUANTITY): metric (its name in what is printed; left out, the signal's with _ for .), unit (1, bytes, ratio or s), labels, kind (gauge, delta: what came since the last, or counter: what has come in all; gauge when left out), help"`
}

// ExecSignal is a signal that a program publishes.
type ExecSignal struct {
	Metric string   `yaml:"metric"`
	Unit   string   `yaml:"unit"`
	Labels []string `yaml:"labels"`
	Kind   string   `yaml:"kind"`
	Help   string   `yaml:"help"`
}

// NewExec returns the defaults.
func NewExec() *Exec { return &Exec{Timeout: 5 * time.Second} }

var (
	execName   = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$`)
	execMetric = regexp.MustCompile(`^[a-zA-Z_:][a-zA-Z0-9_:]*$`)
	execLabel  = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_]*$`)
)

// Validate tells all that is wrong with the arguments.
func (e *Exec) Validate() error {
	var wrong []error
	if strings.TrimSpace(e.Command) == "" || strings.ContainsRune(e.Command, 0) {
		wrong = append(wrong, errors.New("command: there is none, or it has a NUL byte"))
	}
	if e.Timeout < time.Second || e.Timeout > time.Minute || e.Timeout%time.Second != 0 {
		wrong = append(wrong, fmt.Errorf("timeout: %s is not whole seconds from 1s to 1m", e.Timeout))
	}
	if len(e.Publishes) == 0 {
		wrong = append(wrong, errors.New("signals: there are none, so that nothing of what it prints would be read"))
	}
	own, metrics := ownSignals(), map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(e.Publishes)) {
		signal, by := e.Publishes[name], own[name]
		metric := signal.metric(name)
		switch {
		case !execName.MatchString(name):
			wrong = append(wrong, fmt.Errorf("signals: %q is not KIND.QUANTITY in small letters, digits and _", name))
		case by != "":
			wrong = append(wrong, fmt.Errorf("signals: %s is what the collector %s publishes", name, by))
		case !execMetric.MatchString(metric):
			wrong = append(wrong, fmt.Errorf("signals: %s: metric: %q is no name of a metric", name, metric))
		case metrics[metric] != "":
			wrong = append(wrong, fmt.Errorf("signals: %s and %s are both read from %s", metrics[metric], name, metric))
		}
		metrics[metric] = name
		if !slices.Contains([]string{"", "gauge", "delta", "counter"}, signal.Kind) {
			wrong = append(wrong, fmt.Errorf("signals: %s: kind: %q is not gauge, delta or counter", name, signal.Kind))
		}
		if !slices.Contains([]string{"1", "bytes", "ratio", "s"}, signal.Unit) {
			wrong = append(wrong, fmt.Errorf("signals: %s: unit: %q is not 1, bytes, ratio or s", name, signal.Unit))
		}
		for i, label := range signal.Labels {
			if !execLabel.MatchString(label) || label == "node" || slices.Contains(signal.Labels[:i], label) {
				wrong = append(wrong, fmt.Errorf("signals: %s: labels: %q is no name of a label, or one that is there already", name, label))
			}
		}
	}
	return errors.Join(wrong...)
}

// ownSignals are those of the other collectors, with who publishes them.
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

// metric is the name in what is printed.
func (s ExecSignal) metric(name string) string {
	if s.Metric != "" {
		return s.Metric
	}
	return strings.ReplaceAll(name, ".", "_")
}

func (s ExecSignal) kind() SignalKind {
	if s.Kind == "gauge" {
		return Gauge
	}
	return SignalKind(s.Kind)
}

// Signals names what the scenario says that it publishes.
func (e *Exec) Signals() []SignalInfo {
	var all []SignalInfo
	for _, name := range slices.Sorted(maps.Keys(e.Publishes)) {
		s := e.Publishes[name]
		all = append(all, SignalInfo{Name: name, Unit: s.Unit, Labels: append([]string{"node"}, s.Labels...), Kind: s.kind(), Help: s.Help})
	}
	return all
}

// Expected is one series of a signal without labels of its own; which there are of
// the others is known to the program alone.
func (e *Exec) Expected(signal string, _ []*inventory.Service) []map[string]string {
	if len(e.Publishes[signal].Labels) > 0 {
		return nil
	}
	return []map[string]string{{}}
}

// execLinger is for how many seconds beyond its time-out a program is read that has
// left somebody behind who keeps its output open.
const execLinger = 2

// Slowest is the time that the program may take.
func (e *Exec) Slowest([]*inventory.Service) time.Duration {
	return e.Timeout + execLinger*time.Second
}

// execSeparator stands between the lines that the program printed.
const execSeparator = "\x1e"

// Script runs the program, and prints after up the lines that begin with the name of
// a metric.
func (e *Exec) Script(_ *inventory.Node, _ []*inventory.Service, every time.Duration) string {
	var metrics []string
	for name, s := range e.Publishes {
		metrics = append(metrics, s.metric(name))
	}
	slices.Sort(metrics)
	seconds := int(e.Timeout / time.Second)
	return Loop("", fmt.Sprintf(`
told=$({
timeout -k 1 %d sh -c %s 2>&1 </dev/null
printf '\neris_status=%%s\n' "$?"
} | timeout %[4]d cat)
code=${told##*eris_status=}
code=${code%%%%[!0-9]*}
told=${told%%eris_status=*}
case $code in
0) line="up $(printf '%%s\n' "$told" | LC_ALL=C grep -a -E '^(%[3]s)[{[:space:]]' | tr '\n' '\036')" ;;
124) line="failed it did not end within %[1]d s" ;;
137) line="failed it was killed: it did not end within %[1]d s and did not heed SIGTERM, or something else killed it (memory?)" ;;
*) line="failed it ended with status $code: $(printf '%%s\n' "$told" | grep -a . | tail -n 1 | cut -c 1-200)" ;;
esac`, seconds, inventory.Quote(e.Command), strings.Join(metrics, "|"), seconds+execLinger), every)
}

// Parse reads a line of Script.
func (e *Exec) Parse(_ *inventory.Node, line string) ([]record.Reading, error) {
	state, text, _ := strings.Cut(line, " ")
	if state != replyUp {
		_, _, err := reply("exec", line)
		if err == nil {
			err = fmt.Errorf("parse exec: %q is no line of this collector", line)
		}
		return nil, err
	}
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(strings.ReplaceAll(text, execSeparator, "\n") + "\n"))
	if err != nil {
		return nil, fmt.Errorf("parse exec: what was printed is not in the text format of Prometheus: %w", err)
	}
	var readings []record.Reading
	found := false
	for _, name := range slices.Sorted(maps.Keys(e.Publishes)) {
		signal := e.Publishes[name]
		family := families[signal.metric(name)]
		found = found || family != nil
		some, err := signal.read(name, family)
		if err != nil {
			return nil, fmt.Errorf("parse exec: %w", err)
		}
		readings = append(readings, some...)
	}
	if !found {
		return nil, fmt.Errorf("parse exec: nothing was printed that is to be published: %s", strings.Join(slices.Sorted(maps.Keys(e.Publishes)), ", "))
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
