package collectors

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
)

// Keepalived looks which virtual addresses a node has at its interfaces: what
// its kernel answers for, and not what keepalived says of itself. Two nodes that
// have one at once are seen as such.
type Keepalived struct {
	Service   string   `yaml:"service" help:"name of the service in the inventory (default keepalived)"`
	Addresses []string `yaml:"addresses" help:"virtual addresses to look for; when left out those by which the node's services lead, else those of /etc/keepalived/keepalived.conf"`
}

// Signals names what Keepalived publishes.
func (*Keepalived) Signals() []SignalInfo {
	return []SignalInfo{{
		Name: "keepalived.holds", Unit: "1", Labels: []string{"node", "address"},
		Help: "1 while an interface of the node has the virtual address, else 0",
	}}
}

// Validate refuses what is no address.
func (k *Keepalived) Validate() error {
	for _, text := range k.Addresses {
		if address, err := netip.ParseAddr(text); err != nil || address.Zone() != "" {
			return fmt.Errorf("addresses: %q is not an IP address", text)
		}
	}
	return nil
}

// known are the virtual addresses that need not be asked for, as ip prints them.
func (k *Keepalived) known(services []*inventory.Service) []string {
	var known []string
	for _, text := range k.Addresses {
		if address, err := netip.ParseAddr(text); err == nil {
			known = append(known, address.String())
		}
	}
	for _, service := range services {
		for _, lead := range service.Leaders {
			if len(k.Addresses) == 0 && lead.Address.IsValid() {
				known = append(known, lead.Address.String())
			}
		}
	}
	return known
}

// Expected is one series of every address, of a node that runs keepalived.
// Which there are may be known to the node alone.
func (k *Keepalived) Expected(_ string, services []*inventory.Service) []map[string]string {
	service, known := sought(services, k.Service, "keepalived"), k.known(services)
	if service == nil || len(known) == 0 {
		return seriesOf(service)
	}
	var series []map[string]string
	for _, address := range known {
		series = append(series, map[string]string{"address": address})
	}
	return series
}

// Script prints address=1 for every virtual address that the node has, and
// address=0 for the others.
func (k *Keepalived) Script(_ *inventory.Node, services []*inventory.Service, every time.Duration) string {
	if sought(services, k.Service, "keepalived") == nil {
		return nothing(every)
	}
	setup := "addresses=" + inventory.Quote(strings.Join(k.known(services), " "))
	if len(k.known(services)) == 0 {
		// A block of one line is made two, so that it ends where it ends.
		setup = `addresses=$(sed -e 's/}/\n}/g' /etc/keepalived/keepalived.conf 2>/dev/null |
sed -n -E -e '/virtual_ipaddress/,/}/s/^(.*[{])?[[:space:]]*([0-9a-fA-F]*[.:][0-9a-fA-F.:]*).*/\2/p')`
	}
	return Loop(setup, `
if [ -z "$addresses" ]; then
line="failed nobody says which addresses are virtual: give the collector its addresses"
elif ! table=$(ip -o addr show 2>&1); then
line="failed ip does not list the addresses of the node"
else
line=up
for address in $addresses; do
case $table in
*" inet $address/"* | *" inet6 $address/"* | *" inet $address peer "* | *" inet6 $address peer "*) line="$line $address=1" ;;
*) line="$line $address=0" ;;
esac
done
fi`, every)
}

// Parse reads a line of Script.
func (*Keepalived) Parse(_ *inventory.Node, line string) ([]record.Reading, error) {
	state, words, err := reply("keepalived", line)
	if err != nil || state == replyNone {
		return nil, err
	}
	if len(words) == 0 {
		return nil, fmt.Errorf("parse keepalived: %q names no address", line)
	}
	var readings []record.Reading
	for _, word := range words {
		text, has, _ := strings.Cut(word, "=")
		address, err := netip.ParseAddr(text)
		if err != nil || address.Zone() != "" || has != "0" && has != "1" {
			return nil, fmt.Errorf("parse keepalived: %q is not ADDRESS=0 or ADDRESS=1", word)
		}
		readings = append(readings, record.Reading{
			Signal: "keepalived.holds", Labels: map[string]string{"address": address.String()}, Value: flag(has == "1"),
		})
	}
	return readings, nil
}
