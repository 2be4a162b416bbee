package rally

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors"
	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/loadgen/workloads"
	"github.com/openstack-eris/eris/scenarios"
)

// What every counterpart's arguments come to is an argument that its workload has,
// of the right type: some value of each is accepted.
func TestCounterpartsAreWorkloads(t *testing.T) {
	o := Options{Catalogue: &scenarios.Catalogue{
		Faults: &document.Kinds[faults.Fault]{}, Workloads: workloads.All(), Collectors: collectors.Catalogue(), Objectives: kpi.Functions(),
	}}
	made := func(scenario, args string) *Workload {
		if scenario == "HttpRequests.check_request" && !strings.HasPrefix(args, "url") {
			args = "url: http://a.example.org, " + args
		}
		if scenario == "VMTasks.boot_runcommand_delete" && !strings.HasPrefix(args, "username") {
			args = "username: guest, " + args
		}
		all, err := Convert("t", fmt.Appendf(nil, "version: 2\ntitle: x\nsubtasks: [{scenario: {%s: {%s}}}]\n", scenario, args), o)
		if err != nil {
			return &Workload{} // it is no such value
		}
		return all[0]
	}
	all := counterparts()
	require.Greater(t, len(all), 35)
	for scenario, of := range all {
		plain := made(scenario, "")
		require.NotNil(t, plain.Scenario, "%s: %v", scenario, plain.Notes)
		for arg := range of.args {
			if arg == "to_image" || arg == "new_size" || strings.HasSuffix(arg, "template_path") {
				continue // they have to fit another one, or a file
			}
			require.True(t, slices.ContainsFunc([]string{"2", "true", "GET", "404", "http://b.example.org", "{name: x}", "[{hard_reboot: 1}]", "{remote_path: /bin/true}", `""`, "{}"}, func(value string) bool {
				w := made(scenario, arg+": "+value)
				return w.Scenario != nil && !w.Has(Lost)
			}), "%s: %s", scenario, arg)
		}
	}
	own := []string{"api.misuse", "dns.query", "exec.command", "horizon.login", "icmp.echo", "rabbitmq.sequence", "ssh.fio", "ssh.iperf3", "ssh.login", "tcp.connect", "tcp.echo", "tcp.hold", "udp.sequence", "neutron.list_networks", "neutron.race_updates_of_port", "nova.evacuate_server", "nova.race_actions_on_server", "nova.race_snapshots_of_server"}
	for _, name := range workloads.All().Names() {
		known := slices.ContainsFunc(slices.Collect(maps.Values(all)), func(c counterpart) bool { return c.kind == name })
		require.NotEqual(t, slices.Contains(own, name), known, "%s: either it is a scenario of Rally or there is none", name)
	}
}

func TestWords(t *testing.T) {
	for line, want := range map[string][]any{
		`date`:                    {"date"},
		` a  'b c' "d \"e\" \f" `: {"a", "b c", `d "e" \f`},
		`a\ b '' x'y'z`:           {"a b", "", "xyz"},
	} {
		got, err := words(line)
		require.NoError(t, err)
		require.Equal(t, want, got, line)
	}
	for _, line := range []string{"", "  ", `a 'b`, `a \`} {
		_, err := words(line)
		require.Error(t, err, line)
	}
}
