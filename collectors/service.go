package collectors

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
)

// Service asks for the state, the restarts and the health of a node's services.
// The health probes are those of the inventory, which faults use too. All of a
// node run at once, and a service whose answer does not come in time is not
// healthy: one that hangs hides no other.
type Service struct {
	Services []string `yaml:"services" help:"only these; all of the node's when left out"`

	turns bool // see HealthInTurns
}

// HealthInTurns is a Service that asks for the health alone, of one of a node's
// services after the other, one a sweep, so that a line has one: to ask for all of
// many at once is a load for the cloud that is measured. The first round is without
// pauses.
func HealthInTurns() *Service { return &Service{turns: true} }

// Signals names what Service publishes.
func (*Service) Signals() []SignalInfo {
	labels := []string{"node", "service"}
	return []SignalInfo{
		{Name: "service.active", Unit: "1", Labels: labels, Help: "1 while the service's unit, process or container runs, else 0"},
		{Name: "service.healthy", Unit: "1", Labels: labels, Help: "1 when the health probe succeeded, else 0"},
		{Name: "service.restarts", Unit: "1", Labels: labels, Kind: Counter, Help: "how often systemd restarted the unit by itself since it was last started by hand (NRestarts)"},
	}
}

// Expected is one series of every service; of the restarts, of those that are
// units.
func (s *Service) Expected(signal string, services []*inventory.Service) []map[string]string {
	var series []map[string]string
	for _, service := range services {
		if s.selects(service) && (signal != "service.restarts" || service.Runtime.Kind == inventory.Unit) {
			series = append(series, map[string]string{"service": service.Name})
		}
	}
	return series
}

// selects tells whether the collector looks at a service.
func (s *Service) selects(service *inventory.Service) bool {
	if len(s.Services) == 0 {
		return true
	}
	return slices.Contains(s.Services, service.Name)
}

// Script prints name:active:restarts:healthy for every service, once or twice, with -
// for what is not known or asked for, in the order in which they answer; in turns, for
// one. Whose health is not told within Slowest and a while is not healthy.
func (s *Service) Script(node *inventory.Node, services []*inventory.Service, every time.Duration) string {
	services = slices.DeleteFunc(slices.Clone(services), func(service *inventory.Service) bool { return !s.selects(service) })
	switch {
	case len(services) == 0:
		return Loop("", "line=services", every)
	case !s.turns:
		return Loop("", s.sweep(node, services), every)
	}
	var turns strings.Builder
	for i, service := range services {
		fmt.Fprintf(&turns, "%d)\n%s\n;;\n", i+1, s.sweep(node, []*inventory.Service{service}))
	}
	return Loop("turn=0 later=$eris_every eris_every=0\n", fmt.Sprintf(`
turn=$((turn + 1))
if [ $turn -gt %d ]; then
turn=1 eris_every=$later
fi
case $turn in
%sesac`, len(services), turns.String()), every)
}

// sweep asks for services, all at once, in one program that is ended when it takes too
// long, whatever hangs of it.
func (s *Service) sweep(node *inventory.Node, services []*inventory.Service) string {
	var ask, names strings.Builder
	if !s.turns {
		ask.WriteString(activity(node, services))
	}
	for _, service := range services {
		fmt.Fprintf(&names, " %s", service.Name)
		if service.Health != nil || s.turns {
			ask.WriteString(told(node, service, service.Name+":-:-:$up"))
		}
	}
	ask.WriteString("wait\n")
	return fmt.Sprintf(`set -- $(timeout %s sh -c %s 2>/dev/null)
line="services $*"
for name in%s; do
case "$line " in
*" $name:-:-:"[01]" "*) ;;
*) line="$line $name:-:-:0" ;;
esac
done`, inventory.Seconds(s.Slowest(services)+overrun), inventory.Quote(ask.String()), names.String())
}

// told asks a service's probe, beside all else, and prints words with $up of it.
func told(node *inventory.Node, service *inventory.Service, words string) string {
	return fmt.Sprintf("{ if (\n%s) >/dev/null 2>&1; then up=1; else up=0; fi; echo \"%s\"; } &\n", inventory.ProbeScript(node, service), words)
}

