package acceptance

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
)

// decisive makes every sort of decision: whom to strike, when, after what, on
// what signal, and not at all.
const decisive = `version: eris/v1
name: decisive
phases: {warmup: 0s, baseline: 1s, chaos: 20s, recovery: 1s}
loads:
  tokens: {workload: keystone.issue_token, arrivals: {rate: 20/s}, timeout: 5s}
collectors:
  services: {kind: service, every: 1s, on: {role: controller}}
faults:
  first:
    fault: service.stop
    target: {service: keystone, count: 1}
    hold: 6s # the collector looks each second, and must see it
  second:
    fault: service.kill
    target: {service: memcached, count: max}
    start: {after: first.undone, delay: 500ms}
    hold: 1s
  seen:
    fault: service.freeze
    target: {service: nova-api, count: 2}
    start: {when: 'min_where("service.healthy", {service: "keystone"}) == 0', within: 12s, otherwise: fail}
    hold: 1s
  never:
    fault: service.stop
    target: {service: glance-api, count: 1}
    start: {when: 'min_where("service.healthy", {service: "cinder-api"}) == 0', within: 3s}
    hold: 1s
stop_when: {none: it ends by itself}
objectives:
  - availability("tokens") >= 1%
`

// TestSameSeedSamePlan: the embedded cloud is another one each time, and the
// plan for it the same to the byte.
func TestSameSeedSamePlan(t *testing.T) {
	t.Parallel()
	file := scenario(t, decisive)
	plans := map[string]bool{}
	for seed := range 4 {
		args := []string{"plan", file, "--json", "--seed", fmt.Sprint(seed)}
		one, other := eris(t, args...), eris(t, args...)
		require.Zero(t, one.exit(t), "%s", one.stderr())
		require.Equal(t, one.stdout.String(), other.stdout.String())
		plans[fmt.Sprint(planned(t, args[1], "--seed", args[4]).Faults[1].Targets)] = true
	}
	require.Greater(t, len(plans), 1, "the seed decides nothing")
}

func TestSameSeedSameDecisions(t *testing.T) {
	t.Parallel()
	file := scenario(t, decisive)
	runs := []*program{}
	for range 2 {
		runs = append(runs, start(t, "run", file, "--seed", "11", "--plain", "--settle", "1s"))
	}
	var plans []string
	var made []map[string][]string
	for _, run := range runs {
		require.Equal(t, 4, run.exit(t), "one is skipped: %s", run.stderr())
		plan, err := os.ReadFile(filepath.Join(run.record(t), "plan.json"))
		require.NoError(t, err)
		plans, made = append(plans, string(plan)), append(made, decisions(journal(t, run.record(t))))
	}
	require.Equal(t, plans[0], plans[1])
	require.Equal(t, made[0], made[1])
	t.Log(made[0])
	require.Equal(t, "skipped", lastWord(made[0]["never"]))
	require.Equal(t, "undone", lastWord(made[0]["seen"]))
}

// decisions is what became of each fault and of each of its targets, in order,
// without the times.
func decisions(events []record.Event) map[string][]string {
	made := map[string][]string{}
	for _, e := range events {
		if e.Fault != nil {
			made[e.Fault.Name] = append(made[e.Fault.Name], e.Fault.Trigger, string(e.Fault.State))
		}
		if e.Target != nil {
			key := e.Target.Name + " " + e.Target.Target.String()
			made[key] = append(made[key], string(e.Target.State))
		}
	}
	return made
}

func lastWord(words []string) string { return words[len(words)-1] }
