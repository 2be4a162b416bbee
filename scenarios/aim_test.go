package scenarios_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/scenarios"
)

const keepalived = "  keepalived: {unit: keepalived.service, on: {role: controller}, leader: {address: 198.18.0.10}}\n"

// A fault whose target is known when it fires is armed on all that it could
// be, and booked on as many as it may strike.
func TestAFaultThatIsAimedWhenItFires(t *testing.T) {
	on := cloud(3, keepalived)
	p, err := build(t, withFaults("", `lose: {fault: service.kill, target: {service: mariadb, leader: keepalived}, hold: 5s}`), on, scenarios.PlanOptions{})
	require.NoError(t, err)
	lose := p.Faults[0]
	require.Len(t, lose.Targets, 3)
	require.Equal(t, "where keepalived leads", lose.Aim)
	require.Equal(t, 1, lose.Strikes)
	require.Equal(t, "where keepalived leads", lose.Record().Aim)
	require.Empty(t, p.Targets(lose)[0].Others, "who they are is not known")
	require.Equal(t, 1, lose.Budget[0].Most)
	printed, document := text(t, p)
	require.Contains(t, printed, "targets     1 of mariadb@ctl-1, mariadb@ctl-2, mariadb@ctl-3: where keepalived leads, asked when it fires\n")
	require.Contains(t, printed, "tolerates the loss of 1, and loses 1 at most: mariadb@ctl-1, mariadb@ctl-2, mariadb@ctl-3\n")
	require.Contains(t, document, `"aim": "where keepalived leads"`)

	for count, strikes := range map[string]int{"max": 1, "1": 1, "minority": 1} {
		p, err = build(t, withFaults("", `lose: {fault: service.kill, target: {service: mariadb, follower: keepalived, count: `+count+`}, hold: 5s}`), on, scenarios.PlanOptions{})
		require.NoError(t, err)
		require.Equal(t, strikes, p.Faults[0].Strikes, count)
		require.Len(t, p.Faults[0].Targets, 3)
	}
	p, err = build(t, withFaults("", `lose: {fault: service.kill, target: {service: keystone, follower: keepalived, count: all}, hold: 5s}`), on, scenarios.PlanOptions{})
	require.NoError(t, err)
	require.Equal(t, 2, p.Faults[0].Strikes, "all but the one that leads")
	_, err = build(t, withFaults("", `lose: {fault: service.kill, target: {service: mariadb, follower: keepalived, count: all}, hold: 5s}`), on, scenarios.PlanOptions{})
	require.ErrorContains(t, err, "(majority, 3 members) tolerates the loss of 1 and would lose 2")
	require.ErrorContains(t, err, "--override beyond-redundancy=REASON")
	p, err = build(t, withFaults("expect: breach\n", `lose: {fault: service.kill, target: {service: mariadb, follower: keepalived, count: all}, hold: 5s}`), on,
		scenarios.PlanOptions{Overrides: []scenarios.Override{{Net: scenarios.BeyondRedundancy, Reason: "a test"}, {Net: scenarios.LastQuorumMember, Reason: "a test"}}})
	require.NoError(t, err)
	require.True(t, p.Faults[0].Beyond())
	require.Equal(t, 2, p.Faults[0].Strikes)
	require.Len(t, p.Faults[0].Targets, 3)
}

// Whoever it may be, nobody else has what it is armed with at the same time,
// and who could not be struck beside the others is told before.
func TestWhatStandsBesideAFaultThatIsAimedWhenItFires(t *testing.T) {
	on := cloud(3, keepalived)
	lead := `lead: {fault: service.kill, target: {service: mariadb, leader: keepalived}, start: {at: 1s}, hold: 5s}`
	_, err := build(t, withFaults("", lead, `kill: {fault: service.kill, target: {service: mariadb, node: ctl-2}, start: {at: 150s}, hold: 5s}`), on, scenarios.PlanOptions{})
	require.ErrorContains(t, err, "lead: it may strike mariadb@ctl-2, and every candidate is struck by a fault that can be armed at the same time")
	_, err = build(t, withFaults("", lead, `kill: {fault: service.kill, target: {service: mariadb, node: ctl-2}, start: {after: lead.recovered}, hold: 5s}`), on, scenarios.PlanOptions{})
	require.NoError(t, err)
	busy := cloud(3, keepalived+"  arbiter: {unit: garbd.service, on: {node: ctl-1}}\n")
	busy.GroupByName("mariadb").Members = append(busy.GroupByName("mariadb").Members, inventory.Member{Ref: inventory.Ref{Node: "ctl-1", Service: "arbiter"}, Weight: 2})
	p, err := build(t, withFaults("", `lead: {fault: node.reboot, target: {role: controller, leader: keepalived}, start: {at: 1s}, hold: 5s}`), busy, scenarios.PlanOptions{})
	require.NoError(t, err)
	require.Len(t, p.Warnings, 1)
	require.Contains(t, p.Warnings[0], "lead: when it would strike ctl-1 it does not fire: ")
}

// together makes its targets known to one another.
type together struct{ fakeFault }

