package kpi

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
)

// What is looked at beside a gap.
const (
	looksBefore = 5 * time.Second // of the logs before it, and after it
	mostNodes   = 4
	requestsOf  = 3
)

// looks are what to do next: which logs to read between which moments, which requests to
// search for, which collector would have told more, and how to see it again.
func (e *evidence) looks() []Look {
	var all []Look
	if e.span.Length() > 0 {
		all = append(all, e.logLooks()...)
	}
	if look, is := e.requestLook(); is {
		all = append(all, look)
	}
	if kinds := e.unread(); len(kinds) > 0 {
		for n, kind := range kinds {
			kinds[n] = fmt.Sprintf("%s: {kind: %[1]s}", kind)
		}
		all = append(all, Look{Kind: "collector", Text: "have the scenario collect what stands behind the load: under collectors " + strings.Join(kinds, ", ")})
	}
	if again := e.a.again(); again != "" {
		all = append(all, Look{Kind: "repeat", Text: "see it again: " + again, Command: again})
	}
	return all
}

// logLooks are the logs of what the fault struck, around its effect and its undo. Where no
// fault is known there are no nodes to name.
func (e *evidence) logLooks() []Look {
	if e.fault == nil {
		return nil
	}
	var all []Look
	w := Span{max(e.span.From-looksBefore, 0), e.span.To + looksBefore}
	for _, t := range e.fault.Life.Targets {
		if len(all) == mostNodes {
			break
		}
		from, to, note := e.a.nodeTimes(t.Target.Node, w)
		const layout = "2006-01-02 15:04:05"
		command := fmt.Sprintf("journalctl --utc --since '%s UTC' --until '%s UTC'", from.Format(layout), to.Format(layout))
		where, kept := e.sources(t.Target)
		text := fmt.Sprintf("on %s read %s from %s to %s UTC%s", t.Target.Node, where, from.Format(layout), to.Format(time.TimeOnly), note)
		if kept {
			text += " (lines around the fault are in the record)"
		}
		all = append(all, Look{Kind: "logs", Text: text, Node: t.Target.Node, From: &from, To: &to, Command: command})
	}
	return all
}

// sources are where the node's logs on what was struck are, and whether the record has some
// of their lines.
func (e *evidence) sources(t record.Target) (where string, kept bool) {
	var names []string
	for _, l := range e.a.Logged {
		for _, x := range l.Lines {
			if l.Node == t.Node && x.Fault == e.fault.Name && x.Service == t.Service {
				names = appendNew(names, x.Source)
			}
		}
	}
	if len(names) > 0 {
		return strings.Join(names, ", "), true
	}
	if t.Service == "" {
		return "the journal", false
	}
	return "the journal and the log files of " + t.Service, false
}

// nodeTimes are the moments of a span by a node's own clock, whole seconds about it. Where
// that was never measured they are the run's, and the note says so.
func (a *Analysis) nodeTimes(node string, w Span) (from, to time.Time, note string) {
	start := a.Meta.At.UTC()
	var clock *record.ClockEvent // as it was measured last
	for i := range a.history.clocks {
		if a.history.clocks[i].Node == node {
			clock = &a.history.clocks[i]
		}
	}
	if clock == nil {
		note = " (by the run's clock: the node's was not measured)"
	} else if off := clock.Offset; off.Abs() >= time.Second {
		start = start.Add(-off)
		note = fmt.Sprintf(" (by its own clock, which is %s %s)", Quantity(seconds(off.Abs()), "s"), map[bool]string{true: "behind", false: "ahead"}[off > 0])
	}
	return start.Add(w.From).Truncate(time.Second), start.Add(w.To + time.Second - 1).Truncate(time.Second), note
}

// requestLook names requests of the most frequent class of failures.
func (e *evidence) requestLook() (Look, bool) {
	if e.load == nil || e.total == 0 {
		return Look{}, false
	}
	var most *ErrorCount
	for class, all := range e.load.errors {
		if e.failures[class] > 0 && len(all.IDs()) > 0 && (most == nil || all.Count > most.Count || all.Count == most.Count && all.Class < most.Class) {
			most = all
		}
	}
	if most == nil {
		return Look{}, false
	}
	var ids []string
	for _, id := range most.IDs() {
		ids = appendNew(ids, id)
	}
	ids = ids[:min(len(ids), requestsOf)]
	text := fmt.Sprintf("search the cloud's logs for these requests, which failed (%s): %s", most.Class, strings.Join(ids, " "))
	found := 0
	for _, id := range ids {
		if slices.ContainsFunc(e.a.Logged, func(l *record.Logged) bool {
			return slices.ContainsFunc(l.Lines, func(x record.LoggedExcerpt) bool { return x.Request == id })
		}) {
			found++
		}
	}
	if found > 0 {
		text += fmt.Sprintf(" (of %d lines are in the record)", found)
	}
	return Look{Kind: "requests", Text: text, RequestIDs: ids}, true
}

// collectorsFor are the collectors that tell what stands behind a service, or behind all of
// them where the name is empty.
func collectorsFor(service string) []string {
	kinds := map[string][]string{
		"": {"service"}, "haproxy": {"haproxy", "keepalived"}, "keepalived": {"keepalived"}, "mariadb": {"galera"}, "mysql": {"galera"},
		"galera": {"galera"}, "rabbitmq": {"rabbitmq"}, "memcached": {"memcached"},
		"nova": {"nova_services", "rabbitmq", "galera"}, "neutron": {"neutron_agents", "rabbitmq"}, "cinder": {"cinder_services", "rabbitmq"},
		"keystone": {"haproxy", "galera", "memcached"}, "glance": {"haproxy", "galera"},
	}
	for _, name := range []string{"rabbitmq", "mariadb", "mysql", "galera", "memcached", "haproxy", "keepalived", "nova", "neutron", "cinder", "keystone", "glance"} {
		if strings.HasPrefix(service, name) {
			return kinds[name]
		}
	}
	return kinds[service]
}

// unread are the collectors that would have told more, of what the load asks and of what the
// fault strikes, and that read nothing.
func (e *evidence) unread() []string {
	wanted := collectorsFor("")
	if e.load != nil {
		service, _, _ := strings.Cut(e.load.Plan.Workload, ".")
		wanted = append(wanted, collectorsFor(service)...)
	}
	if e.fault != nil {
		for _, t := range e.fault.Plan.Targets {
			if t.Service != "" {
				wanted = append(wanted, collectorsFor(t.Service)...)
			}
		}
	}
	var unread []string
	for _, kind := range wanted {
		if !e.a.traces.kinds[kind] {
			unread = appendNew(unread, kind)
		}
	}
	return unread
}

// again is the command that repeats the run with its seed; empty where the record has none,
// as of a result that was imported. What names one place or one set is left out.
func (a *Analysis) again() string {
	words := a.Meta.Command
	if len(words) < 2 || words[1] != "run" && words[1] != "rehearse" {
		return ""
	}
	kept := []string{filepath.Base(words[0])}
	for n := 1; n < len(words); n++ {
		name, _, joined := strings.Cut(words[n], "=")
		switch name {
		case "--repeat", "--out", "--seed":
			if !joined {
				n++
			}
			continue
		}
		kept = append(kept, words[n])
	}
	return ShellWords(append(kept, "--seed", fmt.Sprint(a.Meta.Seed)))
}

// ShellWords is a command as it can be pasted into a shell.
func ShellWords(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		if w == "" || strings.ContainsAny(w, " \t\n'\"\\$`*?[]{}()<>|&;#~!") {
			w = "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
		}
		quoted[i] = w
	}
	return strings.Join(quoted, " ")
}
