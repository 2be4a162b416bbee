package collectors

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
)

// rabbitmqBound is how long a sweep may take: rabbitmqctl starts an Erlang
// system of its own for one answer.
const rabbitmqBound = 25 * time.Second

// rabbitmqAsks is an Erlang expression that reads what a member knows without
// asking its queues: who runs, from whom it is parted, alarms, how many queues there
// are, the figures that the queues it leads have left in a table, and its connections.
// Queues leave none where the broker collects no statistics, which is how it comes
// without its management or Prometheus plugin.
const rabbitmqAsks = `case rabbit:is_running() of true -> {length(rabbit_nodes:all_running()),length(rabbit_node_monitor:partitions()),` +
	`length(rabbit_alarm:get_alarms()),rabbit_amqqueue:count(),case application:get_env(rabbit,collect_statistics) of {ok,none} -> none; ` +
	`_ -> ets:foldl(fun(Q,{R,U}) -> {R+element(2,Q),U+element(3,Q)} end,{0,0},queue_coarse_metrics) end,` +
	`ets:info(connection_created,size)}; false -> stopped end.`

// RabbitMQ asks a node's broker for its cluster, queues and connections with one
// expression: by erl_call where that is there, which takes some milliseconds, and
// otherwise or where that fails by rabbitmqctl, which starts an Erlang system for
// it, some half a second of a processor a sweep: let it watch every 10s or more.
// Both read the cookie themselves, so that no list of processes shows it.
//
// What the tables have: https://www.rabbitmq.com/docs/monitoring
type RabbitMQ struct {
	Service string `yaml:"service" help:"name of the service in the inventory (default rabbitmq or rabbitmq-server)"`
}

// Signals names what RabbitMQ publishes.
func (*RabbitMQ) Signals() []SignalInfo {
	labels := []string{"node"}
	return []SignalInfo{
		{Name: "rabbitmq.up", Unit: "1", Labels: labels, Help: "1 when the broker told its state, 0 when it did not answer or serves nobody (stop_app, a paused minority)"},
		{Name: "rabbitmq.members", Unit: "1", Labels: labels, Help: "members of the cluster that run, as this one sees it"},
		{Name: "rabbitmq.partitions", Unit: "1", Labels: labels, Help: "members that this one was parted from and has not joined again"},
		{Name: "rabbitmq.alarms", Unit: "1", Labels: labels, Help: "alarms of memory and disk in the cluster, as this member sees it: while there is one, nobody may publish"},
		{Name: "rabbitmq.queues", Unit: "1", Labels: labels, Help: "queues of the cluster"},
		{Name: "rabbitmq.messages_ready", Unit: "1", Labels: labels, Help: "messages that wait for a consumer in the queues that this member leads, as old as collect_statistics_interval says; missing where collect_statistics is none"},
		{Name: "rabbitmq.messages_unacked", Unit: "1", Labels: labels, Help: "messages of those queues that a consumer has and did not acknowledge yet, as old"},
		{Name: "rabbitmq.connections", Unit: "1", Labels: labels, Help: "connections of clients to this member"},
	}
}

func (r *RabbitMQ) service(services []*inventory.Service) *inventory.Service {
	return sought(services, r.Service, "rabbitmq", "rabbitmq-server")
}

// Expected is one series of a node that runs RabbitMQ. Not every broker counts messages.
func (r *RabbitMQ) Expected(signal string, services []*inventory.Service) []map[string]string {
	if strings.HasPrefix(signal, "rabbitmq.messages_") {
		return nil
	}
	return seriesOf(r.service(services))
}

// Slowest is how long both ways of asking may take.
func (r *RabbitMQ) Slowest(services []*inventory.Service) time.Duration {
	if r.service(services) == nil {
		return 0
	}
	return rabbitmqBound
}

// Script prints the value of the expression.
func (r *RabbitMQ) Script(_ *inventory.Node, services []*inventory.Service, every time.Duration) string {
	if r.service(services) == nil {
		return nothing(every)
	}
	return Loop("asks="+inventory.Quote(rabbitmqAsks), `
told=
if command -v erl_call >/dev/null; then
told=$(printf '%s\n' "$asks" | HOME=/var/lib/rabbitmq timeout 5 erl_call -h eris -sname "rabbit@$(hostname -s)" -e 2>/dev/null | tr -d ' \n')
fi
case $told in
"{ok,"*) told=${told#"{ok,"} told=${told%"}"} code=0 ;;
*)
told=$(timeout 20 rabbitmqctl -q eval "$asks" 2>&1 </dev/null)
code=$? ;;
esac
case $code.$told in
"0.stopped") line=down ;;
0.*) line="up $told" ;;
127.*) line="failed rabbitmqctl or timeout is not installed" ;;
124.* | 137.* | 69.*"perform an operation on node"* | 64.*start_app*) line=down ;;
*) line="failed $(printf '%s' "$told" | tr '\n' ' ')" ;;
esac`, every)
}

// Parse reads a line of Script.
func (*RabbitMQ) Parse(_ *inventory.Node, line string) ([]record.Reading, error) {
	state, words, err := reply("rabbitmq", line)
	switch {
	case err != nil || state == replyNone:
		return nil, err
	case state == replyDown:
		return []record.Reading{{Signal: "rabbitmq.up"}}, nil
	case len(words) != 1:
		return nil, fmt.Errorf("parse rabbitmq: %q is not up and a term", line)
	}
	term := regexp.MustCompile(`^\{(\d+),(\d+),(\d+),(\d+),(?:none|\{(\d+),(\d+)\}),(\d+)\}$`).FindStringSubmatch(words[0])
	if term == nil {
		return nil, fmt.Errorf("parse rabbitmq: %q is no answer to the expression", words[0])
	}
	readings := []record.Reading{{Signal: "rabbitmq.up", Value: 1}}
	for i, signal := range []string{"members", "partitions", "alarms", "queues", "messages_ready", "messages_unacked", "connections"} {
		if term[i+1] == "" {
			continue
		}
		value, err := number(term[i+1])
		if err != nil {
			return nil, fmt.Errorf("parse rabbitmq: %s: %w", signal, err)
		}
		readings = append(readings, record.Reading{Signal: "rabbitmq." + signal, Value: value})
	}
	return readings, nil
}
