package collectors

import (
	"fmt"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
)

// Pressure reads for how much of the time a node's tasks waited for processors,
// disks and memory from /proc/pressure, by builtins of the shell alone. A kernel
// without it (CONFIG_PSI, psi=0) has no series.
//
// What the kernel counts: https://docs.kernel.org/accounting/psi.html
type Pressure struct{}

// Signals names what Pressure publishes.
func (*Pressure) Signals() []SignalInfo {
	labels := []string{"node", "resource"}
	return []SignalInfo{
		{Name: "pressure.some", Unit: "ratio", Labels: labels, Help: "time that at least one task waited for the resource (cpu, io or memory), since the last interval"},
		{Name: "pressure.full", Unit: "ratio", Labels: labels, Help: "time that all tasks waited for the resource (io or memory) and none ran, since the last interval"},
	}
}

// Expected is nothing: not every kernel tells its pressure.
func (*Pressure) Expected(string, []*inventory.Service) []map[string]string { return nil }

// Script prints some.RESOURCE and full.RESOURCE in microseconds, with the uptime
// before, and after "since" what the last line had. What all tasks wait for a
// processor is not defined for a whole node.
func (*Pressure) Script(_ *inventory.Node, _ []*inventory.Service, every time.Duration) string {
	return Loop("last=", uptime+`
line=none
if { read -r kind rest </proc/pressure/cpu; } 2>/dev/null; then
counted=" at=$at"
for resource in cpu io memory; do
while read -r kind ten sixty longest total; do
case $kind.$resource in
full.cpu) ;;
*) counted="$counted $kind.$resource=${total#total=}" ;;
esac
done </proc/pressure/$resource
done
line="up$counted since$last" last=$counted
fi`, every)
}

// Parse reads a line of Script.
func (*Pressure) Parse(_ *inventory.Node, line string) ([]record.Reading, error) {
	return eachCounter("pressure", line, 1, func(name string, waited []float64, seconds float64) ([]record.Reading, error) {
		kind, resource, found := strings.Cut(name, ".")
		if !found || resource == "" || kind != "some" && kind != "full" {
			return nil, fmt.Errorf("%q is not some or full of a resource", name)
		}
		return []record.Reading{{
			Signal: "pressure." + kind, Labels: map[string]string{"resource": resource}, Value: min(waited[0]/1e6/seconds, 1),
		}}, nil
	})
}
