package workloads_test

import (
	"context"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/tokens"
	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
	"github.com/openstack-eris/eris/testenv/simcloud/api"
)

// secured is the embedded cloud's OpenStack behind TLS, on loopback. Its CA is in a
// file.
type secured struct {
	store *api.Store
	dir   string
	urls  map[string]string
}

func newSecured(t *testing.T) *secured {
	t.Helper()
	c := &secured{store: api.NewStore(rand.New(rand.NewPCG(1, 2))), dir: t.TempDir(), urls: map[string]string{}}
	for name := range api.Names() {
		server := httptest.NewUnstartedServer(api.New(name, c.store, idle{}))
		server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError) // of clients that do not trust it
		server.StartTLS()
		t.Cleanup(server.Close)
		c.store.SetEndpoint(name, server.URL)
		c.urls[name] = server.URL
		ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
		require.NoError(t, os.WriteFile(filepath.Join(c.dir, "ca.pem"), ca, 0o600))
	}
	return c
}

// entry is an environment by an entry of clouds.yaml with these words.
func (c *secured) entry(t *testing.T, words string) loadgen.Env {
	t.Helper()
	file := filepath.Join(t.TempDir(), "clouds.yaml")
	words = strings.NewReplacer("AUTH_URL", c.urls["keystone"]+"/v3", "PASSWORD", c.store.Password, "CA", filepath.Join(c.dir, "ca.pem")).Replace(words)
	require.NoError(t, os.WriteFile(file, []byte("clouds: {secured: {region_name: RegionOne, "+words+"}}\n"), 0o600))
	return loadgen.Env{Run: "test", Load: "make", Clouds: file, Cloud: "secured"}
}

const password = "auth: {auth_url: AUTH_URL, username: admin, password: PASSWORD, project_name: admin, user_domain_name: Default, project_domain_name: Default}"

// A cloud whose certificate is of a CA of its own is reached by `cacert`, and not
// without.
func TestTheCAFileOfCloudsYAML(t *testing.T) {
	c := newSecured(t)
	session, err := fresh("neutron.create_and_delete_network").Open(t.Context(), c.entry(t, "cacert: CA, "+password))
	require.NoError(t, err)
	require.Equal(t, record.OK, session.Iterate(t.Context(), 0, &operations{}).Class)
	require.NoError(t, session.Close(context.WithoutCancel(t.Context())))

	_, err = fresh("neutron.create_and_delete_network").Open(t.Context(), c.entry(t, password))
	require.ErrorContains(t, err, "certificate signed by unknown authority")
	_, err = fresh("neutron.create_and_delete_network").Open(t.Context(), c.entry(t, "cacert: /nowhere/ca.pem, "+password))
	require.ErrorContains(t, err, "ca.pem")
}

// An application credential is as good as a password, also where each iteration
// gets a token; one with another secret, or that is gone, lets nobody in.
func TestTheApplicationCredentialOfCloudsYAML(t *testing.T) {
	c := newSecured(t)
	client, err := openstack.NewClient(c.entry(t, "cacert: CA, "+password))
	require.NoError(t, err)
	defer client.Close()
	require.NoError(t, client.Authenticate(t.Context()))
	identity, err := client.Identity()
	require.NoError(t, err)
	issued, ok := client.Provider.GetAuthResult().(tokens.CreateResult)
	require.True(t, ok)
	user, err := issued.ExtractUser()
	require.NoError(t, err)
	var made map[string]map[string]json.RawMessage
	address := identity.ServiceURL("users", user.ID, "application_credentials")
	ask := map[string]any{"application_credential": map[string]any{"name": "eris", "secret": "hush"}}
	require.NoError(t, openstack.Call(t.Context(), identity, http.MethodPost, address, ask, &made, http.StatusCreated).Err)
	id := strings.Trim(string(made["application_credential"]["id"]), `"`)
	words := func(secret string) string {
		return fmt.Sprintf("cacert: CA, auth_type: v3applicationcredential, auth: {auth_url: AUTH_URL, application_credential_id: %q, application_credential_secret: %q}", id, secret)
	}
	for _, wrapped := range []loadgen.Workload{fresh("nova.boot_and_delete_server"), openstack.Fresh(fresh("cinder.create_and_delete_volume")), fresh("keystone.issue_token")} {
		session, err := wrapped.Open(t.Context(), c.entry(t, words("hush")))
		require.NoError(t, err)
		require.Equal(t, record.OK, session.Iterate(t.Context(), 0, &operations{}).Class)
		require.NoError(t, session.Close(context.WithoutCancel(t.Context())))
	}
	_, err = fresh("nova.list_servers").Open(t.Context(), c.entry(t, words("loud")))
	require.ErrorContains(t, err, "authenticate")
	require.NoError(t, openstack.Call(t.Context(), identity, http.MethodDelete, address+"/"+id, nil, nil, http.StatusNoContent).Err)
	_, err = fresh("nova.list_servers").Open(t.Context(), c.entry(t, words("hush")))
	require.ErrorContains(t, err, "authenticate")
}
