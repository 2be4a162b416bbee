package collectors

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
)

// echoes is eris_try TO ADDRESS of ICMP: one ping, whose summary iputils and busybox
// write alike. Where the node itself has no way to the address, ping sends nothing and
// says so: those were tried, too.
const echoes = `
eris_try() {
mean=- most=-
tried=$(timeout $limit ping -n -q -c $count -i $apart -W 1 "$2" 2>&1 </dev/null)
case $?.$tried in
127.*) echo "failed: ping or timeout is not installed" ;;
*" packets transmitted, "*)
sent=${tried%%" packets transmitted, "*} back=${tried#*" packets transmitted, "}
case $tried in
*"min/avg/max"*)
most=${tried##*" = "} most=${most#*/}
mean=${most%%/*} most=${most#*/} most=${most%%[!0-9.]*} ;;
esac
echo "$1=${sent##*[!0-9]}/${back%%[!0-9]*}/$mean/$most" ;;
*nreachable* | *"No route to host"*) echo "$1=$count/0/-/-" ;;
*) echo "failed: $tried" ;;
esac
}
`

// connections is eris_try TO ADDRESS of TCP: as many nc at once.
const connections = `
eris_connect() {
tried=$(timeout 3 nc -z -w 1 "$1" $port 2>&1 </dev/null)
code=$?
case $tried in
*"nvalid option"* | *"nrecognized option"* | *sage:*) code=127 ;;
esac
echo $code
}
eris_try() {
codes=$(
tried=0
while [ $tried -lt $count ]; do
tried=$((tried + 1))
eris_connect "$2" &
done
wait
)
sent=0 back=0
for code in $codes; do
sent=$((sent + 1))
case $code in
0) back=$((back + 1)) ;;
127) sent=-1000 ;;
esac
done
case $sent in
-*) echo "failed: timeout or an nc that knows -z is not installed" ;;
*) echo "$1=$sent/$back/-/-" ;;
esac
}
`

// Script prints TO=SENT/RETURNED/MEAN/MAX of everybody, in milliseconds, with - for what
// there is not.
func (p *Packets) Script(node *inventory.Node, _ []*inventory.Service, every time.Duration) string {
	all := p.to(node)
	if len(all) == 0 {
		return nothing(every)
	}
	var ask strings.Builder
	for _, one := range all {
		fmt.Fprintf(&ask, "eris_try %s %s &\n", inventory.Quote(one.name), inventory.Quote(one.address))
	}
	try := echoes
	if p.Port > 0 {
		try = connections
	}
	setup := fmt.Sprintf("set -f\ncount=%d apart=%s port=%d limit=%d", p.Count, inventory.Seconds(p.apart(every)), p.Port, int(p.Slowest(nil)/time.Second))
	return Loop(setup+try, fmt.Sprintf(`
told=$(
%swait
)
case $told in
*"failed: "*) line=${told#*"failed: "} line="failed ${line%%%%
*}" ;;
*)
set -- $told
line="up $*" ;;
esac`, ask.String()), every)
}

// Parse reads a line of Script.
func (p *Packets) Parse(_ *inventory.Node, line string) ([]record.Reading, error) {
	state, words, err := reply("packets", line)
	if err != nil || state == replyNone {
		return nil, err
	}
	if state != replyUp || len(words) == 0 {
		return nil, fmt.Errorf("parse packets: %q is no line of this collector", line)
	}
	var readings []record.Reading
	for _, word := range words {
		some, err := p.answered(word)
		if err != nil {
			return nil, fmt.Errorf("parse packets: %q: %w", word, err)
		}
		readings = append(readings, some...)
	}
	return readings, nil
}

// answered reads what came back from one of them.
func (p *Packets) answered(word string) ([]record.Reading, error) {
	to, text, _ := strings.Cut(word, "=")
	parts := strings.Split(text, "/")
	if to == "" || len(parts) != 4 {
		return nil, errNoAnswer
	}
	sent, err := number(parts[0])
	if err != nil {
		return nil, err
	}
	back, err := number(parts[1])
	if err != nil {
		return nil, err
	}
	if sent < 1 || back > sent {
		return nil, errNoAnswer
	}
	labels := map[string]string{"to": to, "probe": p.probe()}
	readings := []record.Reading{
		{Signal: "packets.sent", Labels: labels, Value: sent}, {Signal: "packets.returned", Labels: labels, Value: back},
		{Signal: "packets.loss", Labels: labels, Value: (sent - back) / sent},
	}
	for i, signal := range []string{"packets.round_trip", "packets.round_trip_max"} {
		if parts[i+2] == "-" {
			continue
		}
		milliseconds, err := number(parts[i+2])
		if err != nil {
			return nil, err
		}
		readings = append(readings, record.Reading{Signal: signal, Labels: labels, Value: milliseconds / 1000})
	}
	return readings, nil
}

// errNoAnswer is of a word that is not what Script prints.
var errNoAnswer = errors.New("it is not TO=SENT/RETURNED/MEAN/MAX")
