package simcloud_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/simcloud"
)

// Of three replicas two are needed to write, and one to read.
func TestSwiftWritesWithMostOfItsReplicasAndReadsWithOne(t *testing.T) {
	cloud := start(t, simcloud.Options{Seed: 1})
	provider, endpoint := login(t, cloud)
	swift, err := openstack.NewObjectStorageV1(provider, endpoint)
	require.NoError(t, err)
	ask := func(method, path, body string) (status int, said string) {
		r, err := http.NewRequestWithContext(t.Context(), method, swift.Endpoint+path, strings.NewReader(body))
		require.NoError(t, err)
		r.Header.Set("X-Auth-Token", provider.Token())
		answer, err := provider.HTTPClient.Do(r)
		if err != nil {
			return 0, ""
		}
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		require.NoError(t, err)
		return answer.StatusCode, string(text)
	}
	eventually := func(status int, method, path, body string) {
		t.Helper()
		require.Eventually(t, func() bool {
			got, _ := ask(method, path, body)
			return got == status
		}, patience, 50*time.Millisecond)
	}
	const drop = "tcp dport 6200 drop"
	eventually(http.StatusCreated, http.MethodPut, "box", "")
	eventually(http.StatusCreated, http.MethodPut, "box/a", "text")
	filter(t, cloud.Node("ctl-3"), "input", drop)
	began := time.Now()
	eventually(http.StatusCreated, http.MethodPut, "box/b", "text")
	require.GreaterOrEqual(t, time.Since(began), 500*time.Millisecond, "for the node that does not answer")
	filter(t, cloud.Node("ctl-2"), "input", drop)
	status, said := ask(http.MethodPut, "box/c", "text")
	require.Equal(t, http.StatusServiceUnavailable, status, said)
	status, said = ask(http.MethodGet, "box/b", "")
	require.Equal(t, []any{http.StatusOK, "text"}, []any{status, said})
	filter(t, cloud.Node("ctl-1"), "input", drop)
	status, _ = ask(http.MethodGet, "box/b", "")
	require.Equal(t, http.StatusServiceUnavailable, status)
	unfilter(t, cloud.Node("ctl-2"))
	unfilter(t, cloud.Node("ctl-1"))
	eventually(http.StatusCreated, http.MethodPut, "box/c", "text")
}
