package example

import (
	"iter"
	"math"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
)

// Journal builds a run's events one after the other.
type Journal struct {
	Meta   record.RunStarted
	Events []record.Event
}

// NewJournal starts a run of the load "tokens" on a cloud of three controllers.
func NewJournal(name string, rate float64, objectives ...string) *Journal {
	j := &Journal{Meta: record.RunStarted{
		Run: "20261121T093000Z-" + name + "-7f3c", Scenario: name, Seed: 4242, Version: "0.1.0",
		SpecSHA: "91ab3f6e0c5d4b7a8e2f1c3d5b7a9e0f2c4d6b8a0e1f3c5d7b9a1e3f5c7d9b0a",
		Cloud:   "lab", Kind: "lab", Owner: "operator@controller",
		Command: []string{"eris", "run", name, "-i", "lab", "--seed", "4242"},
		At:      time.Date(2026, 11, 21, 9, 30, 0, 0, time.UTC), Objectives: objectives,
		Loads: []record.LoadPlan{{Name: "tokens", Workload: "keystone.issue_token", Model: "open", Rate: rate, Process: "constant"}},
	}}
	j.Add(0, record.Event{Type: "started", Started: &j.Meta})
	j.Add(0, record.Event{Type: "tested", Tested: OnTrial()})
	for i, node := range []string{"ctl-1", "ctl-2", "ctl-3"} {
		j.Add(0, record.Event{Type: "clock", Clock: &record.ClockEvent{Node: node, Offset: time.Duration(i) * time.Millisecond, Bound: 2 * time.Millisecond}})
	}
	return j
}

// OnTrial is what the runs were tried on: one of three controllers is a package ahead.
func OnTrial() *record.Tested {
	t := &record.Tested{}
	for _, node := range []string{"ctl-1", "ctl-2", "ctl-3"} {
		t.Add(record.TestedRole, "controller", "", node)
		t.Add(record.TestedOS, "", "Debian GNU/Linux 12 (bookworm)", node)
		t.Add(record.TestedKernel, "", "6.1.0-48-amd64 x86_64", node)
		t.Add(record.TestedPackage, "keystone", "2:22.0.2-0+deb12u6", node)
		t.Add(record.TestedSetting, "keystone provider", "fernet", node)
		t.Add(record.TestedConfig, "keystone", "865b1e7bebea0c5d4b7a8e2f1c3d5b7a9e0f2c4d6b8a0e1f3c5d7b9a1e3f5c7d", node)
	}
	for node, version := range map[string]string{"ctl-1": "2.6.12-1+deb12u4", "ctl-2": "2.6.12-1+deb12u4", "ctl-3": "2.6.12-1+deb12u5"} {
		t.Add(record.TestedPackage, "haproxy", version, node)
	}
	t.Add(record.TestedAPI, "identity", "3.14", "")
	t.Sort()
	return t
}

// Add appends an event.
func (j *Journal) Add(at time.Duration, e record.Event) {
	e.Seq, e.At = int64(len(j.Events)+1), at
	j.Events = append(j.Events, e)
}

// Phase starts a phase.
func (j *Journal) Phase(at time.Duration, name string) {
	j.Add(at, record.Event{Type: "phase", Phase: &record.PhaseStarted{Name: name}})
}

// Check notes a steady-state check.
func (j *Journal) Check(at time.Duration, when, verdict, detail string) {
	j.Add(at, record.Event{Type: "check", Check: &record.CheckEvent{
		Expression: `count_where("service.healthy", {service: "keystone"}) == 3`, When: when, Verdict: verdict, Detail: detail}})
}

// Declare adds a fault to the plan.
func (j *Journal) Declare(name, kind string, hold time.Duration, group string, targets ...record.Target) {
	j.Meta.Faults = append(j.Meta.Faults, record.FaultPlan{
		Name: name, Fault: kind, Targets: targets, Hold: hold, Lease: 10 * time.Second, TTL: hold + time.Minute, Groups: []string{group}})
}

// Strike writes the life of a declared fault up to its effect.
func (j *Journal) Strike(name string, at time.Duration, effect string) {
	f := j.plan(name)
	j.state(at-85*time.Millisecond, name, record.Waiting, "", "at 5s of chaos")
	j.state(at-80*time.Millisecond, name, record.Injecting, "", "")
	for _, t := range f.Targets {
		j.Add(at+40*time.Millisecond, record.Event{Type: "target", Target: &record.TargetEvent{
			Name: name, ID: "f-" + name, Target: t, State: record.Held, NodeAt: &at, Bound: 2 * time.Millisecond, Effect: effect}})
	}
	j.state(at+45*time.Millisecond, name, record.Held, "", "")
}

// Undo writes the rest of a fault's life.
func (j *Journal) Undo(name string, at time.Duration, by string) {
	f := j.plan(name)
	done := at + 700*time.Millisecond
	j.state(at, name, record.Undoing, "", "")
	for _, t := range f.Targets {
		j.Add(done+30*time.Millisecond, record.Event{Type: "target", Target: &record.TargetEvent{
			Name: name, ID: "f-" + name, Target: t, State: record.Undone, NodeAt: &done, Bound: 2 * time.Millisecond, By: by}})
	}
	j.state(done+35*time.Millisecond, name, record.Undone, "", "")
}

// State writes a change of a fault's state.
func (j *Journal) State(at time.Duration, name string, s record.FaultState, reason string) {
	j.state(at, name, s, reason, "")
}

func (j *Journal) state(at time.Duration, name string, s record.FaultState, reason, trigger string) {
	j.Add(at, record.Event{Type: "fault", Fault: &record.FaultEvent{Name: name, ID: "f-" + name, State: s, Reason: reason, Trigger: trigger}})
}

func (j *Journal) plan(name string) record.FaultPlan {
	for _, f := range j.Meta.Faults {
		if f.Name == name {
			return f
		}
	}
	return record.FaultPlan{Name: name}
}

// End closes the run.
func (j *Journal) End(at time.Duration) {
	j.Add(at, record.Event{Type: "phase", Phase: &record.PhaseStarted{Name: "done"}})
	j.Add(at, record.Event{Type: "ended", Ended: &record.RunEnded{}})
}

// Record puts the journal and the cloud together.
func (j *Journal) Record(c Cloud) kpi.Record {
	return kpi.Record{Meta: j.Meta, Events: j.Events, Samples: c.Samples, Failures: c.failures, Signals: c.sessions}
}

// sessions are readings of established sessions on three controllers: what a
// node that is struck loses, the others take over.
func (c Cloud) sessions() iter.Seq2[record.Reading, error] {
	return func(yield func(record.Reading, error) bool) {
		for at := time.Duration(0); at < c.Length; at += time.Second {
			for i, node := range []string{"ctl-1", "ctl-2", "ctl-3"} {
				value := 20 + 4*math.Sin(at.Seconds()/9+float64(i))
				for _, e := range c.Episodes {
					if at >= e.At && at < e.Until {
						value *= []float64{2.6, 0.1, 0.2}[i]
					}
				}
				r := record.Reading{Signal: "sockets.established", Labels: map[string]string{"node": node, "port": "5000"}, At: at, Value: math.Round(value), Unit: "1"}
				if c.Stop > 0 && at > c.Stop || !yield(r, nil) {
					return
				}
			}
		}
	}
}
