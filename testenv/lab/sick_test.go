package lab

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// unitsOn are witnesses of the same units on several nodes.
func unitsOn(units []string, nodes ...string) []witness {
	var all []witness
	for _, n := range nodes {
		all = append(all, witness{node: n, units: units})
	}
	return all
}

func TestSickServicesAreNamedByTheirUnitsWhatOthersStandOnFirst(t *testing.T) {
	r := keystoneRenderer(t)
	s := healthyStatus(r)
	require.Empty(t, s.sick(r))
	s.Nodes[1].Services = []ServiceStatus{{Name: "keystone"}, {Name: "mariadb", Healthy: true}}
	s.Nodes[2].Services = []ServiceStatus{{Name: "mariadb"}}
	require.Equal(t, append(unitsOn([]string{"mariadb.service"}, "ctl-3"), unitsOn([]string{"keystone.service"}, "ctl-2")...), s.sick(r))
}

func TestBehindWhatIsNotWellAreTheUnitsThatTellWhy(t *testing.T) {
	everywhere := []string{"ctl-1", "ctl-2", "ctl-3"}
	mariadb, keystone := []string{"mariadb.service"}, []string{"keystone.service"}
	for _, c := range []struct {
		name string
		make func(s *Status)
		want []witness
	}{
		{"a backend", func(s *Status) { s.Backends[0] = Backend{Service: "keystone", Node: "ctl-2", State: "DOWN"} }, unitsOn(keystone, "ctl-2")},
		{"a backend that haproxy does not list", func(s *Status) { s.Backends, s.listed = s.Backends[1:], true }, unitsOn([]string{"haproxy.service"}, "ctl-1")},
		{"no word of haproxy", func(s *Status) { s.Wrong = []string{"haproxy on the VIP: refused"} }, unitsOn([]string{"haproxy.service"}, "ctl-1")},
		{"nobody has the address", func(s *Status) { s.Holders = nil }, unitsOn([]string{"keepalived.service"}, everywhere...)},
		{"a fact", func(s *Status) { s.Wrong = []string{`mariadb.state on ctl-2 is "Joining", not Synced`} }, unitsOn(mariadb, "ctl-2")},
		{"a fact that could not be judged", func(s *Status) { s.Wrong = []string{"mariadb.size on ctl-3: no such template"} }, unitsOn(mariadb, "ctl-3")},
		{"a check", func(s *Status) { s.Checks = []CheckStatus{{Name: "mariadb.members", Wrong: []string{"two of three"}}} }, unitsOn(mariadb, everywhere...)},
		{"a check of a role that is not there", func(s *Status) { s.Checks = []CheckStatus{{Name: "none.x", Wrong: []string{"x"}}} }, nil},
		{"no token", func(s *Status) { s.Token = &Token{Why: "503"} }, unitsOn(keystone, everywhere...)},
		{"a node that is off, and its BMC says so", func(s *Status) { s.Nodes[2].On, s.Nodes[2].BMC.Power = false, "off" }, []witness{{node: "ctl-3", at: onConsole}}},
		{"a node that died", func(s *Status) { s.Nodes[2].On = false }, []witness{{node: "ctl-3", at: inBMC}, {node: "ctl-3", at: onConsole}}},
		{"a BMC that does not answer", func(s *Status) { s.Nodes[0].BMC = &BMCStatus{Power: "unknown", Why: "no answer"} }, []witness{{node: "ctl-1", at: inBMC}}},
		{"processes that stand still", func(s *Status) {
			s.Nodes[1].Stopped, s.Nodes[1].stoppedUnits = []string{"uwsgi of keystone.service"}, keystone
			s.Nodes[0].Services[0].Healthy = false
		}, append(unitsOn(keystone, "ctl-2"), unitsOn(mariadb, "ctl-1")...)},
		{"a worker that keeps a request", func(s *Status) { s.Nodes[1].Kept = []Kept{{Unit: "keystone.service", Worker: 2, Seconds: 23}} }, unitsOn(keystone, "ctl-2")},
		{"the same unit for two reasons", func(s *Status) {
			s.Nodes[0].Services[0].Healthy = false
			s.Wrong = []string{`mariadb.state on ctl-1 is "Joining", not Synced`}
		}, unitsOn(mariadb, "ctl-1")},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := keystoneRenderer(t)
			s := healthyStatus(r)
			c.make(&s)
			require.Equal(t, c.want, s.sick(r))
		})
	}
}

