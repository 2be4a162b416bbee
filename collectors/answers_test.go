package collectors_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors"
	"github.com/openstack-eris/eris/inventory"
)

// silence is the line of a case in which nobody answers.
const silence = "no answer"

type unanswered struct{ error }

func (unanswered) Unanswered() {}

// told is an OpenStack that gives one answer, to quotas one of each API.
type told struct {
	answer string
	parts  map[string]json.RawMessage
	asked  []string
}

func (o *told) Get(_ context.Context, service, path string) ([]byte, error) {
	o.asked = append(o.asked, service+" "+path)
	if o.parts != nil {
		if answer, ok := o.parts[service]; ok {
			return answer, nil
		}
		return nil, unanswered{errors.New("503")}
	}
	if o.answer == silence {
		return nil, unanswered{errors.New("connection refused")}
	}
	return []byte(o.answer), nil
}

func (*told) LogIn(context.Context) error             { return nil }
func (*told) Project(context.Context) (string, error) { return "p1", nil }
func (*told) Close()                                  {}

// directs are the kinds that are asked from here, with the arguments that they have to
// be given.
func directs(t require.TestingT, url string) map[string]collectors.Collector {
	all := map[string]collectors.Collector{}
	for _, name := range collectors.Catalogue().Names() {
		kind, _ := collectors.Catalogue().Lookup(name)
		c := kind.New()
		if _, direct := c.(collectors.Direct); !direct {
			continue
		}
		switch c := c.(type) {
		case *collectors.Prometheus:
			c.URL = url
			c.Queries = map[string]collectors.PromQuery{
				"api.latency": {Query: "vector(1)", Unit: "s"}, "api.requests": {Query: "sum by (instance) (x)", Unit: "1", Labels: []string{"instance"}},
			}
		case *collectors.Scrape:
			c.URL = url
			c.Publishes = collectors.Printed{
				"load.one":       {Metric: "node_load1", Unit: "1"},
				"disk.available": {Metric: "node_filesystem_avail_bytes", Unit: "bytes", Labels: []string{"device", "fstype", "mountpoint"}},
				"request.spent":  {Metric: "request_seconds_sum", Unit: "s"},
			}
		}
		if checked, ok := c.(interface{ Validate() error }); ok {
			require.NoError(t, checked.Validate(), name)
		}
		all[name] = c
	}
	return all
}

// sweep is what one sweep of a collector gives, in words, where that is the answer.
func sweep(t *testing.T, c collectors.Collector, cloud collectors.OpenStack) []string {
	t.Helper()
	asker := opened(t, c, cloud)
	defer asker.Close()
	readings, err := asker.Ask(t.Context())
	return words(c, readings, err)
}

func opened(t require.TestingT, c collectors.Collector, cloud collectors.OpenStack) collectors.Asker {
	asker, err := c.(collectors.Direct).Open(func() (collectors.OpenStack, error) { return cloud, nil })
	require.NoError(t, err)
	return asker
}

// exporter serves an answer.
type exporter struct{ answer string }

func (e *exporter) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	if e.answer == silence {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	_, _ = w.Write([]byte(e.answer))
}

// TestAnswersOfRealServices reads those of testdata/answers. Under each answer stand its
// readings, or the word error.
func TestAnswersOfRealServices(t *testing.T) {
	served := &exporter{}
	server := httptest.NewServer(served)
	defer server.Close()
	for name, c := range directs(t, server.URL) {
		n := cases(t, "testdata/answers/"+name+".txt", func(line string, want []string) {
			cloud := &told{answer: line}
			if name == "quotas" {
				require.NoError(t, json.Unmarshal([]byte(line), &cloud.parts))
			}
			served.answer = strings.ReplaceAll(line, `\n`, "\n")
			for i := range want {
				want[i] = strings.ReplaceAll(want[i], "HOST", strings.TrimPrefix(server.URL, "http://"))
			}
			require.Equal(t, want, sweep(t, c, cloud), "%s: %q", name, line)
		})
		require.Greater(t, n, 5, name)
	}
}

// What a direct collector expects is a series that it does publish.
func TestDirectCollectorsPublishWhatTheyExpect(t *testing.T) {
	server := httptest.NewServer(&exporter{answer: silence})
	defer server.Close()
	for name, c := range directs(t, server.URL) {
		var promised []string
		for _, s := range c.Signals() {
			for _, labels := range c.(collectors.Expecting).Expected(s.Name, nil) {
				if strings.HasSuffix(s.Name, ".up") { // of the others there is none where nobody answers
					word := s.Name
					for k, v := range labels {
						word += "{" + k + "=" + v + "}"
					}
					promised = append(promised, word+" 0")
				}
			}
		}
		require.NotEmpty(t, promised, name)
		cloud := &told{answer: silence}
		if name == "quotas" {
			cloud.parts = map[string]json.RawMessage{}
		}
		require.Equal(t, promised, sweep(t, c, cloud), name)
	}
}

// A cloud that gives its agents in pages is asked for all of them, at the address that
// it was asked at before; one that breaks off in the middle has not answered.
func TestAgentsInPages(t *testing.T) {
	agent := func(host string) string {
		return `{"agent_type": "L3 agent", "host": "` + host + `", "alive": true, "admin_state_up": true}`
	}
	next := `, "agents_links": [{"rel": "next", "href": "http://elsewhere.invalid/v2.0/agents?limit=1&marker=a"}]`
	cloud := &paged{pages: []string{`{"agents": [` + agent("a") + `]` + next + `}`, `{"agents": [` + agent("b") + `]}`}}
	require.Equal(t, []string{
		"neutron_agents.up 1", "neutron_agents.alive{host=a}{type=L3 agent} 1", "neutron_agents.enabled{host=a}{type=L3 agent} 1",
		"neutron_agents.alive{host=b}{type=L3 agent} 1", "neutron_agents.enabled{host=b}{type=L3 agent} 1",
	}, sweep(t, collectors.NewNeutronAgents(), cloud))
	require.Equal(t, "network agents?limit=1&marker=a", cloud.asked[1])

	cloud = &paged{pages: []string{`{"agents": [` + agent("a") + `]` + next + `}`, silence}}
	require.Equal(t, []string{"neutron_agents.up 0"}, sweep(t, collectors.NewNeutronAgents(), cloud))
	cloud = &paged{pages: []string{`{"agents": []` + next + `}`}}
	require.Equal(t, []string{"error"}, sweep(t, collectors.NewNeutronAgents(), cloud), "it never ends")
}

