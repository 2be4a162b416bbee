package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/kpi"
)

// A condition over a window is not known before the window was read, and then a run
// has its answer.
func TestAConditionOverAWindowIsAnsweredByARun(t *testing.T) {
	t.Parallel()
	c := serveCloud(t)
	run := c.start(`version: eris/v1
name: window
phases: {warmup: 500ms, baseline: 2s, chaos: 90s, until: loads_ended}
loads:
  tokens: {workload: keystone.issue_token, arrivals: {rate: 20/s}, end: {after: lose.recovered}}
collectors:
  nodes: {kind: node, every: 1s, on: {node: ctl-3}}
faults:
  lose:
    fault: service.stop
    target: {service: memcached, node: ctl-2}
    start: {when: 'avg_over("node.load1", 10s, "ctl-3") < 10000', within: 60s}
    hold: 1s
stop_when: {none: a test}
`, "--settle", "1s")
	require.NoError(t, <-run.ended, run.said(t))
	r := c.result()
	require.Equal(t, kpi.ExitPass, r.Exit)
	require.Equal(t, "undone", r.Faults[0].State)
	require.GreaterOrEqual(t, *r.Faults[0].AskedAtMS, 10_000.0, "the window was read by then, and not before")
}
