package scenarios_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/openstack-eris/eris/collectors"
	"github.com/openstack-eris/eris/collectors/captures"
	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/conditions"
	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/scenarios"
)

type fakeFault struct {
	Signal string `yaml:"signal" help:"sent to every process"`
	Share  string `yaml:"share"`
	nodes  bool
	nets   []string
}

func (f *fakeFault) Scripts(target faults.Target) (faults.Scripts, error) {
	if (target.Service == nil) != f.nodes {
		return faults.Scripts{}, errors.New("strikes something else")
	}
	if target.Service != nil && target.Service.Name == "unfit" {
		return faults.Scripts{}, errors.New("has nothing to strike there")
	}
	return faults.Scripts{Inject: "kill -" + f.Signal, Undo: "start", Resources: []string{"unit:" + target.Ref().String()}}, nil
}

func (f *fakeFault) Validate() error {
	if f.Share != "" && f.Signal != "KILL" {
		return errors.Join(errors.New("share goes with signal: KILL only"), errors.New("and it is unwise"))
	}
	return nil
}

func (f *fakeFault) Lasting() bool { return f.Signal == "TERM" } // it is service.stop

func (f *fakeFault) Momentary() bool { return f.nodes && f.nets == nil || f.Share == "passes" } // it is node.reboot

func (f *fakeFault) SafetyNets(faults.Target) []string { return f.nets }

type fakeWorkload struct {
	Flavor string        `yaml:"flavor" required:"true"`
	Wait   time.Duration `yaml:"wait"`
}

func (*fakeWorkload) Open(context.Context, loadgen.Env) (loadgen.Session, error) {
	return nil, errors.New("the fake does no work")
}

type plainWorkload struct{}

func (*plainWorkload) Open(context.Context, loadgen.Env) (loadgen.Session, error) {
	return nil, errors.New("the fake does no work")
}

type fakeCollector struct{ signals []collectors.SignalInfo }

func (*fakeCollector) Script(*inventory.Node, []*inventory.Service, time.Duration) string { return "" }
func (*fakeCollector) Parse(*inventory.Node, string) ([]record.Reading, error)            { return nil, nil }
func (c *fakeCollector) Signals() []collectors.SignalInfo                                 { return c.signals }

// catalogue is one of every sort.
func catalogue() *scenarios.Catalogue {
	c := &scenarios.Catalogue{
		Faults:     &document.Kinds[faults.Fault]{},
		Workloads:  &document.Kinds[loadgen.Workload]{},
		Collectors: &document.Kinds[collectors.Collector]{},
		Captures:   captures.Catalogue(),
		Objectives: kpis(),
	}
	for name, fault := range map[string]fakeFault{
		"service.kill":   {Signal: "KILL"},
		"service.stop":   {Signal: "TERM"},
		"service.freeze": {Signal: "STOP"},
		"node.reboot":    {nodes: true},
		"disk.wipe":      {nodes: true, nets: []string{"irreversible"}},
	} {
		c.Faults.Add(document.Kind[faults.Fault]{Name: name, Summary: "Does " + name + ".", New: func() faults.Fault { f := fault; return &f }})
	}
	c.Workloads.Add(document.Kind[loadgen.Workload]{Name: "nova.boot_and_delete_server", Summary: "Boots and deletes.", New: func() loadgen.Workload { return &fakeWorkload{} }})
	for _, name := range []string{"keystone.issue_token", "keystone.validate_token"} {
		c.Workloads.Add(document.Kind[loadgen.Workload]{Name: name, Summary: "Asks for a token.", New: func() loadgen.Workload { return &plainWorkload{} }})
	}
	for name, signals := range map[string][]collectors.SignalInfo{
		"sockets": {{Name: "sockets.established", Unit: "1", Labels: []string{"node", "port"}, Help: "sessions"}},
		"service": {{Name: "service.healthy", Unit: "1", Labels: []string{"node", "service"}}, {Name: "service.restarts", Unit: "1", Labels: []string{"node", "service"}, Kind: collectors.Counter}},
		"node":    {{Name: "node.cpu", Unit: "ratio", Labels: []string{"node"}}, {Name: "node.memory_available", Unit: "bytes", Labels: []string{"node"}}, {Name: "node.sent", Unit: "bytes", Labels: []string{"node"}, Kind: collectors.Delta}},
	} {
		c.Collectors.Add(document.Kind[collectors.Collector]{Name: name, Summary: "Watches.", New: func() collectors.Collector { return &fakeCollector{signals} }})
	}
	return c
}

// kpis have the shape of the KPI functions.
func kpis() []conditions.Function {
	load := conditions.Param{Name: "load", Kind: conditions.LoadName, Any: true}
	phase := conditions.Param{Name: "phase", Kind: conditions.PhaseName, Optional: true}
	fault := conditions.Param{Name: "fault", Kind: conditions.FaultName, Any: true}
	return []conditions.Function{
		{Name: "availability", OfRuns: true, Unit: conditions.Ratio, Params: []conditions.Param{load, phase}},
		{Name: "p90", OfRuns: true, Unit: conditions.Seconds, Params: []conditions.Param{load, phase}},
		{Name: "outage", Unit: conditions.Seconds, Params: []conditions.Param{load}},
		{Name: "downtime", Unit: conditions.Seconds, Params: []conditions.Param{load}},
		{Name: "time_to_recover", Unit: conditions.Seconds, Params: []conditions.Param{fault}},
	}
}

// cloud has n controllers with everything on each of them, and a compute node.
func cloud(n int, extra string) *inventory.Cloud {
	text := "version: eris/v1\ncloud: {name: demo, kind: simulated}\nnodes:\n"
	for i := 1; i <= n; i++ {
		text += fmt.Sprintf("  ctl-%d: {address: 198.18.0.%d, roles: [controller], rack: rack-%d}\n", i, 10+i, i)
	}
	text += "  cmp-1: {address: 198.18.0.99, roles: [compute]}\nservices:\n"
	for name, port := range map[string]int{"keystone": 5000, "mariadb": 3306, "memcached": 11211, "haproxy": 80} {
		text += fmt.Sprintf("  %s: {unit: %s.service, on: {role: controller}, port: %d}\n", name, name, port)
	}
	text += "  nova-compute: {unit: nova-compute.service, on: {role: compute}}\n" + extra
	c, err := inventory.Read("cloud.yaml", []byte(text))
	if err != nil {
		panic(err)
	}
	return c
}
