package scrape_test

import (
	"io"
	"net"
	"net/http"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/openstack-eris/eris/cmd/eris/scrape"
	"github.com/openstack-eris/eris/reports/live"
	"github.com/openstack-eris/eris/reports/metrics"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A port that another program has is refused; what is scraped is what is so then.
func TestPrometheusIsAnswered(t *testing.T) {
	var now *live.Snapshot
	of := metrics.Running(func() (live.Snapshot, bool) {
		if now == nil {
			return live.Snapshot{}, false
		}
		return *now, true
	})
	e, err := scrape.Listen(t.Context(), "127.0.0.1:0", of)
	require.NoError(t, err)
	_, err = scrape.Listen(t.Context(), e.Address().String(), of)
	require.ErrorContains(t, err, "address already in use")
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	get := func(path string) (int, string) {
		answer, err := client.Get("http://" + e.Address().String() + path)
		require.NoError(t, err)
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		require.NoError(t, err)
		return answer.StatusCode, string(text)
	}
	code, text := get("/metrics")
	require.Equal(t, http.StatusOK, code)
	require.Empty(t, text, "before the first run begins")
	for _, run := range []string{"one", "two"} {
		now = &live.Snapshot{Run: run, Scenario: "x", Cloud: "lab"}
		_, text = get("/metrics")
		require.Contains(t, text, `eris_run_info{cloud="lab",run="`+run+`",scenario="x"} 1`)
	}
	code, _ = get("/")
	require.Equal(t, http.StatusNotFound, code)
	require.NoError(t, e.Close(t.Context()))
	_, err = (&net.Dialer{}).DialContext(t.Context(), "tcp", e.Address().String())
	require.Error(t, err)
}

// What cannot be collected is an error of the scrape, and no half of it.
func TestWhatIsThereTwiceIsAnErrorOfTheScrape(t *testing.T) {
	twice := metrics.Running(func() (live.Snapshot, bool) {
		return live.Snapshot{Loads: []live.Load{{Name: "one"}, {Name: "one"}}}, true
	})
	registry := prometheus.NewPedanticRegistry()
	require.NoError(t, registry.Register(twice))
	_, err := registry.Gather()
	require.ErrorContains(t, err, "was collected before")
}
