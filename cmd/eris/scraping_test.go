//go:build sinks

package main_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
)

// watchedScenario asks a Prometheus, scrapes it and a node_exporter, and fires its fault
// by what both tell.
const watchedScenario = `version: eris/v1
name: watched
description: Signals of a Prometheus and of a node_exporter.
phases: {warmup: 1s, baseline: 2s, chaos: 6s, recovery: 2s}
steady_state:
  - check: {workload: keystone.issue_token, within: 5s}
loads:
  tokens: {workload: keystone.issue_token, arrivals: {rate: 10/s}, timeout: 1s}
collectors:
  asked:
    kind: prometheus
    every: 1s
    args:
      url: http://%[1]s
      queries:
        jobs.up: {query: 'sum by (job) (up)', unit: "1", labels: [job], help: targets that answer}
        known.series: {query: 'count({job=~".+"})', unit: "1", help: series in memory}
        one.half: {query: '1/2', unit: ratio, help: a scalar}
  scraped:
    kind: scrape
    every: 1s
    args:
      url: http://%[1]s/metrics
      signals:
        asked.requests: {metric: prometheus_http_requests_total, unit: "1", labels: [code, handler], kind: counter, help: requests}
        build.info: {metric: prometheus_build_info, unit: "1", labels: [branch, goarch, goos, goversion, revision, tags, version], help: what runs}
  node:
    kind: scrape
    every: 1s
    args:
      url: http://%[2]s/metrics
      signals:
        host.available: {metric: node_memory_MemAvailable_bytes, unit: bytes, help: memory}
        host.cpu: {metric: node_cpu_seconds_total, unit: s, labels: [cpu, mode], kind: counter, help: processors' time}
faults:
  freeze:
    fault: service.freeze
    target: {service: keystone, count: 1}
    start: {when: 'signal("host.available") > 0 && signal("known.series") > 0', within: 5s}
    hold: 1s
stop_when:
  - 'error_ratio("tokens", "10s") > 99%% for 15s'
objectives:
  - availability("tokens") >= 1%%
`

// Expressions are asked of a real Prometheus, and it and a real node_exporter are scraped:
// every signal has readings with its labels, of which a fault is triggered.
func TestARealPrometheusAndNodeExporterAreRead(t *testing.T) {
	t.Parallel()
	prometheus := servePrometheus(t)
	dir, node := t.TempDir(), freeAddress(t)
	beside(t, dir, program(t, "ERIS_TEST_NODE_EXPORTER", "prometheus-node-exporter"), "--web.listen-address="+node)
	require.Eventually(t, func() bool {
		_, err := ask("http://"+node+"/metrics", nil, nil)
		jobs, wrong := prometheus.query("up", time.Now().Add(-time.Minute))
		return err == nil && wrong == nil && jobs > 1
	}, time.Minute, 100*time.Millisecond)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "watched.yaml"), fmt.Appendf(nil, watchedScenario, prometheus.address, node), 0o600))
	run := exec.CommandContext(t.Context(), "eris", "run", "watched.yaml", "--plain")
	run.Dir = dir
	said, err := run.CombinedOutput()
	require.NoError(t, err, "%s", said)
	recorded, err := record.Open(filepath.Join(dir, "runs", "latest"))
	require.NoError(t, err)
	seen := map[string]map[string]bool{} // of each signal, its series
	for r, err := range recorded.Signals() {
		require.NoError(t, err)
		if seen[r.Signal] == nil {
			seen[r.Signal] = map[string]bool{}
		}
		seen[r.Signal][fmt.Sprint(r.Labels)] = true
		switch r.Signal {
		case "one.half":
			require.InDelta(t, 0.5, r.Value, 0)
		case "host.available":
			require.Greater(t, r.Value, 1e6)
		}
	}
	require.Contains(t, seen["jobs.up"], "map[job:result]", "%v", seen)
	require.Contains(t, seen["asked.requests"], fmt.Sprintf("map[code:200 handler:/metrics server:%s]", prometheus.address))
	require.Len(t, seen["build.info"], 1)
	require.Contains(t, seen["host.cpu"], fmt.Sprintf("map[cpu:0 mode:idle server:%s]", node))
	require.Len(t, seen["host.available"], 1)
	require.Len(t, seen["known.series"], 1)
	fired := false
	for e, err := range recorded.Events() {
		require.NoError(t, err)
		fired = fired || e.Fault != nil && e.Fault.State == record.Held
	}
	require.True(t, fired, "the fault was triggered by signals: %s", said)
}