// paged gives the first page to the first question, and so on; the last one again and again.
type paged struct {
	told
	pages []string
}

func (p *paged) Get(ctx context.Context, service, path string) ([]byte, error) {
	p.answer = p.pages[min(len(p.asked), len(p.pages)-1)]
	return p.told.Get(ctx, service, path)
}

// Each API has a time of its own: one that hangs makes no other silent.
func TestAnAPIThatHangsHidesNoOther(t *testing.T) {
	q := collectors.NewQuotas()
	q.Timeout = 50 * time.Millisecond
	got := sweep(t, q, &hanging{told{parts: map[string]json.RawMessage{"network": []byte(`{"quota": {}}`), "volume": []byte(`{"quota_set": {}}`)}}})
	require.Equal(t, []string{"quotas.up{api=compute} 0", "quotas.up{api=network} 1", "quotas.up{api=volume} 1"}, got)
}

type hanging struct{ told }

func (h *hanging) Get(ctx context.Context, service, path string) ([]byte, error) {
	if service == "compute" {
		<-ctx.Done()
	}
	if ctx.Err() != nil {
		return nil, unanswered{ctx.Err()}
	}
	return h.told.Get(ctx, service, path)
}

func TestWhatDirectCollectorsAreGivenIsChecked(t *testing.T) {
	nova := collectors.NewNovaServices()
	nova.Timeout = 0
	require.EqualError(t, nova.Validate(), "timeout: 0s is not from 1s to 1m")
	quotas := collectors.NewQuotas()
	quotas.APIs = []string{"compute", "image", "compute"}
	quotas.Timeout = time.Hour
	require.EqualError(t, quotas.Validate(), "timeout: 1h0m0s is not from 1s to 1m\n"+
		"apis: \"image\" is not compute, network or volume, or is there twice\napis: \"compute\" is not compute, network or volume, or is there twice")
	quotas.APIs = nil
	require.ErrorContains(t, quotas.Validate(), "apis: there are none")
	prometheus := collectors.NewPrometheus()
	prometheus.URL = "http://127.0.0.1:9090/?query=up"
	prometheus.Queries = map[string]collectors.PromQuery{"node.load1": {Query: " ", Unit: "MB", Labels: []string{"a b", "node", "node"}}}
	for _, said := range []string{
		"queries: node.load1: query: there is none", "queries: node.load1 is what the collector node publishes", `queries: node.load1: unit: "MB" is not 1, bytes, ratio or s`,
		`queries: node.load1: labels: "a b" is no name of a label`, `labels: "node" is no name of a label, or one that is there already`, "url: it has a query",
	} {
		require.ErrorContains(t, prometheus.Validate(), said)
	}
	prometheus.Queries = nil
	require.ErrorContains(t, prometheus.Validate(), "queries: there are none")
	require.ErrorContains(t, collectors.NewScrape().Validate(), "signals: there are none")
	require.Equal(t, []map[string]string{{}}, directs(t, "http://127.0.0.1:1")["prometheus"].(collectors.Expecting).Expected("api.latency", []*inventory.Service{}))
}

// FuzzAnswers feeds any answer to every collector: an error or readings that are declared,
// never both and never a panic.
func FuzzAnswers(f *testing.F) {
	for _, seed := range []string{
		`{"services": [{"binary": "nova-compute", "host": "host1", "state": "up", "status": "enabled"}]}`,
		`{"agents": [{"agent_type": "L3 agent", "host": "a", "alive": true, "admin_state_up": true}], "agents_links": [{"rel": "next", "href": "http://a/v2.0/agents?marker=a"}]}`,
		`{"hypervisors": [{"hypervisor_hostname": "a", "state": "up", "status": "enabled", "vcpus": 2}]}`,
		`{"quota_set": {"id": "p1", "cores": {"in_use": 0, "limit": 20, "reserved": 0}}, "quota": {"port": {"used": 1, "limit": -1}}}`,
		`{"status": "success", "data": {"resultType": "vector", "result": [{"metric": {"instance": "a"}, "value": [1.5, "1"]}]}}`,
		"# TYPE node_load1 gauge\nnode_load1 0.21\n", "", silence,
	} {
		f.Add(seed)
	}
	served, cloud := &exporter{}, &told{}
	server := httptest.NewServer(served)
	f.Cleanup(server.Close)
	all, askers := directs(f, server.URL), map[string]collectors.Asker{} // whose connections are kept
	for name, c := range all {
		askers[name] = opened(f, c, cloud)
		f.Cleanup(askers[name].Close)
	}
	f.Fuzz(func(t *testing.T, answer string) {
		served.answer, cloud.answer, cloud.asked = answer, answer, nil
		for name, c := range all {
			readings, err := askers[name].Ask(t.Context())
			for _, word := range words(c, readings, err) {
				require.NotContains(t, word, "undeclared")
				require.NotContains(t, word, "beside")
				require.NotContains(t, word, "NaN")
			}
		}
	})
}
