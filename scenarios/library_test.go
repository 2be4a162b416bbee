package scenarios_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
	families "github.com/openstack-eris/eris/faults/catalogue"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/loadgen/workloads"
	"github.com/openstack-eris/eris/scenarios"
)

// kinds are the real faults, workloads and KPIs.
func kinds() *scenarios.Catalogue {
	c := catalogue()
	c.Faults = &document.Kinds[faults.Fault]{}
	families.Fill(c.Faults)
	c.Workloads = workloads.All()
	c.Objectives = kpi.Functions()
	return c
}

// Every scenario of the library can be planned on a cloud of three
// controllers, in both forms, and keeps to its time.
func TestTheLibraryCanBePlanned(t *testing.T) {
	entries, err := scenarios.Library()
	require.NoError(t, err)
	require.Greater(t, len(entries), 10)
	demo := cloud(3, `  nova-api: {unit: nova-api.service, on: {role: controller}, port: 8774}
  glance-api: {unit: glance-api.service, on: {role: controller}, port: 9292}
  rabbitmq: {unit: rabbitmq-server.service, on: {role: controller}, port: 5672}
  keepalived: {unit: keepalived.service, on: {role: controller}, leader: {address: 198.18.0.10}}
`)
	for _, node := range demo.Nodes {
		node.Power = &inventory.Power{Kind: inventory.IPMI}
	}
	for _, e := range entries {
		t.Run(e.Name, func(t *testing.T) {
			require.NotEmpty(t, e.Description)
			for small, longest := range map[bool]time.Duration{false: 75 * time.Second, true: 10 * time.Second} {
				spec, err := scenarios.Read(e.Name+".yaml", e.Source, scenarios.Options{Catalogue: kinds(), Cloud: demo, Small: small})
				require.NoError(t, err)
				require.Equal(t, e.Name, spec.Name)
				require.Empty(t, spec.Warnings)
				require.NotEmpty(t, spec.Objectives)
				require.LessOrEqual(t, spec.Phases.Total(), longest)
				p, err := scenarios.BuildPlan(spec, demo, scenarios.PlanOptions{Seed: 1})
				require.NoError(t, err)
				require.NotEmpty(t, p.Faults)
			}
		})
	}
	named := func(name string) []byte {
		_, source, err := scenarios.Open(name)
		require.NoError(t, err)
		return source
	}
	spec, err := scenarios.Read("dark.yaml", named("controller-power-loss"), scenarios.Options{Catalogue: kinds(), Cloud: demo})
	require.NoError(t, err)
	dark, err := scenarios.BuildPlan(spec, demo, scenarios.PlanOptions{})
	require.NoError(t, err)
	require.Equal(t, "controller-power-loss", dark.Scenario)
	require.Len(t, dark.Faults[0].Targets, 1, "a node costs every group on it, and the majorities bear the loss of one")
	require.True(t, dark.Faults[0].Outside)
	for _, node := range demo.Nodes {
		node.Power = nil
	}
	_, err = scenarios.BuildPlan(spec, demo, scenarios.PlanOptions{})
	require.ErrorContains(t, err, "the inventory knows no out-of-band power of the node")
	spec, err = scenarios.Read("apart.yaml", named("controller-cut-off"), scenarios.Options{Catalogue: kinds(), Cloud: demo})
	require.NoError(t, err)
	apart, err := scenarios.BuildPlan(spec, demo, scenarios.PlanOptions{})
	require.NoError(t, err)
	require.Equal(t, "controller-cut-off", apart.Scenario)
	require.Len(t, apart.Faults[0].Targets, 1, "a node that is cut off is down in every group on it")
	require.Greater(t, len(apart.Faults[0].Budget), 1)
	spec, err = scenarios.Read("busy.yaml", named("controller-busy"), scenarios.Options{Catalogue: kinds(), Cloud: demo})
	require.NoError(t, err)
	busy, err := scenarios.BuildPlan(spec, demo, scenarios.PlanOptions{})
	require.NoError(t, err)
	require.Equal(t, "controller-busy", busy.Scenario)
	require.Greater(t, len(busy.Faults[0].Budget), 1, "a node that is loaded counts as down in every group on it")
	lossy, err := build(t, string(named("keystone-max-loss")), demo, scenarios.PlanOptions{})
	require.NoError(t, err)
	require.Equal(t, "keystone-max-loss", lossy.Scenario)
	require.Len(t, lossy.Faults[0].Targets, 2)
}

func TestOpen(t *testing.T) {
	file, source, err := scenarios.Open("keystone-max-loss")
	require.NoError(t, err)
	require.Equal(t, "library/keystone-max-loss.yaml", file)
	require.Contains(t, string(source), "name: keystone-max-loss")
	_, _, err = scenarios.Open("keystone-max-los")
	require.ErrorContains(t, err, "did you mean keystone-max-loss?")
	mine := filepath.Join(t.TempDir(), "mine.yaml")
	_, _, err = scenarios.Open(mine)
	require.ErrorIs(t, err, os.ErrNotExist)
	require.NoError(t, os.WriteFile(mine, []byte("x"), 0o600))
	_, source, err = scenarios.Open(mine)
	require.NoError(t, err)
	require.Equal(t, "x", string(source))
}
