package collectors

import (
	"fmt"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
)

// Net reads what went through a node's interfaces from /proc/net/dev, by
// builtins of the shell alone.
//
// What the columns are: https://docs.kernel.org/networking/statistics.html
type Net struct {
	Interfaces []string `yaml:"interfaces" help:"only these, e.g. eth0; when left out all but lo and those of instances and containers (tap, qbr, qvb, qvo, vnet, veth, cali)"`
}

// Signals names what Net publishes.
func (*Net) Signals() []SignalInfo {
	labels := []string{"node", "interface"}
	return []SignalInfo{
		{Name: "net.received", Unit: "bytes", Labels: labels, Kind: Delta, Help: "came in by the interface since the last interval"},
		{Name: "net.sent", Unit: "bytes", Labels: labels, Kind: Delta, Help: "went out by the interface since the last interval"},
		{Name: "net.errors", Unit: "1", Labels: labels, Kind: Delta, Help: "packets with errors since the last interval, of both directions"},
		{Name: "net.drops", Unit: "1", Labels: labels, Kind: Delta, Help: "packets that the node dropped since the last interval, of both directions"},
	}
}

// Validate refuses what is no name of an interface.
func (n *Net) Validate() error { return plainNames("interfaces", n.Interfaces) }

// Expected is one series of every interface; at least one where none is named.
func (n *Net) Expected(_ string, _ []*inventory.Service) []map[string]string {
	return named("interface", n.Interfaces)
}

// Script prints interface=received/sent/errors/drops, with the uptime before,
// and after "since" what the last line had.
func (n *Net) Script(_ *inventory.Node, _ []*inventory.Service, every time.Duration) string {
	count := `counted="$counted $name=$1/$9/$(($3 + ${11}))/$(($4 + ${12}))" ;;`
	choose := `lo | tap* | qbr* | qvb* | qvo* | vnet* | veth* | cali*) ;;
*) ` + count
	if len(n.Interfaces) > 0 {
		choose = strings.Join(n.Interfaces, " | ") + ") " + count
	}
	return Loop("last=", uptime+fmt.Sprintf(`
line="failed the node has no /proc/net/dev"
if [ -e /proc/net/dev ]; then
counted=" at=$at"
while IFS=: read -r name figures; do
name=${name##* }
set -- $figures
if [ $# -ge 12 ]; then
case $name in
*"|"*) ;;
%s
esac
fi
done </proc/net/dev
line="up$counted since$last" last=$counted
fi`, choose), every)
}

// Parse reads a line of Script.
func (*Net) Parse(_ *inventory.Node, line string) ([]record.Reading, error) {
	return eachCounter("net", line, 4, func(name string, went []float64, _ float64) (readings []record.Reading, _ error) {
		for i, signal := range []string{"net.received", "net.sent", "net.errors", "net.drops"} {
			readings = append(readings, record.Reading{Signal: signal, Labels: map[string]string{"interface": name}, Value: went[i]})
		}
		return readings, nil
	})
}
