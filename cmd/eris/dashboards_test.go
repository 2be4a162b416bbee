//go:build sinks

package main_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/reports"
	"github.com/openstack-eris/eris/reports/metrics"
)

// dashboard is what the tests read of one.
type dashboard struct {
	Panels []struct {
		Type, Title string
		Targets     []struct{ Expr, Query string }
	}
	Annotations struct {
		List []struct{ Name, Expr, Query string }
	}
	Templating struct {
		List []struct{ Name, Type, Definition string }
	}
}

// asked is a query with its place in a dashboard.
type asked struct{ place, query string }

// queries are all that a dashboard asks, and its variables that are asked for.
func queries(t *testing.T, name string) (all, variables []asked) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "grafana", name))
	require.NoError(t, err)
	var d dashboard
	require.NoError(t, json.Unmarshal(text, &d))
	for _, p := range d.Panels {
		require.Equal(t, p.Type == "row", len(p.Targets) == 0, p.Title)
		for _, q := range p.Targets {
			all = append(all, asked{"panel " + p.Title, q.Expr + q.Query})
		}
	}
	for _, a := range d.Annotations.List {
		all = append(all, asked{"annotation " + a.Name, a.Expr + a.Query})
	}
	for _, v := range d.Templating.List {
		if v.Type == "query" {
			variables = append(variables, asked{"variable " + v.Name, v.Definition})
		}
	}
	require.NotEmpty(t, all)
	require.NotEmpty(t, variables)
	return all, variables
}

// askInflux asks what Grafana would, all of a run: each query is understood and has an
// answer, but that for outages, of which the run has none, and those for p99, which needs a thousand
// answers in a minute.
func askInflux(t *testing.T, influx *influxd, run string, began time.Time) {
	t.Helper()
	all, variables := queries(t, "influxdb.json")
	grafana := strings.NewReplacer(
		"$timeFilter", fmt.Sprintf("time >= %dms and time <= %dms", began.UnixMilli(), time.Now().UnixMilli()),
		"$__interval", "1s", "$run", regexp.QuoteMeta(run), "$load", ".*", "$signal", ".*",
	)
	for _, q := range append(all, variables...) {
		text := grafana.Replace(q.query)
		require.NotRegexp(t, `\$[\w{]`, text, q.place)
		found, err := influx.query(text)
		require.NoError(t, err, q.place)
		if !strings.Contains(text, "p99_seconds") { // of so few answers there is none
			require.Equal(t, q.place != "annotation outages and stops", len(found) > 0, "%s: %s", q.place, text)
		}
		for _, s := range found {
			require.NotEmpty(t, s.Values, "%s: %s", q.place, text)
		}
	}
}

// promServer is a real Prometheus that scrapes a run, and what came of it.
type promServer struct {
	t       *testing.T
	address string
	run     string // where it scrapes a run
	result  *httptest.Server
	text    chan string // that it scrapes as what came of it
}

const prometheusConf = `global: {scrape_interval: 1s}
scrape_configs:
  - {job_name: eris, static_configs: [{targets: [%q]}]}
  - {job_name: result, static_configs: [{targets: [%q]}]}
`

func servePrometheus(t *testing.T) *promServer {
	t.Helper()
	p := &promServer{t: t, address: freeAddress(t), run: freeAddress(t), text: make(chan string, 1)}
	p.result = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		select {
		case text := <-p.text:
			p.text <- text // for the next one
			fmt.Fprint(w, text)
		default: // a file that is not there yet
		}
	}))
	t.Cleanup(p.result.Close)
	dir := t.TempDir()
	conf := fmt.Sprintf(prometheusConf, p.run, strings.TrimPrefix(p.result.URL, "http://"))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "prometheus.yml"), []byte(conf), 0o600))
	beside(t, dir, program(t, "ERIS_TEST_PROMETHEUS", "prometheus"),
		"--config.file=prometheus.yml", "--storage.tsdb.path=data", "--web.listen-address="+p.address)
	require.Eventually(t, func() bool {
		_, err := ask("http://"+p.address+"/-/ready", nil, nil)
		return err == nil
	}, time.Minute, 50*time.Millisecond)
	return p
}

// has it scrape a run's result, as the textfile collector of node_exporter gives it.
func (p *promServer) has(t *testing.T, recorded *reports.Run) {
	t.Helper()
	var text strings.Builder
	require.NoError(t, metrics.Write(&text, &recorded.Analysis.Result))
	p.text <- text.String()
	require.Eventually(t, func() bool {
		found, err := p.query("eris_result_info", time.Now().Add(-time.Minute))
		return err == nil && found > 0
	}, time.Minute, 100*time.Millisecond)
}

// query counts the samples that an expression has since a time.
func (p *promServer) query(expr string, since time.Time) (samples int, err error) {
	var answer struct {
		Data struct{ Result []struct{ Values [][]any } }
	}
	at := func(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }
	_, err = ask("http://"+p.address+"/api/v1/query_range", url.Values{
		"query": {expr}, "start": {at(since)}, "end": {at(time.Now())}, "step": {"1"},
	}, &answer)
	for _, r := range answer.Data.Result {
		samples += len(r.Values)
	}
	return samples, err
}

// askPrometheus asks what Grafana would, over the run and after it.
func askPrometheus(t *testing.T, p *promServer, began time.Time) {
	t.Helper()
	all, variables := queries(t, "prometheus.json")
	grafana := strings.NewReplacer("$__rate_interval", "4s", "$__interval", "1s", "$load", ".*", "$scenario", ".*")
	for _, q := range all {
		text := grafana.Replace(q.query)
		require.NotRegexp(t, `\$[\w{]`, text, q.place)
		samples, err := p.query(text, began)
		require.NoError(t, err, q.place)
		require.Positive(t, samples, "%s: %s", q.place, text)
	}
	values := regexp.MustCompile(`^label_values\((\w+), (\w+)\)$`)
	for _, v := range variables {
		parts := values.FindStringSubmatch(v.query)
		require.NotNil(t, parts, v.query)
		var answer struct{ Data []string }
		_, err := ask("http://"+p.address+"/api/v1/label/"+parts[2]+"/values?match[]="+parts[1], nil, &answer)
		require.NoError(t, err, v.place)
		require.NotEmpty(t, answer.Data, "%s: %s", v.place, v.query)
	}
}
