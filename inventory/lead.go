package inventory

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/openstack-eris/eris/document"
)

// Lead is how a node says whether it leads in a service: it holds the virtual
// address, is the writer, has the queues' leaders. Exactly one of Address and
// Command is set.
type Lead struct {
	Address netip.Addr // who has it leads
	Command string     // exit 0: it leads, 1: it does not, anything else: not known; POSIX sh
	Timeout time.Duration
}

// The words of LeaderScript.
const (
	Leads   = "leads"
	Follows = "follows"
)

// LeaderScript returns a read-only POSIX sh script that prints [Leads] or
// [Follows], or nothing when the node cannot tell, within the lead's timeout.
func (l *Lead) LeaderScript() string {
	command := l.Command
	if l.Address.IsValid() {
		command = fmt.Sprintf("a=$(ip -o addr show to %s) || exit 2; test -n \"$a\"", l.Address)
	}
	return fmt.Sprintf("timeout %s sh -c %s >/dev/null 2>&1 </dev/null\ncase $? in 0) echo %s ;; 1) echo %s ;; esac\n",
		seconds(l.Timeout), Quote(command), Leads, Follows)
}

func (l *loader) leader(given document.Value[*leading]) *Lead {
	v := given.V
	if v == nil {
		return nil
	}
	lead := &Lead{Command: v.Command.V, Timeout: l.timeout(v.Timeout)}
	switch {
	case v.Address.Given() == v.Command.Given():
		l.report.At(given.Node).Hint("e.g. {address: 198.18.0.10} or {command: 'grep -q MASTER /run/vrrp.state'}").
			Errorf("leader: wants exactly one of address and command")
	case v.Command.Given() && strings.TrimSpace(v.Command.V) == "":
		l.report.At(v.Command.Node).Errorf("command: is empty")
	case v.Address.Given():
		var err error
		if lead.Address, err = netip.ParseAddr(v.Address.V); err != nil || lead.Address.Zone() != "" {
			l.report.At(v.Address.Node).Errorf("address: %q is not an IP address", v.Address.V)
		}
	}
	return lead
}