// A check of the whole cloud is of a role of the controllers, and what it finds may be on a
// compute node.
func TestBehindACheckIsFirstWhomItNames(t *testing.T) {
	profile, err := loadProfile("openstack")
	require.NoError(t, err)
	require.Equal(t, []witness{{node: "cmp-1", units: []string{"nova-compute.service"}}}, profile.named("nova", []string{"nova-compute on cmp-1 is not up"}))
	require.Equal(t, unitsOn([]string{"cinder-scheduler.service"}, "ctl-3"), profile.named("cinder", []string{"cinder-scheduler on ctl-3 is not up"}))
	agents := profile.named("neutron", []string{"Linux bridge agent on cmp-2 is not alive"})
	require.Len(t, agents, 1)
	require.Equal(t, "cmp-2", agents[0].node)
	require.Contains(t, agents[0].units, "neutron-linuxbridge-agent.service")
	require.Empty(t, profile.named("neutron", []string{"2 of 3 agents are alive"}))

	s := &Status{Checks: []CheckStatus{{Name: "nova.services", Wrong: []string{"nova-compute on cmp-2 is not up"}}}}
	require.Equal(t, witness{node: "cmp-2", units: []string{"nova-compute.service"}}, s.sick(&renderer{profile: profile})[0])
}

func TestBehindAFailedSmokeCheckAreThoseWhoDecideOfTheStep(t *testing.T) {
	profile, err := loadProfile("openstack")
	require.NoError(t, err)
	failed := func(host, step string) (said []string) {
		s := Smoke{Host: host, Steps: []SmokeStep{{Name: smokeLogIn}, {Name: step, Why: "late"}, {Name: smokeDelete, Why: "late too"}}}
		all := s.witnesses(profile)
		require.NotEmpty(t, all)
		for _, w := range all[:min(len(all), smokeJournals)] {
			for _, unit := range w.units {
				said = append(said, unit+" on "+w.node)
			}
		}
		return said
	}
	for _, step := range []string{smokeBoot, smokeActive} {
		said := failed("cmp-1", step)
		for _, node := range []string{"ctl-1", "ctl-2", "ctl-3"} {
			require.Subset(t, said, []string{"nova-scheduler.service on " + node, "nova-conductor.service on " + node})
		}
		require.Contains(t, said, "nova-compute.service on cmp-1")
		require.NotContains(t, said, "nova-compute.service on cmp-2")
	}
	require.Subset(t, failed("", smokeActive), []string{"nova-compute.service on cmp-1", "nova-compute.service on cmp-2"}, "no host was chosen")
	for _, step := range []string{"HTTP", "ping", "SSH", "give it a floating IP"} {
		said := failed("cmp-2", step)
		require.Subset(t, said, []string{
			"neutron-l3-agent.service on ctl-1", "neutron-dhcp-agent.service on ctl-2", "neutron-metadata-agent.service on ctl-3",
			"neutron-linuxbridge-agent.service on cmp-2", "eris-guest@*.service on cmp-2",
		})
	}
	require.Contains(t, failed("", smokeFind), "glance-api.service on ctl-2")
	require.Empty(t, Smoke{Steps: []SmokeStep{{Name: smokeLogIn}}}.witnesses(profile))
}

// What asks through the balancer may have been answered by any member.
func TestBesidesWhoAskedAreThoseThatMayHaveAnswered(t *testing.T) {
	profile, err := loadProfile("openstack")
	require.NoError(t, err)
	units := profile.unitsOf("openstack")
	require.Contains(t, units, "keystone.service")
	require.Equal(t, unitsOn(units, "ctl-2", "ctl-3"), profile.besides(witness{node: "ctl-1", units: units}, "openstack"))
	require.Empty(t, profile.besides(witness{node: "ctl-1"}, "mariadb"), "it works where it is")
}
