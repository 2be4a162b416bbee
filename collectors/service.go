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

// Script prints name:active:restarts:healthy for every service, with - for what
// is not known or asked for, in the order in which they answer; in turns, for one.
func (s *Service) Script(node *inventory.Node, services []*inventory.Service, every time.Duration) string {
	var setup, asked strings.Builder
	count := 0
	for _, service := range services {
		if s.selects(service) {
			count++
			bound := inventory.Seconds(probeBound(service) + overrun)
			fmt.Fprintf(&setup, "eris_ask_%d() { timeout %s sh -c %s || echo %s:-:-:0; }\n", count, bound, inventory.Quote(s.ask(node, service)), service.Name)
			fmt.Fprintf(&asked, "eris_ask_%d &\n", count)
		}
	}
	asked.WriteString("wait\n")
	next := ""
	if s.turns && count > 0 {
		setup.WriteString("eris_turn=0 eris_later=$eris_every eris_every=0\n")
		next = fmt.Sprintf("eris_turn=$((eris_turn + 1))\nif [ $eris_turn -gt %d ]; then eris_turn=1 eris_every=$eris_later; fi\n", count)
		asked.Reset()
		asked.WriteString("eris_ask_$eris_turn\n")
	}
	return Loop(setup.String(), next+"line=$({\necho services\n"+asked.String()+"} | tr '\\n' ' ')", every)
}

// ask is the script that asks for one service and prints its word of the line.
func (s *Service) ask(node *inventory.Node, service *inventory.Service) string {
	var b strings.Builder
	b.WriteString("active=- restarts=- healthy=0\n")
	if !s.turns {
		b.WriteString(activity(node, service))
	}
	fmt.Fprintf(&b, "if (\n%s) >/dev/null 2>&1; then healthy=1; fi\n", inventory.ProbeScript(node, service))
	fmt.Fprintf(&b, "echo \"%s:$active:$restarts:$healthy\"\n", service.Name)
	return b.String()
}

// activity is the part of it that tells whether a service runs, and how often it was
// restarted.
func activity(node *inventory.Node, service *inventory.Service) string {
	if service.Runtime.Kind != inventory.Unit {
		bare := &inventory.Service{Name: service.Name, Runtime: service.Runtime}
		return fmt.Sprintf("active=0\nif (\n%s) >/dev/null 2>&1; then active=1; fi\n", inventory.ProbeScript(node, bare))
	}
	return fmt.Sprintf(`state=$(systemctl show %s -p ActiveState,NRestarts 2>/dev/null)
case $state in
*ActiveState=active* | *ActiveState=reloading*) active=1 ;;
*ActiveState=*) active=0 ;;
esac
case $state in *NRestarts=[0-9]*)
restarts=${state#*NRestarts=}
restarts=${restarts%%%%[!0-9]*} ;;
esac
`, inventory.Quote(service.Runtime.Name))
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
