package collectors

import (
	"fmt"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
)

// Libvirt asks the daemon of a compute node, libvirtd or virtqemud, for the states of its
// domains, over its read-only socket: no domain is entered or held up for it, and no
// name of one is kept. It starts virsh once a sweep, some 20 ms of a processor, and for a
// container its engine's client besides.
//
// What the states are: https://libvirt.org/html/libvirt-libvirt-domain.html#virDomainState
type Libvirt struct {
	Service string `yaml:"service" help:"name of the daemon in the inventory (default libvirtd, virtqemud, libvirt, nova-libvirt or nova_libvirt)"`
	URI     string `yaml:"uri" help:"the connection, as virsh -c takes it"`
}

// NewLibvirt returns the defaults.
func NewLibvirt() *Libvirt { return &Libvirt{URI: "qemu:///system"} }

// Validate refuses what is no URI.
func (l *Libvirt) Validate() error {
	if !strings.Contains(l.URI, ":") || strings.ContainsAny(l.URI, " \t\r\n\x00") {
		return fmt.Errorf("uri: %q is not the URI of a connection, e.g. qemu:///system", l.URI)
	}
	return nil
}

// Signals names what Libvirt publishes.
func (*Libvirt) Signals() []SignalInfo {
	return []SignalInfo{
		{Name: "libvirt.up", Unit: "1", Labels: []string{"node"}, Help: "1 when the daemon told the states of its domains, 0 when it did not answer"},
		{Name: "libvirt.domains", Unit: "1", Labels: []string{"node", "state"}, Help: "domains that are running, paused (also suspended by their guest), shutoff (also about to be), crashed or other, by that state; missing while the daemon does not answer"},
	}
}

func (l *Libvirt) service(services []*inventory.Service) *inventory.Service {
	return sought(services, l.Service, "libvirtd", "virtqemud", "libvirt", "nova-libvirt", "nova_libvirt")
}

// domainStates are the labels that there are, and which values of virDomainState they have.
func domainStates() (names []string, of map[rune]string) {
	return []string{"running", "paused", "shutoff", "crashed", "other"}, map[rune]string{
		'0': "other", '1': "running", '2': "running", '3': "paused", '4': "shutoff", '5': "shutoff", '6': "crashed", '7': "paused",
	}
}

// Expected is one series of every state, of a node that runs the daemon.
func (l *Libvirt) Expected(signal string, services []*inventory.Service) []map[string]string {
	service := l.service(services)
	if service == nil || signal == "libvirt.up" {
		return seriesOf(service)
	}
	names, _ := domainStates()
	return named("state", names)
}

// Slowest is how long the daemon may keep its answer back.
func (l *Libvirt) Slowest(services []*inventory.Service) time.Duration {
	if l.service(services) == nil {
		return 0
	}
	return insideSlowest
}

// Script prints after states: a digit of every domain, its state. That there is no domain
// is an answer, too.
func (l *Libvirt) Script(_ *inventory.Node, services []*inventory.Service, every time.Duration) string {
	service := l.service(services)
	if service == nil {
		return nothing(every)
	}
	setup, look := inside("there", service)
	return Loop(engines+setup, look+fmt.Sprintf(`
told=$($there %s virsh -r -q -c %s domstats --state 2>&1 </dev/null)
code=$?`, bounded, inventory.Quote(l.URI))+classified("virsh", `states=
while IFS= read -r each; do
case $each in
"  state.state="?) states=$states${each#*=} ;;
esac
done <<END
$told
END
line="up states:$states"`,
		`*"Failed to connect socket"* | *"Connection refused"* | *"Connection reset"* | *"Cannot recv data"* | *"End of file while reading"* | *"client socket is closed"* |`), every)
}

// Parse reads a line of Script.
func (*Libvirt) Parse(_ *inventory.Node, line string) ([]record.Reading, error) {
	state, words, err := reply("libvirt", line)
	switch {
	case err != nil || state == replyNone:
		return nil, err
	case state == replyDown:
		return []record.Reading{{Signal: "libvirt.up"}}, nil
	case len(words) != 1 || !strings.HasPrefix(words[0], "states:"):
		return nil, fmt.Errorf("parse libvirt: %q is no list of states", line)
	}
	names, of := domainStates()
	counts := map[string]float64{}
	for _, value := range strings.TrimPrefix(words[0], "states:") {
		name, known := of[value]
		if !known {
			name = "other" // of a version to come
		}
		if value < '0' || value > '9' {
			return nil, fmt.Errorf("parse libvirt: %q is no state", value)
		}
		counts[name]++
	}
	readings := []record.Reading{{Signal: "libvirt.up", Value: 1}}
	for _, name := range names {
		readings = append(readings, record.Reading{Signal: "libvirt.domains", Labels: map[string]string{"state": name}, Value: counts[name]})
	}
	return readings, nil
}
