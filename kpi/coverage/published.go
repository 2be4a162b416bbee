package coverage

import (
	"fmt"
	"slices"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
)

// experiment is one of the published record: what it was, and the greatest figures of its
// runs by Eris' own method. Nil is what cannot be told of any run, 0 what happened in none.
// They are those of docs/published-record.md, which are computed from its data.
type experiment struct {
	name     string
	fault    string // on one target
	services []string
	runs     int
	outage, downtime,
	recover *float64 // seconds
}

func databases() []string { return []string{"mysql", "mariadb", "galera", "percona"} }

// asked is the workload that sends what they sent. That of the others is none of ours.
const asked = "keystone.issue_token"

// experiments are those of which something can be told, and that one of our workloads can make
// again.
func experiments() []experiment {
	return []experiment{
		{"authenticate_with_kill_keystone_service_on_one_node", "service.kill", []string{"keystone"}, 5, new(2.08), new(1.0), new(8.77)},
		{"authenticate_with_kill_mysql_service_on_one_node", "service.kill", databases(), 1, new(16.7), new(16.0), new(22.6)},
		{"authenticate_with_restart_keystone_service_on_one_node", "service.restart", []string{"keystone"}, 5, new(2.31), new(2.0), nil},
		{"authenticate_with_restart_memcached_service_on_one_node", "service.restart", []string{"memcached"}, 5, new(0.0), new(0.0), new(0.0)},
	}
}

// like tells whether a fault and a load are those of the experiment.
func (e experiment) like(f record.FaultPlan, load record.LoadPlan) bool {
	return f.Fault == e.fault && len(f.Targets) == 1 && slices.Contains(e.services, f.Targets[0].Service) && load.Workload == asked
}

// againstPublished is what of a run was worse than in each run of the published experiment
// that it is like: of one with a single fault and a single load, since theirs had no more.
func againstPublished(run Run) []Versus {
	if len(run.Meta.Faults) != 1 || len(run.Meta.Loads) != 1 {
		return nil
	}
	fault, load := run.Meta.Faults[0], run.Meta.Loads[0]
	at := slices.IndexFunc(experiments(), func(e experiment) bool { return e.like(fault, load) })
	if at < 0 {
		return nil
	}
	e := experiments()[at]
	var list []Versus
	for _, of := range []struct {
		name, scope, words string
		most               *float64
	}{
		{"outage", load.Name, "longest outage of", e.outage}, {"downtime", load.Name, "downtime of", e.downtime},
		{"time_to_recover", fault.Name, "time to recover from", e.recover},
	} {
		for _, k := range run.Result.KPIs {
			if k.Name != of.name || k.Scope != of.scope || of.most == nil || k.Low == nil || *k.Low <= *of.most || k.State != kpi.Measured && k.State != kpi.Censored {
				continue
			}
			v := Versus{
				Cloud: run.Result.Cloud.Name, Scenario: run.Result.Scenario.Name, What: of.words + " " + of.scope, Unit: "s", Against: "published record",
				Newest: k.Value, Other: of.most, Change: new(*k.Value - *of.most), Low: new(*k.Low - *of.most), Word: kpi.CannotTell,
				Why:  fmt.Sprintf("more than in any run of %s (%d) of which it can be told; that was another cloud of another release", e.name, e.runs),
				Runs: 1, Before: e.runs, Last: run.evidence("objectives"),
			}
			if k.High != nil {
				v.High = new(*k.High - *of.most)
			}
			list = append(list, v)
		}
	}
	return list
}
