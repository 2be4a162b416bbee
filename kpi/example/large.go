package example

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
)

// Calm is a run of 80 s that declares no fault.
func Calm() kpi.Record {
	j := NewJournal("keystone-calm", 40, `availability("tokens") >= 99.9%`, `p90("tokens", "chaos") <= 2 * p90("tokens", "baseline")`)
	j.Phase(0, "warmup")
	j.Phase(5*time.Second, "baseline")
	j.Check(24*time.Second, "before", "pass", "3 == 3")
	j.Phase(25*time.Second, "chaos")
	j.Phase(55*time.Second, "recovery")
	j.Check(79*time.Second, "after", "pass", "3 == 3")
	j.End(80 * time.Second)
	return j.Record(Cloud{Seed: 7, Rate: 40, Length: 80 * time.Second, Median: 88 * time.Millisecond, Spread: 0.3})
}

// Three is a run of three minutes with three loads and three faults.
func Three() kpi.Record {
	j := NewJournal("three-loads", 40, `availability("tokens") >= 99.9%`, `availability("validations") >= 99%`, `availability("lists") >= 99%`, `time_to_recover("freeze-keystone") <= 20s`)
	j.Meta.Loads = append(j.Meta.Loads,
		record.LoadPlan{Name: "validations", Workload: "keystone.validate_token", Model: "open", Rate: 20, Process: "constant"},
		record.LoadPlan{Name: "lists", Workload: "nova.list_servers", Model: "open", Rate: 10, Process: "constant"})
	j.Declare("freeze-keystone", "service.freeze", 10*time.Second, "keystone", keystone("ctl-1"))
	j.Declare("stop-cache", "service.stop", 5*time.Second, "memcached", record.Target{Node: "ctl-3", Service: "memcached"})
	j.Declare("kill-nova", "service.kill", 10*time.Second, "nova", record.Target{Node: "ctl-2", Service: "nova-api"})
	j.Phase(0, "warmup")
	j.Phase(10*time.Second, "baseline")
	j.Check(59*time.Second, "before", "pass", "3 == 3")
	j.Phase(time.Minute, "chaos")
	j.Strike("freeze-keystone", 70*time.Second, "keystone is frozen")
	j.Strike("stop-cache", 75*time.Second, "memcached is stopped")
	j.Undo("freeze-keystone", 80*time.Second, "engine")
	j.Undo("stop-cache", 82*time.Second, "engine")
	j.Strike("kill-nova", 100*time.Second, "nova-api is dead")
	j.Undo("kill-nova", 110*time.Second, "engine")
	j.Phase(130*time.Second, "recovery")
	j.Check(179*time.Second, "after", "pass", "3 == 3")
	j.End(3 * time.Minute)
	cloud := func(seed uint64, rate float64, episodes ...Episode) Cloud {
		return Cloud{Seed: seed, Rate: rate, Length: 3 * time.Minute, Median: 60 * time.Millisecond, Spread: 0.4, Episodes: episodes}
	}
	frozen := Episode{At: 70 * time.Second, Broken: 3 * time.Second, Until: 85 * time.Second, Failing: 0.6, Class: record.Timeout, Slow: 3}
	loads := map[string]Cloud{
		"tokens": cloud(11, 40, frozen), "validations": cloud(12, 20, frozen),
		"lists": cloud(13, 10, Episode{At: 100 * time.Second, Broken: 4 * time.Second, Until: 112 * time.Second, Failing: 0.5, Class: record.HTTP5xx, Slow: 2}),
	}
	all := j.Record(loads["tokens"])
	all.Samples = func(load string) iter.Seq2[record.Sample, error] { return loads[load].Samples(load) }
	all.Failures = func(load string) ([]record.Failure, error) { return loads[load].failures(load) }
	return all
}

// Twelve is twenty minutes with twelve faults, of which each third strikes while the one
// before it is held.
func Twelve() kpi.Record {
	return many("twelve-faults", 12, 20*time.Minute, 60)
}

// Long is eight hours with 1,008,000 arrivals and 24 faults.
func Long() kpi.Record {
	return many("eight-hours", 24, 8*time.Hour, 35)
}

// many is a run of so many faults at equal distances, each held for a tenth of that.
func many(name string, faults int, length time.Duration, rate float64) kpi.Record {
	kinds := []struct{ kind, service, effect string }{
		{"service.kill", "keystone", "keystone is dead, 4 processes gone"},
		{"network.partition", "rabbitmq", "no packet of port 5672 passes"},
		{"service.pause", "memcached", "memcached is stopped"},
	}
	objectives := []string{`availability("tokens") >= 99%`, `p99("tokens", "chaos") <= 3 * p99("tokens", "baseline")`}
	fault := func(i int) string { return fmt.Sprintf("%s-%d", kinds[i%len(kinds)].service, i+1) }
	for i := range faults {
		objectives = append(objectives, fmt.Sprintf(`time_to_recover(%q) <= 60s`, fault(i)))
	}
	j := NewJournal(name, rate, objectives...)
	step := (length - 4*time.Minute) / time.Duration(faults)
	hold := step / 10
	cloud := Cloud{Seed: 99, Rate: rate, Length: length, Median: 88 * time.Millisecond, Spread: 0.5}
	type act struct {
		at    time.Duration
		fault string
		what  string // the effect; empty: its undo
	}
	var acts []act
	for i := range faults {
		kind, target := kinds[i%len(kinds)], fmt.Sprintf("ctl-%d", i%3+1)
		j.Declare(fault(i), kind.kind, hold, kind.service, record.Target{Node: target, Service: kind.service})
		at := 2*time.Minute + 10*time.Second + time.Duration(i)*step
		if i%3 == 2 {
			at -= step - hold/2 // while the second of three is held
		}
		acts = append(acts, act{at, fault(i), kind.effect}, act{at + hold, fault(i), ""})
		cloud.Episodes = append(cloud.Episodes, Episode{
			At: at, Broken: hold / 4, Until: at + hold + time.Duration(i%5)*step/10, Failing: 0.3, Class: []record.Class{record.HTTP5xx, record.Timeout}[i%2], Slow: 2 + float64(i%4)})
	}
	slices.SortStableFunc(acts, func(a, b act) int { return cmp.Compare(a.at, b.at) })
	j.Phase(0, "warmup")
	j.Phase(30*time.Second, "baseline")
	j.Check(119*time.Second, "before", "pass", "3 == 3")
	j.Phase(2*time.Minute, "chaos")
	for _, a := range acts {
		if a.what != "" {
			j.Strike(a.fault, a.at, a.what)
		} else {
			j.Undo(a.fault, a.at, "engine")
		}
	}
	j.Phase(length-90*time.Second, "recovery")
	j.Check(length-time.Second, "after", "pass", "3 == 3")
	j.End(length)
	return j.Record(cloud)
}
