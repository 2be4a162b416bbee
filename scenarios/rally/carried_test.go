package rally_test

import (
	"fmt"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/scenarios"
	"github.com/openstack-eris/eris/scenarios/rally"
)

// carried is what one workload of a task came to, with its notes in short.
func carried(t *testing.T, text string, files fstest.MapFS) (w *rally.Workload, notes []string) {
	t.Helper()
	o := options(t)
	if files != nil {
		o.Files = files
	}
	all, err := rally.Convert("t", []byte(text), o)
	require.NoError(t, err)
	require.Len(t, all, 1)
	for _, n := range all[0].Notes {
		notes = append(notes, fmt.Sprintf("%v: %s: %s", n.Weight, n.Name, n.Reason))
	}
	return all[0], notes
}

func heat(template string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(template)} }

// A template that is of something else than the strings of a stack here is not carried over, and
// says so by its name.
func TestTheTemplateOfAStackIsCarriedOverOrNamed(t *testing.T) {
	files := fstest.MapFS{
		"templates/two.yaml":   heat("resources: {a: {type: 'OS::Heat::RandomString'}, b: {type: 'OS::Heat::RandomString'}}"),
		"templates/three.yaml": heat("resources: {a: {type: 'OS::Heat::RandomString'}, b: {type: 'OS::Heat::RandomString'}, c: {type: 'OS::Heat::RandomString'}}"),
		"templates/vm.yaml":    heat("resources: {a: {type: 'OS::Nova::Server'}, p: {type: 'OS::Neutron::Port'}}"),
		"templates/empty.yaml": heat("heat_template_version: 2014-10-16"),
	}
	task := func(from, to string) string {
		return fmt.Sprintf(`{"HeatStacks.create_update_delete_stack": [{"args": {"template_path": "samples/heat/templates/%s", "updated_template_path": "samples/heat/templates/%s"}, "runner": {"type": "constant", "timeout": 9}}]}`, from, to)
	}
	w, notes := carried(t, task("two.yaml", "three.yaml"), files)
	require.Equal(t, []string{"other than in Rally: args.template_path: its strings have 16 letters and names of their own"}, notes)
	require.Contains(t, string(w.Scenario), "args: {resources: 2}\n")
	for from, want := range map[string]string{
		"vm.yaml":    "the stack is of one string that Heat draws (OS::Heat::RandomString), and not of vm.yaml: its resources (OS::Neutron::Port, OS::Nova::Server) are not made",
		"empty.yaml": "the stack is of one string that Heat draws (OS::Heat::RandomString), and not of empty.yaml: it has no resource, and a stack here has one at least",
		"gone.yaml":  "the stack is of one string that Heat draws (OS::Heat::RandomString), and not of gone.yaml: it is not in the task's folder",
	} {
		w, notes := carried(t, task(from, "three.yaml"), files)
		require.Contains(t, notes, "not carried over: args.template_path: "+want)
		require.True(t, w.Has(rally.Lost))
	}
	_, notes = carried(t, task("three.yaml", "two.yaml"), files)
	require.Contains(t, notes, "not carried over: args.updated_template_path: the stack is updated to have one string more, and not from 3 to 2")
	_, notes = carried(t, task("two.yaml", "three.yaml"), nil)
	require.Contains(t, notes, "not carried over: args.template_path: the stack is of one string that Heat draws (OS::Heat::RandomString), and not of two.yaml: it is a file, and none can be read here")
}

// Arguments and criteria that there is nothing for are each named.
func TestQuotasAndCriteriaAreNamed(t *testing.T) {
	_, notes := carried(t, `{"Quotas.nova_update_and_delete": [{"args": {"max_quota": 512, "max_failures": 3}, "runner": {"type": "constant", "timeout": 9},
		"sla": {"failure_rate": {"max": 5}, "max_seconds_per_iteration": 4, "max_avg_duration": 2, "max_failures": 3}}]}`, nil)
	require.ElementsMatch(t, []string{
		"other than in Rally: Quotas.nova_update_and_delete: one quota of the service is set, to 1 to 1000, where Rally sets all of them to -1 to 1024",
		"other than in Rally: Quotas.nova_update_and_delete: the quota is that of a project that is made for it, and both are deleted again",
		"not carried over: args.max_quota: quotas.nova_update_and_delete has no such argument",
		"not carried over: args.max_failures: quotas.nova_update_and_delete has no such argument",
		"not carried over: sla.max_seconds_per_iteration: objectives judge percentiles, of which the slowest of all iterations is none",
		"not carried over: sla.max_avg_duration: objectives judge percentiles, and no mean",
		"not carried over: sla.max_failures: no criterion of that name is known",
	}, notes)
}

// The context network is made in the projects of the run, as Rally makes it; what cannot be is named.
func TestTheContextNetworkIsMadeForTheRun(t *testing.T) {
	task := func(network string) string {
		return `{"NovaServers.boot_and_delete_server": [{"runner": {"type": "constant", "timeout": 9}, "context": {"users": {"tenants": 3, "users_per_tenant": 2}, "network": ` + network + `}}]}`
	}
	w, notes := carried(t, task(`{}`), nil)
	require.Empty(t, notes)
	o := options(t)
	spec, err := scenarios.Read("t", w.Scenario, scenarios.Options{Catalogue: o.Catalogue, Cloud: o.Cloud})
	require.NoError(t, err)
	require.Len(t, spec.Tenants, 1)
	require.Equal(t, []int{3, 2, 1, 1}, []int{spec.Tenants[0].Projects, spec.Tenants[0].Users, spec.Tenants[0].Network.Networks, spec.Tenants[0].Network.Subnets})
	require.True(t, spec.Tenants[0].Network.Router)
	require.NotContains(t, string(w.Scenario), "network: auto")

	w, notes = carried(t, task(`{"start_cidr": "100.1.0.0/26", "networks_per_tenant": 2, "subnets_per_network": 3, "dns_nameservers": ["8.8.8.8"], "network_create_args": {"mtu": 9000}, "router": {}}`), nil)
	require.ElementsMatch(t, []string{
		"other than in Rally: contexts.network.start_cidr: the addresses are chosen here, from 10.2.0.0/24 on",
		"not carried over: contexts.network.dns_nameservers: networks and subnets of projects that are made are as Neutron has them by default",
		"not carried over: contexts.network.network_create_args: networks and subnets of projects that are made are as Neutron has them by default",
	}, notes)
	require.Regexp(t, `network: \{networks: 2, subnets: 3, router: false\}`, string(w.Scenario))

	w, notes = carried(t, task(`{"networks_per_tenant": 20}`), nil)
	require.Equal(t, []string{"other than in Rally: contexts.network.networks_per_tenant: 10 of them, which is as many as a project may be given, and not 20"}, notes)
	_, err = scenarios.Read("t", w.Scenario, scenarios.Options{Catalogue: o.Catalogue, Cloud: o.Cloud})
	require.NoError(t, err)

	_, notes = carried(t, task(`{"router": {"external": true, "enable_snat": false}}`), nil)
	require.Equal(t, []string{"not carried over: contexts.network.router.enable_snat: a router has a gateway to an external network, as that has it by default"}, notes)

	w, notes = carried(t, `{"NovaServers.boot_and_delete_server": [{"runner": {"type": "constant", "timeout": 9}, "context": {"network": {}}}]}`, nil)
	require.Empty(t, notes)
	require.Contains(t, string(w.Scenario), "projects: 1\n")
}
