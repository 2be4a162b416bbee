package collectors

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
)

// memcachedPort is the port of a memcached for which the inventory has none.
const memcachedPort = 11211

// Memcached asks a node's memcached for its statistics, where memcached.flush
// asks too: without a login, at the node's address and the service's port.
//
// What the statistics count:
// https://github.com/memcached/memcached/blob/master/doc/protocol.txt
type Memcached struct {
	Service string `yaml:"service" help:"name of the service in the inventory (default memcached)"`
}

// Signals names what Memcached publishes.
func (*Memcached) Signals() []SignalInfo {
	labels := []string{"node"}
	return []SignalInfo{
		{Name: "memcached.up", Unit: "1", Labels: labels, Help: "1 when it told its statistics, 0 when it did not answer"},
		{Name: "memcached.connections", Unit: "1", Labels: labels, Help: "open connections, the one that asks among them (curr_connections)"},
		{Name: "memcached.items", Unit: "1", Labels: labels, Help: "items that it holds (curr_items)"},
		{Name: "memcached.evictions", Unit: "1", Labels: labels, Kind: Delta, Help: "items that had to make room for others since the last interval (evictions)"},
		{Name: "memcached.hit_ratio", Unit: "ratio", Labels: labels, Help: "gets that found their item since the last interval; missing when there was no get"},
	}
}

func (m *Memcached) service(services []*inventory.Service) *inventory.Service {
	return sought(services, m.Service, "memcached")
}

// Expected is one series of a node that runs memcached. Where nobody asks for an
// item there is no hit ratio.
func (m *Memcached) Expected(signal string, services []*inventory.Service) []map[string]string {
	if signal == "memcached.hit_ratio" {
		return nil
	}
	return seriesOf(m.service(services))
}

// Slowest is how long memcached may keep its statistics back.
func (m *Memcached) Slowest(services []*inventory.Service) time.Duration {
	return slowestReply(m.service(services))
}

// Script prints statistics, and after "since" those of the last line that count
// up. A process with another number has counted from 0.
func (m *Memcached) Script(node *inventory.Node, services []*inventory.Service, every time.Duration) string {
	service := m.service(services)
	if service == nil {
		return nothing(every)
	}
	return Loop("last= return=$(printf '\\r')", fmt.Sprintf(`
told=$({ printf 'stats\r\nquit\r\n' | nc -w 2 %s %d; } 2>&1)
case $told in
*"STAT pid "*)
line=up counted=
while read -r word name value; do
value=${value%%"$return"}
case $name in
curr_connections | curr_items) line="$line $name=$value" ;;
pid | evictions | get_hits | get_misses) counted="$counted $name=$value" ;;
esac
done <<END
$told
END
line="$line$counted since$last" last=$counted ;;
*"not found"*) line="failed nc is not installed" last= ;;
*) line=down last= ;;
esac`, inventory.Quote(node.Listen), cmp.Or(service.Port, memcachedPort)), every)
}

// Parse reads a line of Script.
func (*Memcached) Parse(_ *inventory.Node, line string) ([]record.Reading, error) {
	state, words, err := reply("memcached", line)
	if err != nil || state == replyNone {
		return nil, err
	}
	readings := []record.Reading{{Signal: "memcached.up", Value: flag(state == replyUp)}}
	if state == replyDown {
		return readings, nil
	}
	at := slices.Index(words, "since")
	if at < 0 {
		return nil, fmt.Errorf("parse memcached: the line is cut off: %q", line)
	}
	now, err := pairs(words[:at])
	last, wrong := pairs(words[at+1:])
	if err = errors.Join(err, wrong); err != nil {
		return nil, fmt.Errorf("parse memcached: %w", err)
	}
	for _, each := range []struct{ signal, name string }{{"memcached.connections", "curr_connections"}, {"memcached.items", "curr_items"}} {
		one, err := plain(each.signal, now, each.name)
		if err != nil {
			return nil, fmt.Errorf("parse memcached: %w", err)
		}
		readings = append(readings, one...)
	}
	if now["pid"] == "" || now["pid"] != last["pid"] {
		return readings, nil // what it counted before is not known
	}
	if evicted, err := since(last["evictions"], now["evictions"]); err == nil {
		readings = append(readings, record.Reading{Signal: "memcached.evictions", Value: evicted})
	}
	hits, err := since(last["get_hits"], now["get_hits"])
	misses, wrong := since(last["get_misses"], now["get_misses"])
	if errors.Join(err, wrong) == nil && hits+misses > 0 {
		readings = append(readings, record.Reading{Signal: "memcached.hit_ratio", Value: hits / (hits + misses)})
	}
	return readings, nil
}
