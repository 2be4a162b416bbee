package faults

import (
	"fmt"
	"math"
	"net"
	"strconv"
	"strings"
	"time"
)

// HealthScript is the POSIX sh that asks a target's service, on its own node,
// whether it does its work: the probe of the inventory. It is empty when none
// is declared.
func HealthScript(target Target) string {
	if target.Service == nil || target.Service.Health == nil {
		return ""
	}
	probe := target.Service.Health
	host := target.Node.Listen
	if host == "" {
		host = target.Node.Address.Addr().String()
	}
	port := strconv.Itoa(target.Service.Port)
	wait := strconv.Itoa(max(1, int(math.Ceil(probe.Timeout.Seconds()))))
	if probe.Timeout == 0 {
		wait = strconv.Itoa(int(defaultProbe.Seconds()))
	}
	switch {
	case probe.HTTP != "":
		url := "http://" + net.JoinHostPort(host, port) + "/" + strings.TrimPrefix(probe.HTTP, "/")
		return fmt.Sprintf("curl -fsS -o /dev/null -m %s %s\n", wait, quote(url))
	case probe.TCP:
		return fmt.Sprintf("nc -z -w %s %s %s\n", wait, quote(host), port)
	default:
		return fmt.Sprintf("timeout %s sh -c %s\n", wait, quote(probe.Command))
	}
}

// HealthTools are the commands that HealthScript needs on the node.
func HealthTools(target Target) []string {
	switch {
	case target.Service == nil || target.Service.Health == nil:
		return nil
	case target.Service.Health.HTTP != "":
		return []string{"curl"}
	case target.Service.Health.TCP:
		return []string{"nc"}
	default:
		return nil
	}
}

const defaultProbe = 2 * time.Second

// quote makes one word of the shell of any text.
func quote(text string) string {
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