func (f *together) Scripts(target faults.Target) (faults.Scripts, error) {
	scripts, err := f.fakeFault.Scripts(target)
	for _, other := range target.Others {
		scripts.Args = append(scripts.Args, other.Node.Name)
	}
	return scripts, err
}

func TestAFaultOfTargetsThatKnowOneAnotherIsNotAimedAtSeveral(t *testing.T) {
	on := cloud(3, keepalived)
	for count, refused := range map[string]bool{"1": false, "2": true} {
		spec := read(t, withFaults("", `lose: {fault: service.kill, target: {service: keystone, follower: keepalived, count: `+count+`}, hold: 5s}`), scenarios.Options{Cloud: on})
		spec.Faults[0].Fault = &together{}
		_, err := scenarios.BuildPlan(spec, on, scenarios.PlanOptions{})
		if refused {
			require.ErrorContains(t, err, "service.kill makes all of its targets known to one another, and who they are, where keepalived does not lead, is known only when it fires")
			continue
		}
		require.NoError(t, err)
	}
}

// costly costs a keystone beside whom it strikes.
type costly struct {
	fakeFault
	node string
}

func (f *costly) Costs(*inventory.Cloud) ([]inventory.Ref, error) {
	if f.node == "" {
		return nil, errors.New("what it costs is not known")
	}
	return []inventory.Ref{{Node: f.node, Service: "keystone"}}, nil
}

// What a fault costs beside its targets is booked as they are, by it and by the
// others.
func TestWhatAFaultCostsBesideItsTargetsIsBooked(t *testing.T) {
	on := cloud(3, "")
	plan := func(node, nodes string) (*scenarios.Plan, error) {
		spec := read(t, withFaults("",
			`drain: {fault: service.kill, target: {service: haproxy, node: ctl-1}, hold: 9s}`,
			`kill: {fault: service.kill, target: {service: keystone, nodes: [`+nodes+`], count: all}, start: {at: 2s}, hold: 5s}`), scenarios.Options{Cloud: on})
		spec.Faults[0].Fault = &costly{node: node}
		return scenarios.BuildPlan(spec, on, scenarios.PlanOptions{})
	}
	_, err := plan("ctl-1", "ctl-2, ctl-3")
	require.ErrorContains(t, err, "(n-1, 3 members) tolerates the loss of 2 and would lose 3")
	_, err = plan("", "ctl-2")
	require.ErrorContains(t, err, "drain: what it costs is not known")
	p, err := plan("ctl-1", "ctl-2")
	require.NoError(t, err)
	require.Equal(t, []inventory.Ref{{Node: "ctl-1", Service: "keystone"}}, p.Faults[0].Costs)
	printed, _ := text(t, p)
	require.Contains(t, printed, "costs       keystone@ctl-1 too\n")
}

const galera = `  galera-db: {unit: galera.service, on: {role: controller}, leaders: {writer: {command: writes}, donor: {command: gives}}}
groups:
  galera: {services: [galera-db], rule: majority}
  apis: {services: [keystone, memcached], rule: {tolerance: 4}}
  vip: {services: [keepalived], rule: n-1}
`

// Who leads is said by a service, by which of its leaders is meant, or as that of the
// target itself.
func TestWhoseLeaderIsMeant(t *testing.T) {
	on := cloud(3, keepalived+galera)
	for target, want := range map[string]string{
		"service: keystone, leader: keepalived":          "where keepalived leads",
		"service: keystone, leader: galera-db/donor":     "where galera-db leads as donor",
		"service: galera-db, follower: galera-db/writer": "where galera-db does not lead as writer",
		"service: keepalived, leader: true":              "where keepalived leads",
		"group: vip, leader: true":                       "where keepalived leads",
		"group: vip, follower: true":                     "where keepalived does not lead",
	} {
		p, err := build(t, withFaults("", `lose: {fault: service.kill, target: {`+target+`}, hold: 5s}`), on, scenarios.PlanOptions{})
		require.NoError(t, err, target)
		require.Equal(t, want, p.Faults[0].Aim, target)
	}
	for target, want := range map[string]string{
		"group: galera, leader: true":                  "leader: galera-db has several leaders, donor, writer: say which",
		"service: keystone, leader: galera-db":         "leader: galera-db/donor",
		"service: keystone, leader: galera-db/donr":    "did you mean donor?",
		"service: keystone, leader: keepalived/holder": `unknown leader of keepalived "holder"`,
		"service: keystone, leader: galera/donor":      `unknown service "galera"`,
		"group: apis, leader: true":                    "leader: true: the group apis has several services, keystone, memcached: name one",
		"service: keystone, follower: true":            "follower: the inventory does not say how a node knows that keystone leads on it",
		"role: controller, leader: true":               "leader: true is for a target that has a service, or a group of one service",
		"service: any, leader: true":                   "leader: true is for a target that has a service, or a group of one service",
	} {
		_, err := scenarios.Read("s.yaml", []byte(withFaults("", `lose: {fault: service.kill, target: {`+target+`}, hold: 5s}`)), scenarios.Options{Catalogue: catalogue(), Cloud: on})
		require.ErrorContains(t, err, want, target)
	}
}
