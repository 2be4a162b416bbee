package rehearsal_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/scenarios/rehearsal"
)

func TestEachFaultOnceInItsSmallestForm(t *testing.T) {
	text, err := rehearsal.Scenario([]byte(`version: eris/v1
name: demo
phases: {warmup: 5s, baseline: 20s, chaos: 60s, recovery: 20s}
loads:
  tokens: {workload: keystone.issue_token, concurrency: 1}
faults:
  lose:                                  # a comment
    fault: service.kill
    args: {signal: TERM}
    target: {service: keystone, count: max}
    start: {at: 5s}
    hold: 10s
    repeat: {times: 3, pause: 1s}
  again: {fault: service.kill, args: {signal: TERM}, target: {service: keystone}, start: {after: lose-1.undone}, end: {self_healed: 5s}}
  other: {fault: service.kill, target: {service: keystone, count: 50%}, hold: 3s}
  dark:  {fault: power.off, target: {role: controller, count: 1}, hold: 30s}
objectives: ['availability("tokens") >= 99%']
stop_when: ['error_ratio("tokens", "10s") > 90% for 5s']
small: {phases: {chaos: 5s}}
`))
	require.NoError(t, err)
	require.YAMLEq(t, `version: eris/v1
name: rehearse-demo
description: Each fault of demo once, on one target, for 1s.
phases: {chaos: 3s}
faults:
  lose: {fault: service.kill, args: {signal: TERM}, target: {service: keystone}, hold: 1s}
  other: {fault: service.kill, target: {service: keystone}, hold: 1s, start: {after: lose.recovered}}
  dark: {fault: power.off, target: {role: controller}, hold: 1s, start: {after: other.recovered}}
stop_when: {none: "a rehearsal: each fault is undone at once"}
`, string(text))
}

func TestWhatIsExpectedStaysExpected(t *testing.T) {
	text, err := rehearsal.Scenario([]byte("name: x\nexpect: breach\nfaults: {a: {fault: b, target: {node: c}}}\n"))
	require.NoError(t, err)
	require.Contains(t, string(text), "expect: breach\n")
}

func TestNothingToRehearse(t *testing.T) {
	for _, source := range []string{"", "name: x\n", "name: x\nfaults: {}\n", ": :"} {
		_, err := rehearsal.Scenario([]byte(source))
		require.Error(t, err, source)
	}
}
