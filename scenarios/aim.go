package scenarios

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/openstack-eris/eris/collectors"
	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/redundancy"
)

// Aim narrows those that a selector picks to those of whom something is true
// at the moment at which the fault fires. At most one part is set. Until then a
// fault is armed on all of them.
type Aim struct {
	Leader   string `yaml:"leader" help:"a service whose leader the inventory tells, as SERVICE/LEADER where it tells several, or true for the target's own service: only nodes where it leads when the fault fires"`
	Follower string `yaml:"follower" help:"the same, for all nodes but where it leads"`
	Most     string `yaml:"most" help:"a signal of the scenario's collectors: those where it is greatest when the fault fires"`
	Least    string `yaml:"least" help:"the same, for those where it is least"`
}

// words are the keys of an aim with what they say.
func (a Aim) words() []selectorWord {
	return slices.DeleteFunc([]selectorWord{
		{"leader", a.Leader}, {"follower", a.Follower}, {"most", a.Most}, {"least", a.Least},
	}, func(w selectorWord) bool { return w.value == "" })
}

type selectorWord struct{ key, value string }

// Given tells that the fault's targets are known only when it fires.
func (a Aim) Given() bool { return a != Aim{} }

// Service is whose leader is asked for; empty when it is not about leaders.
func (a Aim) Service() string {
	service, _ := cutLeader(a.Leader + a.Follower)
	return service
}

// Lead is the name of what is led, where the service has several leaders.
func (a Aim) Lead() string {
	_, lead := cutLeader(a.Leader + a.Follower)
	return lead
}

// Leading says in words that somebody leads so.
func (a Aim) Leading() string { return a.Service() + " leads" + a.as() }

func (a Aim) as() string {
	if lead := a.Lead(); lead != "" {
		return " as " + lead
	}
	return ""
}

// cutLeader parts mariadb/donor.
func cutLeader(word string) (service, lead string) {
	service, lead, _ = strings.Cut(word, "/")
	return service, lead
}

// Signal is what is compared; empty when it is about leaders.
func (a Aim) Signal() string { return a.Most + a.Least }

// String says in words whom it leaves.
func (a Aim) String() string {
	switch {
	case a.Leader != "":
		return "where " + a.Leading()
	case a.Follower != "":
		return fmt.Sprintf("where %s does not lead%s", a.Service(), a.as())
	case a.Most != "":
		return fmt.Sprintf("where %s is greatest", a.Most)
	case a.Least != "":
		return fmt.Sprintf("where %s is least", a.Least)
	}
	return ""
}

// aim checks what a target says of the moment at which its fault fires, and
// returns it with the service's name in the place of true.
func (l *loader) aim(target Target, refs []inventory.Ref, at *document.Node) Aim {
	a := target.Aim
	words := a.words()
	if len(words) > 1 {
		l.report.At(at.Get(words[1].key)).Errorf("a target has one of leader, follower, most and least, not %s and %s", words[0].key, words[1].key)
		return a
	}
	for _, w := range words {
		switch w.key {
		case "leader":
			a.Leader = l.leads(w, target.Selector, refs, at.Get(w.key))
		case "follower":
			a.Follower = l.leads(w, target.Selector, refs, at.Get(w.key))
		default:
			l.compares(w, refs, at.Get(w.key))
		}
	}
	return a
}

// own is the word for the service that is the target itself.
const own = "true"

