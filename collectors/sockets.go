package collectors

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
)

// Sockets counts a node's TCP sockets by local port and state, as ss shows them: those of
// the ports of its services, and of Ports.
type Sockets struct {
	Ports  []int    `yaml:"ports" help:"ports to count beside those of the node's services"`
	States []string `yaml:"states" help:"states to count beside established: listen, syn-sent, syn-recv, fin-wait-1, fin-wait-2, time-wait, close-wait, last-ack, closing"`
}

// NewSockets returns the defaults: who takes connections, who waits to be taken, what a
// service has forgotten to close and what the kernel still holds.
func NewSockets() *Sockets {
	return &Sockets{States: []string{"listen", "syn-recv", "close-wait", "time-wait"}}
}

// tcpStates are those that can be asked for, in the order of RFC 9293, and how ss shows each.
// One that is closed has no port.
//
// Source: https://man7.org/linux/man-pages/man8/ss.8.html (STATE-FILTER)
func tcpStates() []string {
	return []string{"listen", "syn-sent", "syn-recv", "fin-wait-1", "fin-wait-2", "time-wait", "close-wait", "last-ack", "closing"}
}

// Validate refuses what is no state.
func (s *Sockets) Validate() error {
	var wrong []error
	for i, state := range s.States {
		if !slices.Contains(tcpStates(), state) {
			wrong = append(wrong, fmt.Errorf("states: %q is none of %s", state, strings.Join(tcpStates(), ", ")))
		} else if slices.Contains(s.States[:i], state) {
			wrong = append(wrong, fmt.Errorf("states: %s stands there twice", state))
		}
	}
	return errors.Join(wrong...)
}

// Signals names what Sockets publishes.
func (*Sockets) Signals() []SignalInfo {
	return []SignalInfo{{
		Name: "sockets.established", Unit: "1", Labels: []string{"node", "port"},
		Help: "TCP sessions that clients have open to a port of the node",
	}, {
		Name: "sockets.in_state", Unit: "1", Labels: []string{"node", "port", "state"},
		Help: "TCP sockets of a port of the node that are in a state, of those that the collector is to count; listen 0 is a port that nobody serves",
	}}
}

// Expected is one series of every port, and of the other states one of every port and state.
func (s *Sockets) Expected(signal string, services []*inventory.Service) []map[string]string {
	var series []map[string]string
	for _, port := range s.ports(services) {
		if signal == "sockets.established" {
			series = append(series, map[string]string{"port": port})
			continue
		}
		for _, state := range s.States {
			series = append(series, map[string]string{"port": port, "state": state})
		}
	}
	return series
}

// ports are those to count where those are the node's services.
func (s *Sockets) ports(services []*inventory.Service) []string {
	ports := slices.Clone(s.Ports)
	for _, service := range services {
		if service.Port > 0 {
			ports = append(ports, service.Port)
		}
	}
	slices.Sort(ports)
	var words []string
	for _, p := range slices.Compact(ports) {
		words = append(words, strconv.Itoa(p))
	}
	return words
}

// Script prints port=count of the established and port/state=count of the others, for every
// port; 0 is a count, and a line without counts means that they could not be read. The kernel
// chooses what is listed, and what is alike is counted before sh looks at it: a controller may
// have tens of thousands that wait.
func (s *Sockets) Script(_ *inventory.Node, services []*inventory.Service, every time.Duration) string {
	ports := s.ports(services)
	if len(ports) == 0 {
		return Loop("", "line=counts", every)
	}
	var states, begin, count, tell strings.Builder
	for _, state := range append([]string{"established"}, s.States...) {
		fmt.Fprintf(&states, " state %s", strings.Replace(state, "listen", "listening", 1))
	}
	for _, port := range ports {
		name := "of_" + port
		fmt.Fprintf(&begin, " %s=0", name)
		fmt.Fprintf(&count, "%s/ESTAB) %s=$count ;;\n", port, name)
		fmt.Fprintf(&tell, " %s=$%s", port, name)
		for _, state := range s.States {
			name := name + "_" + strings.ReplaceAll(state, "-", "_")
			fmt.Fprintf(&begin, " %s=0", name)
			fmt.Fprintf(&count, "%s/%s) %s=$count ;;\n", port, strings.ToUpper(state), name)
			fmt.Fprintf(&tell, " %s/%s=$%s", port, state, name)
		}
	}
	split := `s|^ *([A-Z0-9-]+) +[0-9]+ +[0-9]+ +[^ ]*:([0-9]+) .*|\2/\1|p`
	if len(s.States) == 0 { // ss leaves out the state where one is asked for
		split = `s|^ *[0-9]+ +[0-9]+ +[^ ]*:([0-9]+) .*|\1/ESTAB|p`
	}
	return Loop("", fmt.Sprintf(`
if table=$(ss -Htn%s '( sport = :%s )'); then
%s
while read -r count what; do
case $what in
%sesac
done <<END
$(echo "$table" | sed -n -E -e '%s' | sort | uniq -c)
END
line="counts%s"
else
line=failed
fi`, states.String(), strings.Join(ports, " or sport = :"), begin.String(), count.String(), split, tell.String()), every)
}

// Parse reads a line of Script.
func (*Sockets) Parse(_ *inventory.Node, line string) ([]record.Reading, error) {
	words := strings.Fields(line)
	if len(words) == 0 || words[0] != "counts" {
		return nil, fmt.Errorf("parse sockets: the node could not list its sockets: %q", line)
	}
	var readings []record.Reading
	for _, word := range words[1:] {
		of, count, _ := strings.Cut(word, "=")
		port, state, other := strings.Cut(of, "/")
		if p, err := strconv.ParseUint(port, 10, 16); err != nil || p == 0 || other && !slices.Contains(tcpStates(), state) {
			return nil, fmt.Errorf("parse sockets: %q is not port=count or port/state=count", word)
		}
		n, err := strconv.ParseUint(count, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("parse sockets: %q is not port=count or port/state=count", word)
		}
		r := record.Reading{Signal: "sockets.established", Labels: map[string]string{"port": port}, Value: float64(n)}
		if other {
			r.Signal, r.Labels["state"] = "sockets.in_state", state
		}
		readings = append(readings, r)
	}
	return readings, nil
}