// activity tells whether services run, and how often they were restarted, and of who has
// no health probe that he is healthy if he runs. All units are asked for in one program.
func activity(node *inventory.Node, services []*inventory.Service) string {
	var ask, of strings.Builder
	var units []string
	for _, service := range services {
		if service.Runtime.Kind != inventory.Unit {
			bare := &inventory.Service{Name: service.Name, Runtime: service.Runtime}
			word := service.Name + ":$up:-:-"
			if service.Health == nil {
				word += " " + service.Name + ":-:-:$up"
			}
			ask.WriteString(told(node, bare, word))
			continue
		}
		unit := inventory.Quote(service.Runtime.Name)
		if !slices.Contains(units, unit) {
			units = append(units, unit)
		}
		word := service.Name + ":$active:$restarts:-"
		if service.Health == nil {
			word += " " + service.Name + ":-:-:$active"
		}
		fmt.Fprintf(&of, "case \" $names \" in *\" \"%s\" \"*) echo \"%s\" ;; esac\n", unit, word)
	}
	if len(units) > 0 {
		fmt.Fprintf(&ask, `{
names= active= restarts=-
while IFS== read -r property value; do
case $property in
Names) names=$value ;;
ActiveState) case $value in active | reloading) active=1 ;; *) active=0 ;; esac ;;
NRestarts) case $value in *[!0-9]* | "") ;; *) restarts=$value ;; esac ;;
"")
if [ -n "$active" ]; then
%sfi
names= active= restarts=- ;;
esac
done <<END
$(systemctl show %s -p Names,ActiveState,NRestarts 2>/dev/null)

END
} &
`, of.String(), strings.Join(units, " "))
	}
	return ask.String()
}

// Slowest is the longest time-out among the health probes of the services that
// it looks at: since they run at once, none but a node in trouble takes longer.
func (s *Service) Slowest(services []*inventory.Service) time.Duration {
	var longest time.Duration
	for _, service := range services {
		if s.selects(service) {
			longest = max(longest, probeBound(service))
		}
	}
	return longest
}

// Round is how long it may take until all services of a node have been asked for in turns,
// beside the time between them: as long as all of their probes, where nothing answers any
// of them.
func (s *Service) Round(services []*inventory.Service) (all time.Duration) {
	for _, service := range services {
		if s.selects(service) {
			all += probeBound(service) + overrun
		}
	}
	return all
}

// probeBound is how long the health probe of a service may rightly take, in
// whole seconds, since not every probe can be bounded more finely.
func probeBound(service *inventory.Service) time.Duration {
	if service.Health == nil {
		return 0
	}
	return (service.Health.Timeout + time.Second - 1).Truncate(time.Second)
}

// overrun is what a service may take beyond its probe's own time-out, until
// its answer is no longer waited for.
const overrun = 2 * time.Second

// Parse reads a line of Script.
func (*Service) Parse(_ *inventory.Node, line string) ([]record.Reading, error) {
	words := strings.Fields(line)
	if len(words) == 0 || words[0] != "services" {
		return nil, fmt.Errorf("parse service: %q is no list of services", line)
	}
	var readings []record.Reading
	for _, word := range words[1:] {
		parts := strings.Split(word, ":")
		if len(parts) != 4 || parts[0] == "" {
			return nil, fmt.Errorf("parse service: %q is not name:active:restarts:healthy", word)
		}
		labels := map[string]string{"service": parts[0]}
		for i, signal := range []string{"service.active", "service.restarts", "service.healthy"} {
			text := parts[i+1]
			if text == "-" {
				continue
			}
			value, err := number(text)
			if err != nil || signal != "service.restarts" && text != "0" && text != "1" {
				return nil, fmt.Errorf("parse service: %s of %q is %q", signal, word, text)
			}
			readings = append(readings, record.Reading{Signal: signal, Labels: labels, Value: value})
		}
	}
	return readings, nil
}
