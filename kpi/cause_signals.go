package kpi

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
)

// signalCauses go by what collectors read behind the load while it happened. What a fault
// did to its own targets while it was held is its effect and no cause.
func signalCauses() []rule {
	return append([]rule{
		{"backend-down", backendDown}, {"check-noticed-late", checkNoticedLate}, {"address-away", addressAway},
		{"agent-down", func(e *evidence) (string, []string) {
			return e.agents("an agent or service that was not struck, or was undone before, did not report: what it does was not done")
		}},
		{"other-service-ill", func(e *evidence) (string, []string) {
			return e.read("service.healthy", itself, isZero, "something that no fault struck, or that was undone before, was not healthy: it depends on what was struck, or failed by itself")
		}},
		{"outage-elsewhere", outageElsewhere},
	}, storeCauses()...)
}

// storeCauses are about what keeps the state of the cloud.
func storeCauses() []rule {
	return []rule{
		{"galera-not-ready", func(e *evidence) (string, []string) {
			return e.read("galera.ready", databases, isZero, "members of the database's cluster that were not struck, or were undone before, took no statements: the rest may have had no majority, or the cluster was held up")
		}},
		{"galera-not-synced", func(e *evidence) (string, []string) {
			return e.read("galera.synced", databases, isZero, "a member of the database's cluster had not caught up with it (state transfer, or it had not joined)")
		}},
		{"rabbitmq-parted", func(e *evidence) (string, []string) {
			return e.read("rabbitmq.partitions", nil, isPositive, "brokers were parted from each other, so that queues and who listens to them were not on one side")
		}},
		{"rabbitmq-alarm", func(e *evidence) (string, []string) {
			return e.read("rabbitmq.alarms", nil, isPositive, "a broker had an alarm of memory or disk, while which nobody may publish")
		}},
	}
}

func isZero(x float64) bool     { return x == 0 }
func isPositive(x float64) bool { return x > 0 }

// mostRead is of how many things a hypothesis lists what was read.
const mostRead = 4

// services tells which services of a node a signal is a word of; of none any.
type services func(t *trace) []string

func databases(*trace) []string { return []string{"mariadb", "mysql", "galera", "percona"} }
func itself(t *trace) []string  { return []string{t.of} }
func anyOf(*trace) []string     { return nil }

// read is a cause that a signal stands for which had such a value in the span: on a node on
// which no fault struck those services, or after that was undone. Where no services are
// given it counts wherever it was read. What was so before counts nowhere.
func (e *evidence) read(signal string, of services, holds func(float64) bool, text string) (string, []string) {
	var standsOn []string
	for _, t := range e.a.traces.of(signal) {
		if before, known := t.at(e.span.From-beside, longAfter); known && holds(before) {
			continue
		}
		s, was := t.during(e.span, holds)
		if was && of != nil {
			s, was = e.unstruck(t.node, of(t), s)
		}
		if was {
			standsOn = append(standsOn, t.say(s))
		}
	}
	if len(standsOn) == 0 {
		return "", nil
	}
	return text, shortened(standsOn)
}

// unstruck is what of a stretch is no effect of a fault on one of these services of the node,
// or on the whole of it: all of it, or what comes some time after the undo; false where
// nothing is left.
func (e *evidence) unstruck(node string, of []string, s stretch) (stretch, bool) {
	hit := func(t record.Target) bool {
		return sameHost(t.Node, node) && (t.Service == "" || len(of) == 0 || slices.Contains(of, t.Service))
	}
	for i := range e.a.Faults {
		f := &e.a.Faults[i]
		if f.Asked == nil || s.to < *f.Asked || !slices.ContainsFunc(f.Plan.Targets, hit) && !slices.ContainsFunc(f.Plan.Costs, hit) {
			continue
		}
		if f.Undone == nil || s.to <= *f.Undone+beside {
			return s, false
		}
		s.from = max(s.from, *f.Undone)
	}
	return s, true
}

// sameHost tells whether two names are of one node: an agent may tell its own with a
// domain.
func sameHost(x, y string) bool {
	x, _, xFull := strings.Cut(x, ".")
	y, _, yFull := strings.Cut(y, ".")
	return x == y && !(xFull && yFull)
}

// say is what was read in a stretch.
func (t *trace) say(s stretch) string {
	when := "at " + exactly(s.from)
	if s.to > s.from {
		when = fmt.Sprintf("from %s to %s", exactly(s.from), exactly(s.to))
	}
	return fmt.Sprintf("%s of %s was %s %s", t.signal, strings.TrimSpace(t.of+" "+t.node), Quantity(s.value, "1"), when)
}

func shortened(list []string) []string {
	if more := len(list) - mostRead; more > 0 {
		return append(list[:mostRead:mostRead], fmt.Sprintf("and %d more", more))
	}
	return list
}

