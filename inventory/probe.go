package inventory

import (
	"fmt"
	"math"
	"net"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// ProbeScript returns a POSIX sh script that exits 0 when the service works on
// the node, by its declared health probe, or when it has none by the state of
// its runtime. It is read-only, prints nothing that matters, and ends within
// the probe's timeout.
func ProbeScript(node *Node, service *Service) string {
	p := service.Health
	if p == nil {
		return runtimeScript(service.Runtime)
	}
	timeout := Seconds(p.Timeout)
	port := strconv.Itoa(service.Port)
	switch {
	case p.HTTP != "":
		url := "http://" + net.JoinHostPort(node.Listen, port) + p.HTTP
		return fmt.Sprintf("curl -fsS -o /dev/null -m %s %s >/dev/null 2>&1\n", timeout, Quote(url))
	case p.TCP:
		// nc takes whole seconds only.
		whole := strconv.Itoa(max(1, int(math.Ceil(p.Timeout.Seconds()))))
		return fmt.Sprintf("nc -z -w %s %s %s >/dev/null 2>&1\n", whole, Quote(node.Listen), port)
	default:
		return fmt.Sprintf("timeout -k 1 %s sh -c %s >/dev/null 2>&1 </dev/null\n", timeout, Quote(p.Command))
	}
}

// ProbeTools lists the commands that ProbeScript needs on the node, beyond the
// shell and systemd.
func ProbeTools(service *Service) []string {
	switch p := service.Health; {
	case p == nil:
		return nil
	case p.HTTP != "":
		return []string{"curl"}
	case p.TCP:
		return []string{"nc"}
	default:
		return []string{"timeout"}
	}
}

// runtimeScript asks whether the runtime says that the service runs.
func runtimeScript(r Runtime) string {
	switch r.Kind {
	case Unit:
		return fmt.Sprintf("systemctl is-active --quiet %s\n", Quote(r.Name))
	case Container:
		// Docker calls running what it has paused, but not in its status.
		return fmt.Sprintf(`for status in "$(docker inspect -f '{{.State.Status}}' %[1]s 2>/dev/null)" "$(podman inspect -f '{{.State.Status}}' %[1]s 2>/dev/null)"; do
	[ "$status" = running ] && exit 0
done
exit 1
`, Quote(r.Name))
	case Process:
		// The kernel keeps 15 bytes of a command's name.
		comm := r.Name[:min(len(r.Name), 15)]
		return fmt.Sprintf("grep -q -s -E %s /proc/[0-9]*/stat\n", Quote(`^[0-9]+ \(`+regexp.QuoteMeta(comm)+`\) [^ZX]`))
	case Pacemaker:
		return resourceScript(r.Name)
	case Pod:
	}
	return "exit 1\n"
}

// Seconds is a duration as commands read it: a decimal number of seconds.
func Seconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', -1, 64) }

// Quote makes one word of POSIX sh out of any text.
func Quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
