package acceptance

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/scenarios"
	"github.com/openstack-eris/eris/testenv/simcloud"
)

// galera takes members of the database's group.
const galera = `version: eris/v1
name: galera
phases: {warmup: 0s, baseline: 1s, chaos: 20s, recovery: 1s}
loads:
  tokens: {workload: keystone.issue_token, arrivals: {rate: 20/s}, timeout: 5s}
faults:
  lose-mariadb:
    fault: service.stop
    target: {service: mariadb, count: 1}
    start: {at: 15s} # a member is to have died before
    hold: 1s
stop_when: {none: the test ends it}
objectives:
  - availability("tokens") >= 1%
`

func TestThreeOfThreeKeystonesAreRefused(t *testing.T) {
	t.Parallel()
	cloud := simulated(t, simcloud.Options{Seed: 1})
	for _, count := range []string{"3", "all"} {
		file := scenario(t, held, "count: max", "count: "+count)
		untouched(t, cloud, func() {
			told := []string{"group keystone (n-1, 3 members) tolerates the loss of 2 and would lose 3", "keystone@ctl-1, keystone@ctl-2, keystone@ctl-3"}
			refused(t, told, "plan", file, "-i", cloud.Inventory())
			run := refused(t, told, "run", file, "-i", cloud.Inventory(), "--plain")
			require.True(t, missing(run.dir+"/runs"), "nothing was begun")
		})
	}
}

func TestFiveUnderMajority(t *testing.T) {
	t.Parallel()
	plan := planned(t, scenario(t, galera, "count: 1", "count: max"), "-i", "sim:5")
	require.Len(t, plan.Faults[0].Targets, 2)
	require.Equal(t, 5, plan.Faults[0].Budget[0].Members)
	require.Equal(t, "majority", plan.Faults[0].Budget[0].Rule)
	refused(t, []string{"choose 3 of 5 candidates, 2 possible", "group mariadb (majority, 5 members) tolerates the loss of 2 and would lose 3"}, "plan", scenario(t, galera, "count: 1", "count: 3"), "-i", "sim:5")
}

// planned is the plan that eris makes.
func planned(t *testing.T, args ...string) *scenarios.Plan {
	t.Helper()
	p := eris(t, append([]string{"plan", "--json"}, args...)...)
	require.Zero(t, p.exit(t), "%s", p.stderr())
	var plan scenarios.Plan
	require.NoError(t, json.Unmarshal(p.stdout.Bytes(), &plan))
	return &plan
}

func TestTwoFaultsThatTogetherBreakTheMajority(t *testing.T) {
	t.Parallel()
	cloud := simulated(t, simcloud.Options{Seed: 3})
	second := `  lose-another:
    fault: service.stop
    target: {service: mariadb, count: 1}
    start: {at: 15s}
    hold: 1s
`
	planned(t, scenario(t, galera), "-i", cloud.Inventory())
	planned(t, scenario(t, galera, "lose-mariadb", "lose-another"), "-i", cloud.Inventory())
	both := scenario(t, galera, "stop_when", second+"stop_when")
	untouched(t, cloud, func() {
		refused(t, []string{"lose-another: ", "group mariadb (majority, 3 members) tolerates the loss of 1 and would lose 2", "already down: mariadb@", "(lose-mariadb)"}, "plan", both, "-i", cloud.Inventory())
		refused(t, []string{"lose-another", "mariadb"}, "run", both, "-i", cloud.Inventory(), "--plain")
	})
}

// TestMemberThatDiesBetweenPlanAndFire: what was legal when it was planned is
// refused when it would fire, and that is what the report says: for the outage that
// nothing explains, and where that net is lifted, for the budget.
func TestMemberThatDiesBetweenPlanAndFire(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		flags []string
		texts []string
	}{
		"the outage": {texts: []string{"mariadb@OTHER is not healthy, and no fault of this run explains it: it may be a real outage"}},
		"the budget": {
			flags: []string{"--override", "real-outage=a member is to die"},
			texts: []string{"mariadb", "majority, 3 members", "tolerates the loss of 1 and would lose 2", "already down: mariadb@OTHER"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud := simulated(t, simcloud.Options{Seed: 4})
			file := scenario(t, galera)
			target := planned(t, file, "-i", cloud.Inventory()).Faults[0].Targets[0].Node
			others := slices.DeleteFunc(cloud.Nodes(), func(name string) bool { return name == target })
			run := start(t, append([]string{"run", file, "-i", cloud.Inventory(), "--plain"}, c.flags...)...)
			run.says(t, "phase chaos")
			on(t, cloud, others[0], "systemctl stop mariadb.service")
			before := unitEvents(cloud, target, "mariadb.service")
			require.Equal(t, 4, run.exit(t), "%s", run.stderr())
			require.Equal(t, before, unitEvents(cloud, target, "mariadb.service"), "the target was not touched")

			told := result(t, run.record(t))
			require.Equal(t, "refused", told.Faults[0].State)
			t.Log(told.Summary, told.Faults[0].Reason)
			for _, text := range c.texts {
				require.Contains(t, told.Faults[0].Reason, strings.ReplaceAll(text, "OTHER", others[0]))
			}
			require.Contains(t, run.stderr(), "fault lose-mariadb refused")
			nothingLeft(t, cloud.Inventory(), faults.DefaultLease)
		})
	}
}

// unitEvents counts what has happened to a unit of a node.
func unitEvents(cloud *simcloud.Cloud, name, unit string) int {
	n := 0
	for _, e := range cloud.Node(name).Log() {
		if e.Unit == unit {
			n++
		}
	}
	return n
}