func (e *evidence) agents(text string) (string, []string) {
	var all []string
	for _, signal := range []string{"neutron_agents.alive", "nova_services.alive", "cinder_services.alive"} {
		if _, standsOn := e.read(signal, anyOf, isZero, text); len(standsOn) > 0 {
			all = append(all, standsOn...)
		}
	}
	if len(all) == 0 {
		return "", nil
	}
	return text, shortened(all)
}

// backendDown: the proxy had no server for a backend.
func backendDown(e *evidence) (string, []string) {
	var standsOn []string
	for _, t := range e.a.traces.of("haproxy.backend_up") {
		if before, known := t.at(e.span.From-beside, longAfter); known && before == 0 {
			continue // as it was before
		}
		s, was := t.during(e.span, isZero)
		if was {
			s, was = e.unstruck(t.node, []string{"haproxy"}, s)
		}
		if was {
			standsOn = append(standsOn, t.say(s))
		}
	}
	if len(standsOn) == 0 {
		return "", nil
	}
	return "the proxy had taken out all servers of a backend, so that there was nobody to send to", shortened(standsOn)
}

// checkNoticedLate: requests failed while the proxy still took what was struck for good.
func checkNoticedLate(e *evidence) (string, []string) {
	if e.load == nil || e.fault == nil || e.fault.Effective == nil || e.latency() {
		return "", nil
	}
	effective := *e.fault.Effective
	for _, t := range e.a.traces.of("haproxy.servers_down") {
		if !e.behind(t.of) {
			continue
		}
		before, known := t.at(effective, longAfter)
		if !known {
			continue
		}
		for _, s := range t.stretches {
			if s.from <= effective || s.value <= before {
				continue
			}
			noticed := Span{effective.Truncate(time.Second), s.from}
			if failed := e.load.tally(noticed).Bad; s.from-effective >= beside && s.from <= e.fault.until(e.a) && failed >= leastFailures {
				return fmt.Sprintf("the proxy went on sending to what was struck for up to %s, until its check had failed often enough", Quantity(seconds(s.from-effective), "s")),
					[]string{
						fmt.Sprintf("%s of %s %s was %s until %s, and %s was effective at %s", t.signal, t.of, t.node, Quantity(before, "1"), exactly(s.from), e.fault.Name, exactly(effective)),
						fmt.Sprintf("%d arrivals of %s that were due by then went wrong", failed, e.load.Plan.Name),
					}
			}
			break
		}
	}
	return "", nil
}

// behind tells whether a backend has the name of a service that the fault strikes.
func (e *evidence) behind(backend string) bool {
	for _, t := range e.fault.Plan.Targets {
		if t.Service != "" && strings.Contains(strings.ReplaceAll(backend, "_", "-"), strings.ReplaceAll(t.Service, "_", "-")) {
			return true
		}
	}
	return false
}

// holding is a stretch in which a node had a virtual address.
type holding struct {
	node string
	stretch
}

// addressAway: a virtual address moved while it happened, or two nodes had it.
func addressAway(e *evidence) (string, []string) {
	holders := map[string][]holding{}
	for _, t := range e.a.traces.of("keepalived.holds") {
		for _, s := range t.stretches {
			if s.value == 1 && s.to >= e.span.From-longAfter && s.from <= e.span.To {
				holders[t.of] = append(holders[t.of], holding{t.node, s})
			}
		}
	}
	var moved, twice []string
	for _, address := range slices.Sorted(maps.Keys(holders)) {
		of := holders[address]
		slices.SortStableFunc(of, func(x, y holding) int { return int(x.from - y.from) })
		last := of[0]
		for _, h := range of[1:] {
			both := min(last.to, h.to)
			switch {
			case h.node == last.node || h.from < e.span.From-beside:
			case both-h.from >= beside:
				twice = append(twice, fmt.Sprintf("%s was held by %s and by %s from %s to %s", address, last.node, h.node, exactly(h.from), exactly(both)))
			default:
				moved = append(moved, fmt.Sprintf("%s was read on %s until %s and on %s from %s", address, last.node, exactly(last.to), h.node, exactly(h.from)))
			}
			if h.to >= last.to {
				last = h
			}
		}
	}
	switch {
	case e.load == nil:
	case len(twice) > 0:
		return "two nodes had the same virtual address, so that packets went to either", shortened(twice)
	case len(moved) > 0:
		return "the virtual address moved meanwhile: until the other node had it and its neighbours knew, nobody answered there", shortened(moved)
	}
	return "", nil
}

// outageElsewhere: something else was down that no fault explains.
func outageElsewhere(e *evidence) (string, []string) {
	var standsOn []string
	for _, o := range e.a.elsewhere() {
		from, to := fromSeconds(o.FromMS/1000), e.a.End
		if o.ToMS != nil {
			to = fromSeconds(*o.ToMS / 1000)
		}
		if o.Unexpected && from < e.span.To && to > e.span.From {
			standsOn = append(standsOn, o.What())
		}
	}
	if len(standsOn) == 0 {
		return "", nil
	}
	return "something else was down at that time which no fault of the run explains: it may be its doing and not the fault's", shortened(standsOn)
}
