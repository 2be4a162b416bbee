package acceptance

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/simcloud"
)

// everythingWrong has one mistake of each sort.
const everythingWrong = `version: eris/v1
name: everything-wrong
phases: {warmup: 1s, baseline: 20, chaos: 30s, recovery: 5s}
loads:
  tokens: {workload: keystone.issue_token, arrivals: {rate: 10/s}}
faults:
  first:
    fault: service.kill
    args: {singal: KILL}
    target: {service: keystoen}
    start: {after: second.undone}
    hold: 10s
  second:
    fault: service.stop
    target: {}
    start: {after: first.undone}
    hold: 5s
  first:
    fault: service.stop
    target: {service: memcached}
    hold: 5s
stop_when: {none: it is never run}
`

func TestEverythingThatIsWrongIsToldAtOnce(t *testing.T) {
	t.Parallel()
	cloud := simulated(t, simcloud.Options{Seed: 1})
	file := scenario(t, everythingWrong)
	problems := []struct{ at, told, line, nearest string }{
		{":3:32: ", "missing unit after 20", "phases: {warmup: 1s, baseline: 20, chaos: 30s, recovery: 5s}", "write 20s for seconds"},
		{":9:12: ", `unknown key "singal"`, "args: {singal: KILL}", "did you mean signal?"},
		{":10:23: ", `unknown service "keystoen"`, "target: {service: keystoen}", "did you mean keystone?"},
		{":11:20: ", "these faults wait for one another: first → second → first", "start: {after: second.undone}", ""},
		{":15:13: ", "the selector is empty", "target: {}", "say at least one of service"},
		{":18:3: ", `"first" is given twice; the first is in line 7`, "first:", ""},
	}
	untouched(t, cloud, func() {
		for _, command := range []string{"plan", "run"} {
			p := refused(t, nil, command, file, "-i", cloud.Inventory())
			rest := p.stderr()
			for _, problem := range problems {
				at := strings.Index(rest, file+problem.at)
				require.GreaterOrEqual(t, at, 0, "%s in its place:\n%s", problem.at, p.stderr())
				rest = rest[at:]
				first, block, _ := strings.Cut(rest, "\n")
				block, _, _ = strings.Cut(block, file)
				require.Contains(t, first, problem.told)
				require.Contains(t, block, problem.line)
				require.Contains(t, block, problem.nearest)
				require.Contains(t, block, "^")
			}
			require.Equal(t, len(problems), strings.Count(p.stderr(), file+":"), "nothing else is wrong:\n%s", p.stderr())
			require.True(t, missing(p.dir+"/runs"))
		}
	})
}

// TestRealCloudThatDoesNotAllowChaos turns the simulated cloud's inventory
// into that of a cloud whose operator has not said that it may be harmed.
func TestRealCloudThatDoesNotAllowChaos(t *testing.T) {
	t.Parallel()
	cloud := simulated(t, simcloud.Options{Seed: 10, Dir: t.TempDir()})
	allowed, err := os.ReadFile(cloud.Inventory())
	require.NoError(t, err)
	asReal := strings.Replace(string(allowed), "kind: simulated", "kind: real", 1)
	silent := strings.Replace(asReal, "chaos: allowed", "", 1)
	require.NotEqual(t, asReal, silent)
	line := "cloud: {name: simulated, kind: real, chaos: allowed}"
	untouched(t, cloud, func() {
		require.NoError(t, os.WriteFile(cloud.Inventory(), []byte(silent), 0o600))
		refused(t, []string{"does not say that the cloud simulated may be a target", line}, "plan", scenario(t, held), "-i", cloud.Inventory())
		refused(t, []string{line}, "run", scenario(t, held), "-i", cloud.Inventory(), "--yes")
		require.NoError(t, os.WriteFile(cloud.Inventory(), []byte(asReal), 0o600))
		require.Zero(t, eris(t, "plan", scenario(t, held), "-i", cloud.Inventory()).exit(t), "and with that line it may")
	})
}
