package inventory

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/openstack-eris/eris/document"
)

// Lead is how a node says whether it leads in a service: it holds the virtual
// address, is the writer, has the queues' leaders. Exactly one of Address and
// Command is set.
type Lead struct {
	Name    string     // by which a service has several; empty where its one was given none
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
		Seconds(l.Timeout), Quote(command), Leads, Follows)
}

// Lead is the one of a name, or without a name the only one; nil where there is
// none such.
func (s *Service) Lead(name string) *Lead {
	if name == "" {
		if len(s.Leaders) == 1 {
			return s.Leaders[0]
		}
		return nil
	}
	for _, lead := range s.Leaders {
		if lead.Name == name {
			return lead
		}
	}
	return nil
}

// leaders reads the one way in which a service leads, or several by name: who
// writes and who is the donor of a Galera cluster are two questions.
func (l *loader) leaders(s *serviceSpec) []*Lead {
	switch {
	case s.Leaders.Node == nil:
		if lead := l.leader("leader", s.Leader.V, s.Leader.Node); lead != nil {
			return []*Lead{lead}
		}
		return nil
	case s.Leader.Given():
		l.report.At(s.Leaders.Node.Key).Hint("give it a name there").Errorf("a service has either leader or leaders, not both")
	case len(s.Leaders.Entries) == 0 && s.Leaders.Node.Shape == document.Mapping:
		l.report.At(s.Leaders.Node).Hint("e.g. {writer: {command: …}, donor: {command: …}}").Errorf("leaders: is empty")
	}
	var leads []*Lead
	for i := range s.Leaders.Entries {
		e := &s.Leaders.Entries[i]
		l.name("leader", e.Name, e.Key)
		if e.Node.Shape != document.Mapping {
			continue // that has been reported
		}
		lead := l.leader(e.Name, &e.Value, e.Node)
		lead.Name = e.Name
		leads = append(leads, lead)
	}
	slices.SortFunc(leads, func(a, b *Lead) int { return strings.Compare(a.Name, b.Name) })
	return leads
}

func (l *loader) leader(what string, v *leading, node *document.Node) *Lead {
	if v == nil {
		return nil
	}
	lead := &Lead{Command: v.Command.V, Timeout: l.timeout(v.Timeout)}
	switch {
	case v.Address.Given() == v.Command.Given():
		l.report.At(node).Hint("e.g. {address: 198.18.0.10} or {command: 'grep -q MASTER /run/vrrp.state'}").
			Errorf("%s: wants exactly one of address and command", what)
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
