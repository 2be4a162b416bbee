package collectors

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
)

// HAProxy asks a node's haproxy by its stats socket for its backends and their
// servers, as haproxy.drain does. Each node's haproxy has an opinion of its own;
// clients feel that of the node that has the virtual address.
//
// The columns of "show stat": https://docs.haproxy.org/2.6/management.html#9.1
type HAProxy struct {
	Service string `yaml:"service" help:"name of the service in the inventory (default haproxy)"`
	Socket  string `yaml:"socket" help:"haproxy's stats socket (default /run/haproxy/admin.sock)"`
}

// NewHAProxy returns the defaults.
func NewHAProxy() *HAProxy { return &HAProxy{Socket: "/run/haproxy/admin.sock"} }

// Validate refuses what is no path.
func (h *HAProxy) Validate() error {
	if !strings.HasPrefix(h.Socket, "/") || strings.ContainsAny(h.Socket, " \t\r\n") {
		return fmt.Errorf("socket: %q is not a path that begins with / and has no spaces", h.Socket)
	}
	return nil
}

// Signals names what HAProxy publishes.
func (*HAProxy) Signals() []SignalInfo {
	node, backend := []string{"node"}, []string{"node", "backend"}
	return []SignalInfo{
		{Name: "haproxy.up", Unit: "1", Labels: node, Help: "1 when it told its statistics, 0 when it did not answer"},
		{Name: "haproxy.backend_up", Unit: "1", Labels: backend, Help: "1 while the backend takes requests, by haproxy's word, else 0"},
		{Name: "haproxy.servers_up", Unit: "1", Labels: backend, Help: "servers that are given new requests: their checks succeed, or they have none"},
		{Name: "haproxy.servers_down", Unit: "1", Labels: backend, Help: "servers that are given none: their checks fail, or they were taken out (maintenance, drain)"},
		{Name: "haproxy.sessions", Unit: "1", Labels: backend, Help: "sessions that are open to the backend"},
		{Name: "haproxy.queue", Unit: "1", Labels: backend, Help: "requests that wait for a server, in the queues of the backend and of its servers"},
		{Name: "haproxy.errors_5xx", Unit: "1", Labels: backend, Kind: Delta, Help: "answers with a status from 500 on since the last interval, haproxy's own among them; of HTTP only"},
	}
}

func (h *HAProxy) service(services []*inventory.Service) *inventory.Service {
	return sought(services, h.Service, "haproxy")
}

// Expected is at least one series of a node that runs haproxy; which backends it
// has is known to it alone, and not every one speaks HTTP.
func (h *HAProxy) Expected(signal string, services []*inventory.Service) []map[string]string {
	if signal == "haproxy.errors_5xx" {
		return nil
	}
	return seriesOf(h.service(services))
}

// Slowest is how long haproxy may keep its statistics back.
func (h *HAProxy) Slowest(services []*inventory.Service) time.Duration {
	return slowestReply(h.service(services))
}

// Script prints the process, a word BACKEND,SERVER,QUEUE,SESSIONS,STATUS,5XX of
// every server and backend, and after "since" the process and the errors of the
// backends of the last line. Another process has counted from 0.
func (h *HAProxy) Script(node *inventory.Node, services []*inventory.Service, every time.Duration) string {
	service := h.service(services)
	if service == nil {
		return nothing(every)
	}
	bare := &inventory.Service{Name: service.Name, Runtime: service.Runtime}
	return Loop("last= socket="+inventory.Quote(h.Socket), fmt.Sprintf(`
told=$({ printf 'show info;show stat\n' | nc -U -w 2 "$socket"; } 2>&1 | cut -d , -f 1,2,3,5,18,44 | tr ' ' '_')
case $told in
*pxname,*)
line=up counted=
for word in $told; do
case $word in
Pid:_*) line="$line pid=${word#Pid:_}" counted=" pid=${word#Pid:_}" ;;
*,FRONTEND,* | "#"*) ;;
*,BACKEND,*) line="$line $word" counted="$counted ${word%%%%,*}=${word##*,}" ;;
*,*,*) line="$line $word" ;;
esac
done
line="$line since$last" last=$counted ;;
*not_found*) line="failed nc is not installed" last= ;;
*No_such_file*)
line=down last=
if (
%s) >/dev/null 2>&1; then
line="failed haproxy runs, and there is no socket $socket"
fi ;;
*) line=down last= ;;
esac`, inventory.ProbeScript(node, bare)), every)
}

// proxied is what haproxy says of a backend.
type proxied struct {
	up                              bool
	serversUp, serversDown, waiting float64
	sessions                        float64
	errors                          string // the counter
}

// Parse reads a line of Script.
func (*HAProxy) Parse(_ *inventory.Node, line string) ([]record.Reading, error) {
	state, words, err := reply("haproxy", line)
	switch {
	case err != nil || state == replyNone:
		return nil, err
	case state == replyDown:
		return []record.Reading{{Signal: "haproxy.up"}}, nil
	}
	at := slices.Index(words, "since")
	if at < 1 || !strings.HasPrefix(words[0], "pid=") {
		return nil, fmt.Errorf("parse haproxy: the line is cut off: %q", line)
	}
	last, err := pairs(words[at+1:])
	if err != nil {
		return nil, fmt.Errorf("parse haproxy: %w", err)
	}
	backends := map[string]*proxied{}
	for _, word := range words[1:at] {
		if err := tell(backends, word); err != nil {
			return nil, fmt.Errorf("parse haproxy: %w", err)
		}
	}
	readings := []record.Reading{{Signal: "haproxy.up", Value: 1}}
	for _, name := range slices.Sorted(maps.Keys(backends)) {
		b, labels := backends[name], map[string]string{"backend": name}
		for _, each := range []struct {
			signal string
			value  float64
		}{
			{"haproxy.backend_up", flag(b.up)},
			{"haproxy.servers_up", b.serversUp},
			{"haproxy.servers_down", b.serversDown},
			{"haproxy.sessions", b.sessions},
			{"haproxy.queue", b.waiting},
		} {
			readings = append(readings, record.Reading{Signal: each.signal, Labels: labels, Value: each.value})
		}
		if failed, err := since(last[name], b.errors); err == nil && words[0] == "pid="+last["pid"] {
			readings = append(readings, record.Reading{Signal: "haproxy.errors_5xx", Labels: labels, Value: failed})
		}
	}
	return readings, nil
}

// tell adds what a word says to what is known of its backend.
func tell(backends map[string]*proxied, word string) error {
	columns := strings.Split(word, ",")
	if len(columns) != 6 || columns[0] == "" || columns[4] == "" {
		return fmt.Errorf("%q is not BACKEND,SERVER,QUEUE,SESSIONS,STATUS,5XX", word)
	}
	waiting, err := strconv.ParseUint(columns[2], 10, 32)
	sessions, wrong := strconv.ParseUint(columns[3], 10, 32)
	if err = errors.Join(err, wrong); err != nil {
		return fmt.Errorf("%q: %w", word, err)
	}
	b := backends[columns[0]]
	if b == nil {
		b = &proxied{}
		backends[columns[0]] = b
	}
	b.waiting += float64(waiting)
	takes := strings.HasPrefix(columns[4], "UP") || columns[4] == "no_check"
	switch {
	case columns[1] == "BACKEND":
		b.up, b.sessions, b.errors = takes, float64(sessions), columns[5]
	case takes:
		b.serversUp++
	default:
		b.serversDown++
	}
	return nil
}
