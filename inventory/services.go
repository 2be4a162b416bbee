package inventory

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/openstack-eris/eris/document"
)

// defaultProbeTimeout bounds a health probe that declares no timeout.
const defaultProbeTimeout = 2 * time.Second

func (l *loader) services(s *document.Map[serviceSpec]) {
	for _, e := range s.Entries {
		l.name("service", e.Name, e.Key)
		service := &Service{Name: e.Name, Never: l.never(e.Value.Chaos)}
		service.Runtime = l.runtime(&e.Value, e.Key)
		if e.Value.Port.Given() {
			service.Port = l.between(0, e.Value.Port, "port", 0, 1, 65535)
		}
		service.Health = l.probe(&e.Value)
		service.Leaders = l.leaders(&e.Value)
		service.Nodes = l.on(e.Value.On)
		l.cloud.Services = append(l.cloud.Services, service)
	}
	slices.SortFunc(l.cloud.Services, func(a, b *Service) int { return strings.Compare(a.Name, b.Name) })
}

func (l *loader) runtime(s *serviceSpec, name *document.Node) Runtime {
	var found []Runtime
	for _, r := range []struct {
		kind  RuntimeKind
		given text
	}{{Unit, s.Unit}, {Process, s.Process}, {Container, s.Container}, {Pacemaker, s.Pacemaker}, {Pod, s.Pod}} {
		if !r.given.Given() {
			continue
		}
		found = append(found, Runtime{Kind: r.kind, Name: r.given.V})
		l.runtimeName(r.kind, r.given)
	}
	if s.Start.Given() {
		l.start(s, found)
	}
	switch len(found) {
	case 0:
		l.report.At(name).Hint("say what runs it, e.g. unit: %s.service", name.Text).
			Errorf("%s has no unit, process, container or pacemaker", name.Text)
		return Runtime{}
	case 1:
	default:
		l.report.At(name).Errorf("%s has both %s and %s; a service has one runtime", name.Text, found[0].Kind, found[1].Kind)
	}
	return found[0]
}

// start is the command with which a process is started again.
func (l *loader) start(s *serviceSpec, found []Runtime) {
	at := l.report.At(s.Start.Node)
	switch {
	case len(found) != 1 || found[0].Kind != Process:
		at.Hint("what runs a unit or a container starts it").Errorf("start: is for a process only")
	case strings.TrimSpace(s.Start.V) == "" || strings.ContainsAny(s.Start.V, "\n\r"):
		at.Errorf("start: want a command of one line")
	default:
		found[0].Start = s.Start.V
	}
}

func (l *loader) runtimeName(kind RuntimeKind, given text) {
	at := l.report.At(given.Node)
	switch {
	case kind == Pod:
		at.Hint("use unit, process, container or pacemaker").Errorf("pod: not yet supported")
	case given.Node.Shape != document.Scalar:
	case kind == Unit && !regexp.MustCompile(`^[A-Za-z0-9:_.@\\-]+\.[a-z]+$`).MatchString(given.V):
		at.Hint("write the unit's name with its suffix, e.g. %s.service", strings.TrimSuffix(given.V, ".")).
			Errorf("unit: %q is not the name of a unit", given.V)
	case kind == Container && !regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]*$`).MatchString(given.V):
		at.Errorf("container: %q is not the name of a container", given.V)
	case kind == Pacemaker && !regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.-]*$`).MatchString(given.V):
		at.Hint("write the id of the resource as crm_mon shows it, of a clone that of the clone and no instance (web-clone, not web:0)").
			Errorf("pacemaker: %q is not the id of a resource", given.V)
	case kind == Process && (given.V == "" || strings.ContainsAny(given.V, "\n\r\t/()")):
		at.Hint("write the command's name as /proc/PID/stat shows it in brackets").
			Errorf("process: %q is not the name of a process", given.V)
	}
}

func (l *loader) probe(s *serviceSpec) *Probe {
	h := s.Health.V
	if h == nil {
		return nil
	}
	at, count := l.report.At(s.Health.Node), 0
	for _, given := range []bool{h.HTTP.Given(), h.TCP.Given(), h.Command.Given()} {
		if given {
			count++
		}
	}
	switch {
	case count != 1:
		at.Hint("e.g. {http: /healthcheck}, {tcp: true} or {command: 'exit 0'}").
			Errorf("health: wants exactly one of http, tcp and command")
	case h.TCP.Given() && !h.TCP.V:
		l.report.At(h.TCP.Node).Hint("leave health out").Errorf("tcp: false is no check")
	case h.HTTP.Given() && (!strings.HasPrefix(h.HTTP.V, "/") || strings.ContainsAny(h.HTTP.V, " \t\n")):
		l.report.At(h.HTTP.Node).Errorf("http: %q is not a path that starts with /", h.HTTP.V)
	case h.Command.Given() && strings.TrimSpace(h.Command.V) == "":
		l.report.At(h.Command.Node).Errorf("command: is empty")
	case !h.Command.Given() && !s.Port.Given():
		at.Errorf("health: the check needs the service's port")
	}
	return &Probe{HTTP: h.HTTP.V, TCP: h.TCP.V, Command: h.Command.V, Timeout: l.timeout(h.Timeout)}
}

// timeout is that of a probe, or its default.
func (l *loader) timeout(given document.Value[time.Duration]) time.Duration {
	if !given.Given() {
		return defaultProbeTimeout
	}
	if given.V < time.Millisecond {
		l.report.At(given.Node).Errorf("timeout: has to be 1ms or more")
	}
	return given.V
}

// on resolves the nodes that a service runs on and reports the key that is at
// fault.
func (l *loader) on(on document.Value[onSpec]) []string {
	if !on.Given() || on.Node.Shape != document.Mapping {
		return nil
	}
	selector := Selector{
		Node: on.V.Node, Nodes: on.V.Nodes, Role: on.V.Role,
		Zone: on.V.Zone, Rack: on.V.Rack, Switch: on.V.Switch, Host: on.V.Host,
	}
	refs, err := l.cloud.Select(selector)
	if wrong, ok := errors.AsType[*SelectError](err); ok {
		if selector.Empty() {
			wrong.Hint = "say at least one of node, nodes, role, zone, rack, switch and host"
		}
		wrong.Report(l.report, on.Node)
		return nil
	}
	names := make([]string, len(refs))
	for i, r := range refs {
		names[i] = r.Node
	}
	return names
}
