package collectors

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
)

// Unit asks systemd what the units of a node's services take, as their cgroups
// count it: all processes of a unit together, also those that it forked.
//
// Source: https://www.freedesktop.org/software/systemd/man/latest/org.freedesktop.systemd1.html
// (MemoryCurrent, TasksCurrent, CPUUsageNSec)
type Unit struct {
	Services []string `yaml:"services" help:"only these; all of the node's that are units when left out"`
}

// Signals names what Unit publishes.
func (*Unit) Signals() []SignalInfo {
	labels := []string{"node", "service"}
	return []SignalInfo{
		{Name: "unit.cpu", Unit: "1", Labels: labels, Help: "processors that the unit was busy on since the last interval: 1.5 is one and a half; missing where systemd does not count it (version 1 of cgroups without CPUAccounting=)"},
		{Name: "unit.memory", Unit: "bytes", Labels: labels, Help: "memory of the unit, with its share of the cache of files"},
		{Name: "unit.tasks", Unit: "1", Labels: labels, Help: "processes and threads of the unit"},
	}
}

// units are the services that it looks at.
func (u *Unit) units(services []*inventory.Service) []*inventory.Service {
	return slices.DeleteFunc(slices.Clone(services), func(s *inventory.Service) bool {
		return s.Runtime.Kind != inventory.Unit || len(u.Services) > 0 && !slices.Contains(u.Services, s.Name)
	})
}

// Expected is one series of every unit. One that is down has none, nor has what the
// node's systemd does not count.
func (u *Unit) Expected(_ string, services []*inventory.Service) []map[string]string {
	var series []map[string]string
	for _, s := range u.units(services) {
		series = append(series, map[string]string{"service": s.Name})
	}
	return series
}

// Slowest is the time that systemd may take to answer.
func (*Unit) Slowest([]*inventory.Service) time.Duration { return replyBound }

// Script prints after up the time and SERVICE:MEMORY:TASKS:CPU of every unit, and
// after since the time and SERVICE:CPU of the sweep before; - is what is not known. A
// unit may have several names.
func (u *Unit) Script(_ *inventory.Node, services []*inventory.Service, every time.Duration) string {
	units := u.units(services)
	if len(units) == 0 {
		return nothing(every)
	}
	var names []string
	var of strings.Builder
	for _, s := range units {
		if name := inventory.Quote(s.Runtime.Name); !slices.Contains(names, name) {
			names = append(names, name)
		}
		fmt.Fprintf(&of, "case \" $names \" in *\" \"%s\" \"*)\nline=\"$line %s:$memory:$tasks:$cpu\" counted=\"$counted %[2]s:$cpu\" ;;\nesac\n", inventory.Quote(s.Runtime.Name), s.Name)
	}
	return Loop("last=", uptime+fmt.Sprintf(`
told=$(timeout %d systemctl show %s -p Names,MemoryCurrent,TasksCurrent,CPUUsageNSec 2>/dev/null)
case $told in
*Names=*)
line="up at:$at" counted=" at:$at" names= memory=- tasks=- cpu=-
while IFS== read -r name value; do
case $value in *[!0-9]* | "" | 18446744073709551615) figure=- ;; *) figure=$value ;; esac
case $name in
Names) names=$value ;;
MemoryCurrent) memory=$figure ;;
TasksCurrent) tasks=$figure ;;
CPUUsageNSec) cpu=$figure ;;
"")
%snames= memory=- tasks=- cpu=- ;;
esac
done <<END
$told

END
line="$line since$last" last=$counted ;;
*) line="failed systemd does not tell of its units" last= ;;
esac`, replyBound/time.Second, strings.Join(names, " "), of.String()), every)
}

// Parse reads a line of Script.
func (*Unit) Parse(_ *inventory.Node, line string) ([]record.Reading, error) {
	state, words, err := reply("unit", line)
	if err != nil || state == replyNone {
		return nil, err
	}
	cut := slices.Index(words, "since")
	if state != replyUp || cut < 1 {
		return nil, fmt.Errorf("parse unit: %q is no line of this collector", line)
	}
	before := sweptBefore(words[cut+1:])
	at, found := strings.CutPrefix(words[0], "at:")
	if _, err := number(at); !found || err != nil {
		return nil, fmt.Errorf("parse unit: %q is no time", words[0])
	}
	var seconds float64
	if passed, err := since(before["at"], at); err == nil {
		seconds = passed / 100
	}
	var readings []record.Reading
	for _, word := range words[1:cut] {
		parts := strings.Split(word, ":")
		if len(parts) != 4 || parts[0] == "" {
			return nil, fmt.Errorf("parse unit: %q is not SERVICE:MEMORY:TASKS:CPU", word)
		}
		labels := map[string]string{"service": parts[0]}
		for i, signal := range []string{"unit.memory", "unit.tasks", "unit.cpu"} {
			text := parts[i+1]
			if text == "-" {
				continue
			}
			value, err := number(text)
			if err != nil {
				return nil, fmt.Errorf("parse unit: %s of %q: %w", signal, word, err)
			}
			if signal == "unit.cpu" {
				used, err := since(before[parts[0]], text)
				if err != nil || seconds == 0 {
					continue // nothing is known from before, or it began anew
				}
				value = used / 1e9 / seconds
			}
			readings = append(readings, record.Reading{Signal: signal, Labels: labels, Value: value})
		}
	}
	return readings, nil
}
