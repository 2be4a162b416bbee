package acceptance

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/testenv/simcloud"
)

// asking is a scenario of which each request of a load fails, with a secret in its URL.
const asking = `version: eris/v1
name: asking
phases: {warmup: 0s, baseline: 4s, chaos: 8s, recovery: 5s}
loads:
  odd: {workload: http.get, args: {url: 'URL/nowhere?adminPass=geheim1'}, arrivals: {rate: 5/s}, timeout: 5s}
faults:
  lose-keystone:
    fault: service.kill
    target: {service: keystone, count: 1}
    hold: 5s
stop_when: {none: it is short}
objectives:
  - availability("odd") >= 99%
`

// Failed requests are found in the logs of the nodes, with what the struck service wrote
// around the fault; no secret of a line comes into the record, a report or an issue.
func TestFailedRequestsAreFoundInTheLogs(t *testing.T) {
	t.Parallel()
	cloud := simulated(t, simcloud.Options{Seed: 9})
	log := func(text string) {
		for _, name := range cloud.Nodes() {
			on(t, cloud, name, "echo "+text+" >> /var/log/keystone/keystone.log")
		}
	}
	for _, name := range cloud.Nodes() {
		on(t, cloud, name, "mkdir -p /var/log/keystone")
	}
	log("of-yesterday")
	run := start(t, "run", scenario(t, asking, "URL", cloud.Endpoint("keystone")), "-i", cloud.Inventory(), "--plain")
	run.says(t, "held")
	log("in-between password=geheim2 at amqp://guest:geheim3@mq.example.org:5672")
	require.Equal(t, 3, run.exit(t), "%s", run.stderr())

	var requests, around int
	struck := ""
	for _, e := range journal(t, run.record(t)) {
		if e.Target != nil {
			struck = e.Target.Target.Node
		}
		if e.Logged == nil {
			continue
		}
		for _, x := range e.Logged.Lines {
			text := strings.Join(x.Lines, "\n")
			require.NotContains(t, text, "of-yesterday")
			switch {
			case x.Request != "":
				requests++
				require.Equal(t, "/var/log/keystone/keystone.log", x.Source)
				require.Contains(t, text, "INFO keystone.api.wsgi [None "+x.Request+" - - - - - -] GET /nowhere?adminPass=REDACTED failed with 404 Not Found")
			case strings.HasPrefix(x.Source, "journal"):
				require.Equal(t, struck, e.Logged.Node)
				require.Contains(t, text, "keystone.service: signal killed")
				around++
			default:
				require.Equal(t, record.LoggedExcerpt{Source: x.Source, Fault: "lose-keystone", Service: "keystone", Lines: x.Lines, Head: x.Head, Left: x.Left}, x)
				require.Contains(t, text, "in-between password=REDACTED at amqp://REDACTED@mq.example.org:5672")
				around++
			}
		}
	}
	require.Equal(t, 20, requests, "the first of the load's one class")
	require.Equal(t, 2, around, "the journal of the struck unit, and its file")

	var gaps struct {
		Gaps []struct {
			ID string `json:"id"`
		} `json:"gaps"`
	}
	again := func(args ...string) string {
		p := eris(t, args...)
		require.NotEmpty(t, p.stdout.String(), "%s", p.stderr())
		return p.stdout.String()
	}
	runs := filepath.Join(run.dir, "runs")
	require.NoError(t, json.Unmarshal([]byte(again("gaps", runs, "--json")), &gaps))
	require.NotEmpty(t, gaps.Gaps)
	issue := again("gaps", runs, "--issue", gaps.Gaps[0].ID)
	require.Regexp(t, `(?s)### Log lines.*ctl-\d /var/log/keystone/keystone.log: 20\d\d-\S+ \S+ \d+ INFO keystone.api.wsgi \[None req-`, issue)
	require.Contains(t, issue, "in-between password=REDACTED at amqp://HOST-")
	require.NotContains(t, issue, "mq.example.org")
	page := read(t, filepath.Join(run.record(t), "report.html"))
	require.Contains(t, page, `<section id="logs"`)
	for _, text := range []string{page, issue, read(t, filepath.Join(run.record(t), "journal.ndjson")), again("report", run.record(t), "--format", "text")} {
		require.NotContains(t, text, "geheim")
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(text)
}
