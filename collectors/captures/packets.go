package captures

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/openstack-eris/eris/inventory"
)

// headers is how much of a packet is kept unless more is asked for: with what TCP says of
// itself, and some 40 bytes of what programs say.
const headers = 96

// Packets keeps the packets of a filter. They come over the session as they are seen, and lie
// nowhere on the node. Eris' own packets there are left out: there would be more of them the
// more are kept. The interface is not made promiscuous.
//
// Source: https://www.tcpdump.org/manpages/tcpdump.1.html
type Packets struct {
	Filter    string `yaml:"filter" required:"true" help:"which packets, as pcap-filter(7) has it: tcp port 5672"`
	Interface string `yaml:"interface" help:"on which interface; any is all of them"`
	Snap      int    `yaml:"snap" help:"bytes that are kept of each packet, 64 to 65535; with more than 96 also all that programs say to one another, tokens and passwords among it"`
	Count     int    `yaml:"count" help:"packets at most, 1 to 1000000"`
}

// NewPackets returns the defaults.
func NewPackets() *Packets { return &Packets{Interface: "any", Snap: headers, Count: 100_000} }

var interfaceName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.:@-]{0,31}$`)

// Validate tells all that is wrong with the arguments.
func (p *Packets) Validate() error {
	var wrong []error
	add := func(is bool, format string, args ...any) {
		if is {
			wrong = append(wrong, fmt.Errorf(format, args...))
		}
	}
	add(strings.TrimSpace(p.Filter) == "" || strings.HasPrefix(p.Filter, "-") || strings.ContainsAny(p.Filter, "\n\x00") || len(p.Filter) > 1000,
		"filter: %q is no filter of one line", p.Filter)
	add(!interfaceName.MatchString(p.Interface), "interface: %q is no name of an interface", p.Interface)
	add(p.Snap < 64 || p.Snap > 65535, "snap: %d is not from 64 to 65535", p.Snap)
	add(p.Count < 1 || p.Count > 1_000_000, "count: %d is not from 1 to 1000000", p.Count)
	return errors.Join(wrong...)
}

// Form is of files with room for the headers of some 100,000 packets.
func (*Packets) Form() Form { return Form{".pcap", 16 << 20, MostBytes, []string{"tcpdump"}} }

// Reveals warns of what is said in packets that are kept with more than their headers.
func (p *Packets) Reveals() string {
	if p.Snap <= headers {
		return ""
	}
	return fmt.Sprintf("keeps %d bytes of each packet: what is not encrypted is in it, tokens and passwords, too", p.Snap)
}

// spare is how many bytes more the node gives than the file has room for, so that it is known
// here that there were more.
const spare = 1 << 20

// command is tcpdump with its options, and the filter without Eris' own packets.
func (p *Packets) command() string {
	return fmt.Sprintf("filter=%s\n%s\ntcp=\"tcpdump -p -n -U --immediate-mode -s %d -c %d -i %s\"\n", inventory.Quote("("+p.Filter+")"), withoutEris, p.Snap, p.Count, p.Interface)
}

// withoutEris takes from a filter what the node and Eris, or the host by which it comes, say
// to one another by SSH.
const withoutEris = `set -- $ERIS_SSH_CONNECTION
if [ $# -ge 4 ]; then
filter="$filter and not (host ${1%%%*} and host ${3%%%*} and tcp port $4)"
fi`

// Check asks tcpdump for what it makes of the filter.
func (p *Packets) Check([]*inventory.Service) string {
	return `if ! command -v tcpdump >/dev/null 2>&1; then
echo "tcpdump is not installed"
exit 0
fi
for each in timeout stdbuf od sed; do
command -v $each >/dev/null 2>&1 || echo "$each is not installed"
done
` + p.command() + `told=$(timeout 5 $tcp -d -- "$filter" 2>&1 >/dev/null) || echo "tcpdump does not take it: $(printf '%s' "$told" | tr '\n' ' ')"
`
}

// Script prints what tcpdump writes, in words of eight bytes in hexadecimal: of all programs
// that make text of bytes and are everywhere, od with a limit is the one that does not wait for
// a buffer to be full, so that what was seen before a stop is here by then.
//
// Who watches prints to stderr every second, and ends tcpdump when nobody is there to read it.
func (p *Packets) Script(_ []*inventory.Service, w Window) string {
	return quietly + p.command() + fmt.Sprintf(`exec 3>&1
told=$({ {
timeout -k 2 %d $tcp -w - -- "$filter" 2>&4 3>&- 4>&- &
pid=$!
{ trap '' PIPE
while sleep 1 2>/dev/null && printf '\n' >&2; do :; done
kill "$pid"; } >/dev/null 3>&- 4>&- &
watch=$!
wait "$pid"
code=$?
kill "$watch" 2>/dev/null
printf '\nstatus %%s\n' "$code" >&4
} | stdbuf -oL od -A n -v -t x8 --endian=big -w256 -N %d 3>&- 4>&- | sed -u 's/^/> /' >&3 4>&-; } 4>&1)
printf 'end %%s\n' "$(printf '%%s' "$told" | tr '\n' ';')"
`, seconds(w.For), w.Most+spare)
}

// Sift returns who writes whole packets.
func (*Packets) Sift(_ Window, file io.Writer) Sifter { return &packets{file: file} }
