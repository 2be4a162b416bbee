//go:build sinks

package main_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/reports"
)

// sunkScenario has loads, one with operations, some of which fail, a fault and signals.
const sunkScenario = `version: eris/v1
name: sunk
description: Something for each panel of a dashboard.
phases: {warmup: 1s, baseline: 4s, chaos: 8s, recovery: 8s}
steady_state:
  - check: {workload: keystone.issue_token, within: 5s}
loads:
  tokens: {workload: keystone.issue_token, arrivals: {rate: 40/s, process: poisson}, timeout: 1s}
  networks: {workload: neutron.create_and_delete_network, concurrency: 1, think: 200ms, timeout: 5s}
collectors:
  services: {kind: service, every: 1s, on: {service: keystone}}
faults:
  freeze:
    fault: service.freeze
    target: {service: keystone, count: 1}
    start: {at: 0s}
    hold: 4s
  busy:
    fault: cpu.load
    args: {share: 10%}
    target: {role: controller, count: 1}
    start: {at: 0s}
    hold: 4s
stop_when:
  - 'error_ratio("tokens", "10s") > 99% for 15s'
objectives:
  - availability("tokens") >= 10%
`

// sunkRun is a run that is written to InfluxDB.
type sunkRun struct {
	*exec.Cmd
	t   *testing.T
	dir string
	end chan error
}

func runInto(t *testing.T, influx *influxd, flags ...string) *sunkRun {
	t.Helper()
	r := &sunkRun{t: t, dir: t.TempDir(), end: make(chan error, 1)}
	require.NoError(t, os.WriteFile(filepath.Join(r.dir, "sunk.yaml"), []byte(sunkScenario), 0o600))
	r.Cmd = exec.CommandContext(t.Context(), "eris", append([]string{"run", "sunk.yaml", "--plain", "--influxdb", influx.url()}, flags...)...)
	out, err := os.Create(filepath.Join(r.dir, "out"))
	require.NoError(t, err)
	r.Dir, r.Stdout, r.Stderr = r.dir, out, out
	require.NoError(t, errors.Join(r.Start(), out.Close()))
	go func() { r.end <- r.Wait() }()
	return r
}

func (r *sunkRun) said() string {
	r.t.Helper()
	text, err := os.ReadFile(filepath.Join(r.dir, "out"))
	require.NoError(r.t, err)
	return string(text)
}

// says waits until it has told something.
func (r *sunkRun) says(text string) {
	r.t.Helper()
	require.Eventually(r.t, func() bool {
		require.Empty(r.t, r.end, "it ended")
		return strings.Contains(r.said(), text)
	}, 2*time.Minute, 20*time.Millisecond, "it does not say %s", text)
}

// ends waits for its end, and gives its record, in which nothing is missing.
func (r *sunkRun) ends() (*record.Run, *reports.Run) {
	r.t.Helper()
	ended := <-r.end
	require.Contains(r.t, []int{kpi.ExitPass, kpi.ExitUnknown}, r.ProcessState.ExitCode(), "%v: %s", ended, r.said()) // unknown: this machine was slow
	dir := filepath.Join(r.dir, "runs", "latest")
	run, err := record.Open(dir)
	require.NoError(r.t, err)
	why, cut := run.CutOff()
	require.False(r.t, cut, why)
	recorded, err := reports.Open(dir)
	require.NoError(r.t, err)
	require.Len(r.t, recorded.Analysis.Result.Sinks, 1)
	require.Less(r.t, recorded.Analysis.Result.DurationMS, 45_000.0, "nobody waited for a server")
	for _, l := range recorded.Analysis.Result.Loads {
		require.Equal(r.t, l.Planned, l.Succeeded+l.Failed+l.Dropped+l.Aborted, l.Name)
	}
	return run, recorded
}

// outcomes and readings are how many the record has.
func outcomes(t *testing.T, run *record.Run) (n int64) {
	t.Helper()
	for _, load := range run.Loads() {
		for _, err := range run.Samples(load) {
			require.NoError(t, err)
			n++
		}
	}
	return n
}

func readings(t *testing.T, run *record.Run) (n int64) {
	t.Helper()
	for _, err := range run.Signals() {
		require.NoError(t, err)
		n++
	}
	return n
}

// The server is stopped in the middle of a run and started again: the record has all,
// and so has the server in the end, point for point. Meanwhile Prometheus scrapes the
// run, and each query of the dashboards is asked of both.
func TestAServerThatIsStoppedAndStartedInTheMiddleOfARun(t *testing.T) {
	t.Parallel()
	influx := serveInflux(t)
	prometheus := servePrometheus(t)
	began := time.Now()
	run := runInto(t, influx, "--metrics", prometheus.run)
	run.says("phase chaos")
	influx.stop(syscall.SIGTERM)
	run.says("warning: InfluxDB takes no points: ")
	run.says("phase recovery")
	influx.start()
	recorded, result := run.ends()
	require.Contains(t, run.said(), "info: InfluxDB takes points again")

	account := result.Analysis.Result.Sinks[0]
	points := influx.points(recorded.Meta().Run)
	require.Equal(t, record.Sink{To: record.InfluxDB, Produced: account.Produced, Written: account.Produced}, account, run.said())
	require.Equal(t, account.Written, sum(points), "%v", points)
	require.Equal(t, outcomes(t, recorded), points["eris_sample"])
	require.Equal(t, readings(t, recorded), points["eris_signal"])
	require.NotEmpty(t, influx.must(`SHOW TAG VALUES FROM "eris_signal" WITH KEY = "unit"`), "signals have their units")
	require.NotContains(t, run.said(), "\neris: InfluxDB")

	t.Run("the dashboard for InfluxDB", func(t *testing.T) {
		askInflux(t, influx, recorded.Meta().Run, began)
	})
	t.Run("the dashboard for Prometheus", func(t *testing.T) {
		prometheus.has(t, result)
		askPrometheus(t, prometheus, began)
	})
}

// A server that dies in the middle of a run and stays away: the run is none the worse,
// and what the server has not is said to a point.
func TestAServerThatDiesInTheMiddleOfARun(t *testing.T) {
	t.Parallel()
	influx := serveInflux(t)
	run := runInto(t, influx)
	run.says("phase chaos")
	influx.stop(syscall.SIGKILL)
	recorded, result := run.ends()
	require.Contains(t, run.said(), "\neris: InfluxDB: ")
	require.Contains(t, run.said(), "; the record has all of it\n")

	influx.start()
	account := result.Analysis.Result.Sinks[0]
	points := influx.points(recorded.Meta().Run)
	require.Positive(t, account.Written)
	require.Positive(t, account.Lost)
	require.Contains(t, account.Reason, "connection refused")
	require.Equal(t, account.Produced, account.Written+account.Lost+account.Unsure)
	require.GreaterOrEqual(t, sum(points), account.Written, "%v", points)
	require.LessOrEqual(t, sum(points), account.Written+account.Unsure, "%v", points)
	require.Less(t, points["eris_sample"], outcomes(t, recorded))
	t.Logf("%+v; the server has %d", account, sum(points))
}

func sum(points map[string]int64) (n int64) {
	for _, each := range points {
		n += each
	}
	return n
}
