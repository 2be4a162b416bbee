package node

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/openstack-eris/eris/testenv/simcloud/shell"
)

// What a kernel has only so many of: ports for who connects, and entries in its table
// of connections. A simulated node counts neither; what takes them all is known as such.

const (
	portRange   = "32768\t60999\n"
	portsInAll  = 60999 - 32768 + 1
	tableFolder = "/proc/sys/net/netfilter/nf_conntrack_"
	tableSize   = 262144
	tracked     = 40 // of the node's own connections
)

// limits are those of one boot.
type limits struct {
	mu    sync.Mutex
	left  map[string]int    // ports that stay free, by a protocol whose others are taken
	fills map[string]filled // by the mark of the entries
}

type filled struct {
	percent int
	until   time.Time
}

// layLimits lays the kernel's settings of them, which a program may change.
func (n *Node) layLimits() error {
	for name, text := range map[string]string{
		"/proc/sys/net/ipv4/ip_local_port_range": portRange, "/proc/sys/net/ipv4/ip_local_reserved_ports": "\n",
		tableFolder + "max": fmt.Sprintln(tableSize), tableFolder + "count": fmt.Sprintln(tracked),
	} {
		if err := errors.Join(n.files.MkdirAll(path.Dir(name), 0o755), n.files.WriteFile(name, []byte(text), 0o644)); err != nil {
			return err
		}
	}
	return nil
}

// Portless tells whether who connects from this node by a protocol is given no port.
func (n *Node) Portless(protocol string) bool {
	left, taken := n.limited().portsLeft(protocol)
	return taken && left == 0
}

// Full tells whether what begins at this node, or with it, has no place in the table of
// connections.
func (n *Node) Full() bool { return n.limited().taken() >= 100 }

// limited are the limits of this boot; nil while the node is off.
func (n *Node) limited() *limits {
	if n == nil {
		return nil
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.boot == nil {
		return nil
	}
	return n.boot.limits
}

func (l *limits) portsLeft(protocol string) (left int, taken bool) {
	if l == nil {
		return 0, false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	left, taken = l.left[protocol]
	return left, taken
}

// taken is how much of the table what fills it leaves nobody, in percent.
func (l *limits) taken() (percent int) {
	if l == nil {
		return 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, f := range l.fills {
		if time.Now().Before(f.until) { // what is left the kernel forgets
			percent = max(percent, f.percent)
		}
	}
	return percent
}

// ports is ports.py: hold DIRECTORY LEAVE PROTOCOL... or look with the same words.
func (l *limits) ports(ctx context.Context, p *shell.Proc, words []string) int {
	if len(words) < 4 {
		p.Errorf("python3: hold or look")
		return 1
	}
	directory, protocols := words[1], words[3:]
	leave, err := strconv.Atoi(words[2])
	if err != nil {
		return p.Fail(err)
	}
	if words[0] == "look" {
		lines, code := []string{}, 0
		for _, protocol := range protocols {
			free, taken := l.portsLeft(protocol)
			if !taken {
				free, code = portsInAll, 1
			}
			given := map[bool]string{true: "one", false: "none"}[free > 0]
			lines = append(lines, fmt.Sprintf("%d of %d %s ports are free, asked %d: who connects is given %s", free, portsInAll, strings.ToUpper(protocol), leave, given))
		}
		p.Printf("%s\n", strings.Join(lines, "; "))
		return code
	}
	l.mu.Lock()
	for _, protocol := range protocols {
		l.left[protocol] = leave
	}
	l.mu.Unlock()
	defer func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		for _, protocol := range protocols {
			delete(l.left, protocol)
		}
	}()
	for _, protocol := range protocols {
		if err := p.FS().WriteFile(directory+"/open-"+protocol, []byte("\n"), 0o600); err != nil {
			return p.Fail(err)
		}
	}
	<-ctx.Done()
	return shell.Killed
}

// table is conntrack.py: its entries stay when it ends.
func (l *limits) table(ctx context.Context, p *shell.Proc, words []string, uptime time.Duration) int {
	wrong := func(err error) int {
		if err != nil {
			return p.Fail(err)
		}
		return 0
	}
	switch verb := strings.Join(words[:1], ""); {
	case verb == "tracks":
		_, err := p.FS().ReadFile(tableFolder + "count")
		return wrong(err)
	case verb == "count":
		p.Printf("%d\n", max(0, tableSize*l.taken()/100-tracked))
		return 0
	case verb == "look" && len(words) == 2:
		percent, lost := l.taken(), 0
		if percent >= 100 {
			lost = 10
		}
		asked, err := strconv.Atoi(words[1])
		p.Printf("%d of %d entries of the table of connections are taken (%.1f %%), asked %d %%; %d of 10 new connections had no place\n",
			tableSize*percent/100, tableSize, float64(percent), asked, lost)
		if err == nil && percent < asked {
			return 1
		}
		return wrong(err)
	case verb == "clear" && len(words) == 2:
		l.mu.Lock()
		delete(l.fills, words[1])
		l.mu.Unlock()
		return wrong(p.FS().WriteFile(tableFolder+"count", fmt.Appendln(nil, tracked), 0o644))
	case verb == "hold" && len(words) == 8:
		percent, err := strconv.Atoi(words[3])
		if err != nil {
			return p.Fail(err)
		}
		until, err := strconv.Atoi(words[7])
		if err != nil {
			return p.Fail(err)
		}
		l.mu.Lock()
		l.fills[words[2]] = filled{percent, time.Now().Add(time.Duration(until)*time.Millisecond - uptime)}
		l.mu.Unlock()
		for name, text := range map[string]int{tableFolder + "count": tableSize * percent / 100, words[1] + "/laid": 0} {
			if err := p.FS().WriteFile(name, fmt.Appendln(nil, text), 0o644); err != nil {
				return p.Fail(err)
			}
		}
		<-ctx.Done()
		return shell.Killed
	}
	p.Errorf("python3: hold, look, clear, count or tracks")
	return 1
}

// marks tells by which marks entries were laid that are there still.
func (l *limits) marks(p *shell.Proc) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, mark := range slices.Sorted(maps.Keys(l.fills)) {
		if time.Now().Before(l.fills[mark].until) {
			p.Printf("%s\n", mark)
		}
	}
	return 0
}
