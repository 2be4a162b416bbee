package simcloud_test

import (
	"bytes"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/simcloud"
	"github.com/openstack-eris/eris/testenv/simcloud/node"
)

// A database whose disk is full answers who reads, and nobody who writes.
func TestADatabaseWithAFullDiskTakesNoWrites(t *testing.T) {
	cloud := start(t, simcloud.Options{Seed: 1, Controllers: 1})
	client := newClient(t, cloud)
	_, token := client.issue(t)
	require.NotEmpty(t, token)
	ask := func(method, path, body string) int {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, cloud.Endpoint("neutron-api")+path, bytes.NewReader([]byte(body)))
		require.NoError(t, err)
		r.Header.Set("X-Auth-Token", token)
		response, err := client.http.Do(r)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		return response.StatusCode
	}
	const made = `{"network":{"name":"n"}}`
	require.Equal(t, http.StatusCreated, ask(http.MethodPost, "/v2.0/networks", made))
	run := func(line string) { require.Zero(t, cloud.Node("ctl-1").Run(t.Context(), node.Session{Line: line})) }
	run(`fallocate -l $(($(df -Pk /var/lib/mysql | tail -n 1 | sed 's/  */ /g' | cut -d ' ' -f 4) * 1024)) /var/lib/mysql/full`)
	require.Equal(t, http.StatusInternalServerError, ask(http.MethodPost, "/v2.0/networks", made))
	require.Equal(t, http.StatusOK, ask(http.MethodGet, "/v2.0/networks", ""))
	run("rm /var/lib/mysql/full")
	require.Equal(t, http.StatusCreated, ask(http.MethodPost, "/v2.0/networks", made))
}
