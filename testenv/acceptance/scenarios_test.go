package acceptance

import (
	"strings"
	"testing"
)

// held is a scenario that takes as many keystones as may be taken and holds
// them until the test ends it.
const held = `version: eris/v1
name: held
phases: {warmup: 0s, baseline: 1s, chaos: 60s, recovery: 1s}
steady_state:
  - 'min_where("service.healthy", {service: "keystone"}) == 1'
loads:
  tokens: {workload: keystone.issue_token, arrivals: {rate: 20/s}, timeout: 5s}
collectors:
  services: {kind: service, every: 1s, on: {service: keystone}}
faults:
  lose-keystone:
    fault: service.kill
    target: {service: keystone, count: max}
    hold: 60s
stop_when: {none: the test ends it}
objectives:
  - availability("tokens") >= 1%
`

// scenario writes a scenario with some of its text replaced, as pairs of old
// and new.
func scenario(t *testing.T, text string, replace ...string) string {
	t.Helper()
	return file(t, "scenario.yaml", strings.NewReplacer(replace...).Replace(text))
}
