package network

import (
	"errors"
	"fmt"
	"math"
	"net/netip"
	"slices"
	"strconv"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/inventory"
)

// Loss is network.loss: a share of the packets between the target and other
// nodes is dropped, drawn anew for each packet. TCP says again what is lost, so
// that little fails and much is late.
//
// It is done by nftables, whose numgen every kernel with nftables has, and not
// by netem: rules choose peers and ports, both directions are on the node itself
// without an ifb, and what they drop is counted apart from what netem could only
// tell of a whole device. A share that is dropped on its way out is told to its
// sender by the kernel where that is UDP (EPERM); in is what it never hears of.
type Loss struct {
	Share     document.Percent   `yaml:"share" help:"of the packets that is dropped, in whole percent from 1% to 99%"`
	From      inventory.Selector `yaml:"from"`
	Addresses []netip.Addr       `yaml:"addresses" help:"further addresses of the other side, such as a virtual one"`
	Ports     []int              `yaml:"ports" help:"lose only what is sent to these ports and what they answer, on either side; everything if left out"`
	Direction string             `yaml:"direction" help:"in drops of what the other side sends, out of what is sent to it, both (default) of both"`
}

// NewLoss returns the defaults: a tenth, in both directions, of everything
// between the node and every other one.
func NewLoss() *Loss { return &Loss{Share: 0.1, Direction: string(both)} }

// Validate refuses a share that nft cannot draw, and what is no direction,
// address or port.
func (l *Loss) Validate() error {
	wrong := []error{direction(l.Direction).check("direction"), checkAddresses(l.Addresses), checkPorts(l.Ports)}
	if percent := float64(l.Share) * 100; percent < 0.999 || percent > 99.001 || math.Abs(percent-math.Round(percent)) > 1e-6 {
		wrong = append(wrong, fmt.Errorf("share: %s is not a whole percentage from 1%% to 99%%; network.partition drops all", l.Share))
	}
	return errors.Join(wrong...)
}

// Sizes are the share of the packets that is lost.
func (l *Loss) Sizes() []faults.Size {
	return []faults.Size{
		{Name: "loss", Unit: "ratio", Asked: new(float64(l.Share)), Seen: `: (\d+) of (?P<of>\d+) packets dropped`},
	}
}

// Scripts returns the steps for a whole node.
func (l *Loss) Scripts(target faults.Target) (faults.Scripts, error) {
	c, err := l.cut(target)
	return c.scripts(target, err)
}

func (l *Loss) cut(target faults.Target) (cut, error) {
	if err := l.Validate(); err != nil {
		return cut{}, err
	}
	peers, err := otherSide(target, l.From)
	if err != nil {
		return cut{}, err
	}
	share := strconv.Itoa(int(math.Round(float64(l.Share) * 100)))
	c := cut{name: "loss", what: target.Node.Name + " and " + names(peers), observe: "loss_observe.sh", more: []string{share}}
	if c.others, c.attempts, err = beyond(target, peers, l.Addresses); err != nil {
		return cut{}, err
	}
	ports := slices.Compact(slices.Sorted(slices.Values(l.Ports)))
	if len(ports) > 0 {
		c.attempts = atPort(c.attempts, ports)
		c.what += ", port " + plain(ports)
	}
	if way := direction(l.Direction); way.in() {
		c.in = append([]string{`iifname "lo" accept`}, lose(c.others, "saddr", ports, share)...)
	}
	if way := direction(l.Direction); way.out() {
		c.out = append([]string{`oifname "lo" accept`}, lose(c.others, "daddr", ports, share)...)
	}
	return c, nil
}

// lose counts what comes from or goes to others, and then drops a share of it.
// A port may be that of either end; no packet is drawn for twice.
func lose(others []netip.Addr, field string, ports []int, share string) []string {
	which := []string{""}
	if len(ports) > 0 {
		th := " meta l4proto { tcp, udp } th "
		which = []string{th + "dport " + set(ports), th + "sport " + set(ports) + " th dport != " + set(ports)}
	}
	var rules []string
	far := byFamily(others)
	for _, family := range families() {
		if len(far[family]) == 0 {
			continue
		}
		for _, port := range which {
			of := family + " " + field + " " + set(far[family]) + port
			rules = append(rules, of+" counter", of+" numgen random mod 100 < "+share+" counter drop")
		}
	}
	return rules
}
