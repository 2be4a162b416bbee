package collectors

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
)

// Sockets counts a node's established TCP sessions by local port, as netstat
// shows them: those of the ports of its services, and of Ports.
type Sockets struct {
	Ports []int `yaml:"ports" help:"ports to count beside those of the node's services"`
}

// Signals names what Sockets publishes.
func (*Sockets) Signals() []SignalInfo {
	return []SignalInfo{{
		Name: "sockets.established", Unit: "1", Labels: []string{"node", "port"},
		Help: "TCP sessions that clients have open to a port of the node",
	}}
}

// Expected is one series of every port.
func (s *Sockets) Expected(_ string, services []*inventory.Service) []map[string]string {
	var series []map[string]string
	for _, port := range s.ports(services) {
		series = append(series, map[string]string{"port": port})
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

// Script prints port=count for every port; 0 is a count, and a line without
// counts means that they could not be read.
func (s *Sockets) Script(_ *inventory.Node, services []*inventory.Service, every time.Duration) string {
	var begin, count, tell strings.Builder
	for _, port := range s.ports(services) {
		fmt.Fprintf(&begin, " of_%s=0", port)
		fmt.Fprintf(&count, "%s) of_%[1]s=$((of_%[1]s + 1)) ;;\n", port)
		fmt.Fprintf(&tell, " %s=$of_%[1]s", port)
	}
	return Loop("", fmt.Sprintf(`
if table=$(ss -Htn state established); then
open=$(echo "$table" | sed -E -e 's/^ *[0-9]+ +[0-9]+ +[^ ]*:([0-9]+) .*/\1/')%s
for port in $open; do
case $port in
%sesac
done
line="counts%s"
else
line=failed
fi`, begin.String(), count.String(), tell.String()), every)
}

// Parse reads a line of Script.
func (*Sockets) Parse(_ *inventory.Node, line string) ([]record.Reading, error) {
	words := strings.Fields(line)
	if len(words) == 0 || words[0] != "counts" {
		return nil, fmt.Errorf("parse sockets: the node could not list its sockets: %q", line)
	}
	var readings []record.Reading
	for _, word := range words[1:] {
		port, count, _ := strings.Cut(word, "=")
		if p, err := strconv.ParseUint(port, 10, 16); err != nil || p == 0 {
			return nil, fmt.Errorf("parse sockets: %q is not port=count", word)
		}
		n, err := strconv.ParseUint(count, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("parse sockets: %q is not port=count", word)
		}
		readings = append(readings, record.Reading{
			Signal: "sockets.established", Labels: map[string]string{"port": port}, Value: float64(n),
		})
	}
	return readings, nil
}
