package example

import (
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
)

func keystone(node string) record.Target { return record.Target{Node: node, Service: "keystone"} }

// promises of the small scenario.
func promises() []string {
	return []string{
		`availability("tokens") >= 97%`,
		`time_to_recover("lose-keystone") <= 30s`,
		`p90("tokens", "chaos") <= 6 * p90("tokens", "baseline")`,
	}
}

// Passing is a run in which two of three keystones are killed for 10 s: one
// second of errors, then slow for ten.
func Passing() kpi.Record {
	j, c := maxLoss(promises()...)
	return j.Record(c)
}

func maxLoss(objectives ...string) (*Journal, Cloud) {
	j := NewJournal("keystone-max-loss", 40, objectives...)
	j.Declare("lose-keystone", "service.kill", 10*time.Second, "keystone", keystone("ctl-2"), keystone("ctl-3"))
	c := Cloud{Seed: 7, Rate: 40, Length: 80 * time.Second, Median: 88 * time.Millisecond, Spread: 0.3, Episodes: []Episode{
		{At: 30*time.Second + 300*time.Millisecond, Broken: 1200 * time.Millisecond, Until: 42 * time.Second, Failing: 0.7, Class: record.HTTP5xx, Slow: 5},
	}}
	j.Phase(0, "warmup")
	j.Phase(5*time.Second, "baseline")
	j.Check(24*time.Second, "before", "pass", "3 == 3")
	j.Phase(25*time.Second, "chaos")
	j.Strike("lose-keystone", 30*time.Second, "keystone is dead, 4 processes gone")
	j.Undo("lose-keystone", 40*time.Second, "engine")
	j.Phase(55*time.Second, "recovery")
	j.Check(79*time.Second, "after", "pass", "3 == 3")
	j.End(80 * time.Second)
	return j, c
}

// CutOff is the same run, killed while the fault was held.
func CutOff() kpi.Record {
	j, c := maxLoss(promises()...)
	return j.cut(c, 36*time.Second)
}

// Killed is the same run, killed at a moment: its collectors were reading and none of them has
// said that it ended.
func Killed(at time.Duration) kpi.Record {
	j, c := maxLoss(promises()...)
	for _, node := range []string{"ctl-1", "ctl-2", "ctl-3"} {
		j.Add(0, record.Event{Type: "collect", Collect: &record.CollectEvent{Collector: "redundancy", Node: node, State: "started", Took: 20 * time.Millisecond}})
	}
	return j.cut(c, at)
}

// cut is the record of a run that was killed at a moment.
func (j *Journal) cut(c Cloud, at time.Duration) kpi.Record {
	c.Stop = at
	kept := j.Events[:0:0]
	for _, e := range j.Events {
		if e.At <= c.Stop {
			kept = append(kept, e)
		}
	}
	r := j.Record(c)
	r.Events, r.CutOff = kept, "the run ended without its last event"
	return r
}

// Unknown is the same run with a fault whose trigger never fired.
func Unknown() kpi.Record {
	j := NewJournal("keystone-max-loss", 40, promises()...)
	j.Declare("lose-keystone", "service.kill", 10*time.Second, "keystone", keystone("ctl-2"), keystone("ctl-3"))
	j.Phase(0, "warmup")
	j.Phase(5*time.Second, "baseline")
	j.Check(24*time.Second, "before", "pass", "3 == 3")
	j.Phase(25*time.Second, "chaos")
	j.State(30*time.Second, "lose-keystone", record.Skipped, "its condition was not seen within 5s")
	j.Phase(55*time.Second, "recovery")
	j.Check(79*time.Second, "after", "pass", "3 == 3")
	j.End(80 * time.Second)
	return j.Record(Cloud{Seed: 7, Rate: 40, Length: 80 * time.Second, Median: 88 * time.Millisecond, Spread: 0.3})
}

// Failing is twenty minutes at 120 arrivals a second with three faults, of
// which the second is slow to recover.
func Failing() kpi.Record {
	j := NewJournal("keystone-token-storm", 120,
		`availability("tokens") >= 99.5%`, `time_to_recover("kill-keystone") <= 60s`, `time_to_recover("part-rabbitmq") <= 60s`,
		`time_to_recover("restart-memcached") <= 60s`, `p99("tokens", "chaos") <= 3 * p99("tokens", "baseline")`,
		`p999("tokens", "warmup") <= 2s`)
	j.Declare("kill-keystone", "service.kill", 30*time.Second, "keystone", keystone("ctl-2"))
	j.Declare("part-rabbitmq", "network.partition", time.Minute, "rabbitmq", record.Target{Node: "ctl-1", Service: "rabbitmq"})
	j.Declare("restart-memcached", "service.restart", time.Second, "memcached", record.Target{Node: "ctl-3", Service: "memcached"})
	c := Cloud{Seed: 4242, Rate: 120, Length: 20 * time.Minute, Median: 88 * time.Millisecond, Spread: 0.66, Episodes: []Episode{
		{At: 240 * time.Second, Broken: 6 * time.Second, Until: 285 * time.Second, Failing: 0.45, Class: record.HTTP5xx, Slow: 3.1},
		{At: 540 * time.Second, Broken: 41 * time.Second, Until: 748 * time.Second, Failing: 0.55, Class: record.Timeout, Slow: 11},
		{At: 960 * time.Second, Until: 963 * time.Second, Slow: 2.2},
	}}
	j.Phase(0, "warmup")
	j.Phase(30*time.Second, "baseline")
	j.Check(190*time.Second, "before", "pass", "3 == 3")
	j.Phase(200*time.Second, "chaos")
	j.Strike("kill-keystone", 240*time.Second, "keystone is dead, 4 processes gone")
	j.Undo("kill-keystone", 270*time.Second, "engine")
	j.Strike("part-rabbitmq", 540*time.Second, "no packet of port 5672 passes")
	j.Undo("part-rabbitmq", 600*time.Second, "engine")
	j.Strike("restart-memcached", 960*time.Second, "memcached has a new pid")
	j.Undo("restart-memcached", 961*time.Second, "engine")
	j.Phase(1000*time.Second, "recovery")
	j.Check(1199*time.Second, "after", "pass", "3 == 3")
	j.End(20 * time.Minute)
	return j.Record(c)
}

// Small is a run of 8.5 s at 50 arrivals a second, whose phases begin at half
// seconds: two keystones are gone for 1.5 s, and some arrivals fail.
func Small(seed uint64) kpi.Record {
	j := NewJournal("keystone-max-loss", 50, `availability("tokens") >= 50%`, `outage("tokens") <= 5s`)
	j.Declare("lose-keystone", "service.kill", 1500*time.Millisecond, "keystone", keystone("ctl-2"), keystone("ctl-3"))
	at := func(ms int) time.Duration { return time.Duration(ms) * time.Millisecond }
	j.Phase(0, "warmup")
	j.Phase(at(500), "baseline")
	j.Check(at(2400), "before", "pass", "3 == 3")
	j.Phase(at(2500), "chaos")
	j.Strike("lose-keystone", at(3100), "keystone is dead")
	j.Undo("lose-keystone", at(4600), "engine")
	j.Phase(at(6500), "recovery")
	j.Check(at(8400), "after", "pass", "3 == 3")
	j.End(at(8500))
	return j.Record(Cloud{Seed: seed, Rate: 50, Length: at(8500), Median: at(30), Spread: 0.5, Episodes: []Episode{
		{At: at(3100), Broken: at(600), Until: at(4000), Failing: 0.6, Class: record.Connect, Slow: 2},
	}})
}
