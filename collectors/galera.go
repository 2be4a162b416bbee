package collectors

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
)

// galeraSynced is the wsrep_local_state of a member that has all that its
// cluster has.
const galeraSynced = "4"

// Galera asks the database of a node for its place in the cluster, as root by
// its socket and with one statement, as the faults of Galera do.
//
// What the values are:
// https://galeracluster.com/library/documentation/galera-status-variables.html
type Galera struct {
	Service string `yaml:"service" help:"name of the database in the inventory (default mariadb, mysql, galera or percona)"`
}

// Signals names what Galera publishes.
func (*Galera) Signals() []SignalInfo {
	labels := []string{"node"}
	return []SignalInfo{
		{Name: "galera.up", Unit: "1", Labels: labels, Help: "1 when the database told its state, 0 when it did not answer"},
		{Name: "galera.ready", Unit: "1", Labels: labels, Help: "1 while the member takes statements (wsrep_ready), else 0, also when it does not answer"},
		{Name: "galera.synced", Unit: "1", Labels: labels, Help: "1 while the member has all that its cluster has (wsrep_local_state 4), else 0, also when it does not answer"},
		{Name: "galera.cluster_size", Unit: "1", Labels: labels, Help: "members of the cluster as this one sees it (wsrep_cluster_size)"},
		{Name: "galera.receive_queue", Unit: "1", Labels: labels, Help: "write sets of other members that this one has yet to apply (wsrep_local_recv_queue)"},
		{Name: "galera.flow_paused", Unit: "ratio", Labels: labels, Help: "time that writes stood still for a member that lags, since the last interval (wsrep_flow_control_paused_ns)"},
	}
}

func (g *Galera) service(services []*inventory.Service) *inventory.Service {
	return sought(services, g.Service, "mariadb", "mysql", "galera", "percona")
}

// Expected is one series of a node that runs the database.
func (g *Galera) Expected(_ string, services []*inventory.Service) []map[string]string {
	return seriesOf(g.service(services))
}

// Slowest is how long the database may keep its answer back.
func (g *Galera) Slowest(services []*inventory.Service) time.Duration {
	return slowestReply(g.service(services))
}

// Script prints what the database says, and for how many nanoseconds writes
// stood still during how many hundredths of a second of the node's uptime. One
// that was started anew counts from 0, and had no answer for a sweep before.
func (g *Galera) Script(_ *inventory.Node, services []*inventory.Service, every time.Duration) string {
	if g.service(services) == nil {
		return nothing(every)
	}
	return Loop("last_paused=", uptime+`
told=$(timeout 3 mysql --connect-timeout=2 -N -e "SHOW GLOBAL STATUS LIKE 'wsrep_%'" 2>&1 </dev/null)
case $?.$told in
0.*)
size=- state=- ready=- queue=- paused= share=-
while read -r name value; do
case $name in
wsrep_cluster_size) size=$value ;;
wsrep_local_state) state=$value ;;
wsrep_ready) ready=$value ;;
wsrep_local_recv_queue) queue=$value ;;
wsrep_flow_control_paused_ns) paused=$value ;;
esac
done <<END
$told
END
if [ -n "$paused" ] && [ -n "$last_paused" ] && [ "$paused" -ge "$last_paused" ]; then
share=$((paused - last_paused))/$((at - last_at))
fi
last_paused=$paused last_at=$at
line="up size=$size state=$state ready=$ready queue=$queue paused=$share" ;;
127.*) line="failed mysql or timeout is not installed" last_paused= ;;
124.* | 137.* | *"ERROR 2002 "* | *"ERROR 2003 "* | *"ERROR 2006 "* | *"ERROR 2013 "*) line=down last_paused= ;;
*) line="failed $(printf '%s' "$told" | tr '\n' ' ')" last_paused= ;;
esac`, every)
}

// Parse reads a line of Script.
func (*Galera) Parse(_ *inventory.Node, line string) ([]record.Reading, error) {
	state, words, err := reply("galera", line)
	switch {
	case err != nil || state == replyNone:
		return nil, err
	case state == replyDown:
		return []record.Reading{{Signal: "galera.up"}, {Signal: "galera.ready"}, {Signal: "galera.synced"}}, nil
	}
	if _, err := fieldsOf(strings.Join(words, " "), "size", "state", "ready", "queue", "paused"); err != nil {
		return nil, fmt.Errorf("parse galera: %w", err)
	}
	values, err := pairs(words)
	if err != nil {
		return nil, fmt.Errorf("parse galera: %w", err)
	}
	if len(values) == 0 {
		return nil, errors.New("read galera: the database is no member of a Galera cluster: it has no status of wsrep")
	}
	readings := []record.Reading{{Signal: "galera.up", Value: 1}}
	if ready, ok := values["ready"]; ok {
		readings = append(readings, record.Reading{Signal: "galera.ready", Value: flag(ready == "ON")})
	}
	if state, ok := values["state"]; ok {
		readings = append(readings, record.Reading{Signal: "galera.synced", Value: flag(state == galeraSynced)})
	}
	for _, each := range []struct{ signal, name string }{{"galera.cluster_size", "size"}, {"galera.receive_queue", "queue"}} {
		one, err := plain(each.signal, values, each.name)
		if err != nil {
			return nil, fmt.Errorf("parse galera: %w", err)
		}
		readings = append(readings, one...)
	}
	if paused, ok := values["paused"]; ok {
		nanoseconds, hundredths, err := quotient(paused)
		if err != nil {
			return nil, fmt.Errorf("parse galera: paused: %w", err)
		}
		if hundredths > 0 {
			readings = append(readings, record.Reading{Signal: "galera.flow_paused", Value: min(nanoseconds/1e7/hundredths, 1)})
		}
	}
	return readings, nil
}
