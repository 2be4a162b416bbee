package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/gophercloud/gophercloud/v2"
	services "github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// known puts a project with a user alice into the cloud, and an entry of clouds.yaml
// for her, and beside it one with a password that is not hers.
func (c *servedCloud) known() *gophercloud.ServiceClient {
	c.t.Helper()
	project := c.has("identity", "project", "projects", map[string]any{"name": "hers"})
	user := c.has("identity", "user", "users", map[string]any{"name": "alice", "password": "hush"})
	keystone := c.service("identity")
	_, err := keystone.Put(c.t.Context(), keystone.ServiceURL("projects", project, "users", user, "roles", "member"), nil, nil, &gophercloud.RequestOpts{OkCodes: []int{204}}) //nolint:bodyclose // gophercloud has read it, and closed it
	require.NoError(c.t, err)
	file := filepath.Join(c.dir, "cloud", "clouds.yaml")
	entries, err := os.ReadFile(file)
	require.NoError(c.t, err)
	entries = append(bytes.TrimSpace(entries), []byte(`
    alice:
        region_name: RegionOne
        auth: {auth_url: "`+c.client.Auth.IdentityEndpoint+`", username: alice, password: hush, project_name: hers, user_domain_name: Default, project_domain_name: Default}
    locked:
        region_name: RegionOne
        auth: {auth_url: "`+c.client.Auth.IdentityEndpoint+`", username: alice, password: other, project_name: hers, user_domain_name: Default, project_domain_name: Default}
`)...)
	require.NoError(c.t, os.WriteFile(file, entries, 0o600))
	client, cinder, err := openstack.Connect(c.t.Context(), loadgen.Env{Run: "test", Clouds: file, Cloud: "alice"}, "volume", services.NewBlockStorageV3)
	require.NoError(c.t, err)
	c.t.Cleanup(client.Close)
	return cinder
}

// Loads act for users who are there; what they leave there is found by the record,
// and without it by the entry that is named.
func TestTenantsThatAreGiven(t *testing.T) {
	t.Parallel()
	const scenario = `version: eris/v1
name: given
description: Volumes of somebody else.
phases: {warmup: 1s, baseline: 2s, chaos: 1s, recovery: 1s}
stop_when: {none: nothing is broken}
tenants: {known: {clouds: [alice]}, nobody: {clouds: [bob]}}
loads:
  volumes: {workload: cinder.create_and_delete_volume, concurrency: 2, tenants: known, session: fresh}
`
	c := serveCloud(t)
	cinder := c.known()
	before := c.everything()
	require.NoError(t, os.WriteFile(filepath.Join(c.dir, "scenario.yaml"), []byte(scenario), 0o600))
	code, out := c.eris("run", "scenario.yaml", "--plain")
	require.Contains(t, []int{0, 4}, code, out)
	require.Regexp(t, `\n  volumes +[0-9]+ +[1-9]`, out, "some were made")
	require.Equal(t, before, c.everything())
	run, err := os.Readlink(filepath.Join(c.dir, "runs", "latest"))
	require.NoError(t, err)

	leave := func() {
		ask := map[string]any{"volume": map[string]any{"name": "eris-" + run + "-volumes-7", "size": 1}}
		_, err := cinder.Post(t.Context(), cinder.ServiceURL("volumes"), ask, nil, &gophercloud.RequestOpts{OkCodes: []int{202}}) //nolint:bodyclose // gophercloud has read it, and closed it
		require.NoError(t, err)
	}
	leave()
	code, out = c.eris("cleanup", run, "--live")
	require.Equal(t, 0, code, out)
	require.Contains(t, out, "0 deleted, nothing left", "it is in nobody's project whom it knows")
	code, out = c.eris("cleanup", run, "--live", "--cloud", "alice")
	require.Equal(t, 0, code, out)
	require.Contains(t, out, "deleted volume eris-"+run+"-volumes-7\n")
	leave()
	code, out = c.eris("cleanup", "runs/latest")
	require.Equal(t, 0, code, out)
	require.Contains(t, out, "deleted volume eris-"+run+"-volumes-7\n")

	leave()
	code, out = c.eris("cleanup", run, "--live", "--cloud", "alice", "--cloud", "bob")
	require.Equal(t, 2, code, out)
	require.Contains(t, out, "entry bob of clouds.yaml")
	require.NotContains(t, out, "deleted volume", "one that is not there is told before anything is touched")
	code, out = c.eris("cleanup", run, "--live", "--cloud", "alice", "--cloud", "locked")
	require.Equal(t, 6, code, out)
	require.Contains(t, out, "deleted volume eris-"+run+"-volumes-7\n", "what was done is told")
	require.Contains(t, out, "the project of entry locked of clouds.yaml")
	wrong := bytes.Replace([]byte(scenario), []byte("tenants: known"), []byte("tenants: nobody"), 1)
	require.NoError(t, os.WriteFile(filepath.Join(c.dir, "scenario.yaml"), wrong, 0o600))
	code, out = c.eris("run", "scenario.yaml", "--plain")
	require.Equal(t, 2, code, out)
	require.Contains(t, out, "tenants nobody: entry bob of clouds.yaml: read clouds.yaml: cloud \"bob\" not found")
	require.Contains(t, out, "nothing was touched")
}
