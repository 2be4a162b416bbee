package scenarios_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/scenarios"
)

// besiding is a fault that strikes machines beside the cloud, and costs nodes.
type besiding struct {
	fakeFault
	nodes []string
}

func (b *besiding) Beside() bool { return true }

func (b *besiding) Scripts(faults.Target) (faults.Scripts, error) {
	return faults.Scripts{Resources: []string{"switch:sw-1"}}, nil
}

func (b *besiding) Costs(*inventory.Cloud) ([]inventory.Ref, error) {
	var refs []inventory.Ref
	for _, node := range b.nodes {
		refs = append(refs, inventory.Ref{Node: node})
	}
	return refs, nil
}

// cutting is a besiding fault that cuts off what it costs.
type cutting struct{ besiding }

func (c *cutting) Severs() bool { return true }

// A machine beside the cloud is struck by nothing but what says so, and what that
// costs is booked as one unit.
func TestAMachineBesideTheCloudIsNoTargetOfOtherFaults(t *testing.T) {
	on := cloud(3, "machines: {desk: {local: true}}\n")
	plan := func(head string, fault faults.Fault, options scenarios.PlanOptions) (*scenarios.Plan, error) {
		spec := read(t, withFaults(head, `dark: {fault: service.kill, target: {node: desk}, hold: 9s}`), scenarios.Options{Cloud: on})
		if fault != nil {
			spec.Faults[0].Fault = fault
		}
		return scenarios.BuildPlan(spec, on, options)
	}
	_, err := plan("", nil, scenarios.PlanOptions{})
	require.ErrorContains(t, err, "desk is a machine beside the cloud, which only script.run and network.switch strike")

	p, err := plan("", &besiding{nodes: []string{"ctl-2"}}, scenarios.PlanOptions{})
	require.NoError(t, err)
	require.Equal(t, []inventory.Ref{{Node: "desk"}}, p.Faults[0].Targets)
	require.Equal(t, []inventory.Ref{{Node: "ctl-2"}}, p.Faults[0].Costs)
	require.False(t, p.Faults[0].Record().Severs)
	p, err = plan("", &cutting{besiding{nodes: []string{"ctl-2"}}}, scenarios.PlanOptions{})
	require.NoError(t, err)
	require.True(t, p.Faults[0].Record().Severs, "the report waits for nobody to boot")

	all := &besiding{nodes: []string{"ctl-1", "ctl-2", "ctl-3"}}
	_, err = plan("", all, scenarios.PlanOptions{})
	require.ErrorContains(t, err, "it costs ctl-1, ctl-2, ctl-3 too", "all of a rack at once, in every group")
	require.ErrorContains(t, err, "--override beyond-redundancy=REASON")
	lifted := scenarios.PlanOptions{Overrides: []scenarios.Override{
		{Net: scenarios.BeyondRedundancy, Reason: "drill"}, {Net: scenarios.LastQuorumMember, Reason: "drill"}, {Net: scenarios.TooManyTargets, Reason: "drill"},
	}}
	p, err = plan("expect: breach\n", all, lifted)
	require.NoError(t, err)
	require.True(t, p.Faults[0].Beyond())
	require.Contains(t, p.Faults[0].Lifted, scenarios.TooManyTargets)
}