// leads checks that the inventory tells who leads in a service, and that it
// runs wherever the fault could strike. It returns the word with the service's
// name.
func (l *loader) leads(w selectorWord, of inventory.Selector, refs []inventory.Ref, at *document.Node) string {
	if l.Cloud == nil {
		return w.value
	}
	if w.value == own && l.Cloud.ServiceByName(own) == nil {
		if w.value = l.itself(w, of, at); w.value == "" {
			return own
		}
	}
	name, lead := cutLeader(w.value)
	service := l.Cloud.ServiceByName(name)
	if service == nil {
		l.service(l.report.At(at), name)
		return w.value
	}
	var leads []string
	for _, known := range service.Leaders {
		leads = append(leads, known.Name)
	}
	switch {
	case len(leads) == 0:
		l.report.At(at).Hint("say it there, e.g. %s: {leader: {address: 192.0.2.10}}", name).
			Errorf("%s: the inventory does not say how a node knows that %s leads on it", w.key, name)
	case lead == "" && len(leads) > 1:
		l.report.At(at).Hint("%s: %s/%s", w.key, name, leads[0]).
			Errorf("%s: %s has several leaders, %s: say which", w.key, name, strings.Join(leads, ", "))
	case service.Lead(lead) == nil:
		l.report.At(at).Unknown("leader of "+name, lead, slices.DeleteFunc(leads, func(n string) bool { return n == "" }))
	default:
		for _, ref := range refs {
			if !slices.Contains(service.Nodes, ref.Node) {
				l.report.At(at).Errorf("%s: %s may be struck, and %s does not run on %s", w.key, ref, name, ref.Node)
				break
			}
		}
	}
	return w.value
}

// itself is the one service that a target names, itself or by its group; empty
// where it is not one, which is reported.
func (l *loader) itself(w selectorWord, of inventory.Selector, at *document.Node) string {
	var services []string
	switch group := l.Cloud.GroupByName(of.Group); {
	case of.Service != "" && !l.Cloud.AnyService(of):
		services = []string{of.Service}
	case group != nil:
		for _, m := range group.Members {
			services = append(services, m.Service)
		}
		slices.Sort(services)
		services = slices.Compact(services)
	}
	switch len(services) {
	case 1:
		return services[0]
	case 0:
		l.report.At(at).Hint("name the service, e.g. %s: keepalived", w.key).
			Errorf("%s: true is for a target that has a service, or a group of one service", w.key)
	default:
		l.report.At(at).Hint("e.g. %s: %s", w.key, services[0]).
			Errorf("%s: true: the group %s has several services, %s: name one", w.key, of.Group, strings.Join(services, ", "))
	}
	return ""
}

// compares checks that a signal has one series a target.
func (l *loader) compares(w selectorWord, refs []inventory.Ref, at *document.Node) {
	l.signal(l.report.At(at), w.value)
	for _, s := range l.signals {
		if s.Name != w.value {
			continue
		}
		if len(refs) > 0 && len(s.Labels) == 0 {
			l.report.At(at).Errorf("%s: %s has one value for the whole cloud, which compares no targets", w.key, w.value)
			return
		}
		for _, ref := range refs {
			if where := series(l.Cloud, ref); slices.ContainsFunc(s.Labels, func(label string) bool { return where[label] == "" }) {
				l.report.At(at).Errorf("%s: %s is told by %s, and may have more than one value on %s",
					w.key, w.value, strings.Join(s.Labels, ", "), ref)
				return
			}
		}
		return
	}
}

// series are the labels by which a signal can be told of one target.
func series(cloud *inventory.Cloud, ref inventory.Ref) map[string]string {
	labels := map[string]string{"node": ref.Node}
	if ref.Service != "" {
		labels["service"] = ref.Service
		if port := cloud.ServiceByName(ref.Service).Port; port > 0 {
			labels["port"] = strconv.Itoa(port)
		}
	}
	return labels
}

// Of are those of a series of the signal that an aim compares, on a target.
func (a Aim) Of(cloud *inventory.Cloud, signals []collectors.SignalInfo, ref inventory.Ref) map[string]string {
	where := series(cloud, ref)
	for _, s := range signals {
		if s.Name == a.Signal() {
			maps.DeleteFunc(where, func(label, _ string) bool { return !slices.Contains(s.Labels, label) })
		}
	}
	return where
}

// strikes is how many of the candidates are struck at most. One leads, as far
// as is known before, so that all the others are one fewer.
func (a Aim) strikes(count Count, candidates int) int {
	switch {
	case count.Max():
		return redundancy.Most
	case a.Leader != "" && count.fixed == 0:
		return 1
	case a.Follower != "":
		return max(1, min(count.Of(candidates), candidates-1))
	}
	return count.Of(candidates)
}
