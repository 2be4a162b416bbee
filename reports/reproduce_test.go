package reports_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi/example"
)

// What is needed to do a run again stands on its page: microversions and tenants.
func TestWhoAskedForWhatStandsOnThePage(t *testing.T) {
	rec := example.Passing()
	require.NotContains(t, page(t, rec), "microversions", "no load is of a service that has some")
	rec.Meta.Loads = append(rec.Meta.Loads, record.LoadPlan{Name: "boots", Workload: "nova.boot_and_delete_server"}, record.LoadPlan{Name: "volumes", Workload: "cinder.list_volumes"})
	require.Contains(t, page(t, rec), "<dt>microversions</dt><dd>compute none asked for, its lowest; volume none asked for, its lowest</dd>")
	rec.Meta.Microversions = map[string]string{"compute": "2.79"}
	rec.Meta.Tenants = []record.TenantsPlan{{Name: "customers", Projects: 20, Users: 3, Role: "member"}, {Name: "known", Clouds: []string{"alice", "bob"}}}
	text := page(t, rec)
	require.Contains(t, text, "<dd>compute 2.79; volume none asked for, its lowest</dd>")
	require.Contains(t, text, "<dt>tenants customers</dt><dd>20 projects with 3 users each, role member, made for the run</dd>")
	require.Contains(t, text, "<dt>tenants known</dt><dd>entries of clouds.yaml: alice, bob</dd>")
}
