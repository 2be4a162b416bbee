package openstack_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	services "github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/loadgen/openstack"
	"github.com/openstack-eris/eris/loadgen/openstack/openstacktest"
)

// silent tells whether an error is that of who was asked.
func silent(err error) bool {
	_, is := err.(interface{ Unanswered() })
	return is
}

// read is a cloud and a reader of it.
func read(t *testing.T) (*openstacktest.Cloud, *openstack.Reader) {
	t.Helper()
	cloud := openstacktest.New(t)
	cloud.Answer = func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte(r.URL.RequestURI() + " " + r.Header.Get("X-Auth-Token")))
	}
	reader, err := openstack.NewReader(cloud.Env)
	require.NoError(t, err)
	t.Cleanup(reader.Close)
	require.Zero(t, cloud.Calls.Load(), "it has sent nothing")
	return cloud, reader
}

func TestAReaderAsksEachService(t *testing.T) {
	cloud, r := read(t)
	for _, each := range []struct{ service, path, asked string }{
		{"compute", "os-services", "/compute/v2.1/os-services token-1"},
		{"network", "agents?fields=id&fields=host", "/network/v2.0/agents?fields=id&fields=host token-1"},
		{"volume", "os-quota-sets/p1?usage=true", "/volumev3/v3/p1/os-quota-sets/p1?usage=true token-1"},
	} {
		document, err := r.Get(t.Context(), each.service, each.path)
		require.NoError(t, err)
		require.Equal(t, each.asked, string(document))
	}
	require.EqualValues(t, 1, cloud.Issued.Load())
	require.Zero(t, cloud.Renewed.Load(), "its logins are none of the load's")
	calls := cloud.Calls.Load()
	_, err := r.Get(t.Context(), "compute", "os-services")
	require.NoError(t, err)
	require.Equal(t, calls+1, cloud.Calls.Load(), "nothing is asked twice that is known")
	_, err = r.Get(t.Context(), "weather", "today")
	require.ErrorContains(t, err, "find weather endpoint: nobody knows how")
	require.False(t, silent(err))
	_, err = r.Project(t.Context())
	require.EqualError(t, err, "the login is of no project")
}

// The first question finds the service, which may not answer either; nothing of that is
// kept, and the next question is as good as the first.
func TestAReaderTellsWhoDoesNotAnswerFromWhatCannotBeAsked(t *testing.T) {
	for _, asked := range []bool{false, true} {
		cloud, r := read(t)
		_, err := r.Get(t.Context(), "network", "agents") // it has a token
		require.NoError(t, err)
		if asked {
			_, err := r.Get(t.Context(), "compute", "os-services")
			require.NoError(t, err)
		}
		for status, unanswered := range map[int]bool{500: true, 503: true, 504: true, 403: false, 404: false} {
			cloud.Broken(status, "{}")
			_, err := r.Get(t.Context(), "compute", "os-services")
			require.Error(t, err)
			require.Equal(t, unanswered, silent(err), "%d: %v", status, err)
		}
		hang := func(_ http.ResponseWriter, r *http.Request) bool { <-r.Context().Done(); return true }
		cloud.Break.Store(&hang)
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		_, err = r.Get(ctx, "compute", "os-services")
		cancel()
		require.True(t, silent(err), "%v", err)
		cut := func(w http.ResponseWriter, _ *http.Request) bool {
			w.Header().Set("Content-Length", "100")
			_, _ = w.Write([]byte("{"))
			return true
		}
		cloud.Break.Store(&cut)
		_, err = r.Get(t.Context(), "compute", "os-services")
		require.True(t, silent(err), "%v", err)
		cloud.Break.Store(nil)
		_, err = r.Get(t.Context(), "compute", "os-services")
		require.NoError(t, err)
	}
}

// A login that fails says nothing of the service.
func TestAReaderThatCannotLogIn(t *testing.T) {
	cloud, r := read(t)
	for _, status := range []int{401, 503} {
		cloud.Broken(status, "{}")
		_, err := r.Get(t.Context(), "compute", "os-services")
		require.ErrorContains(t, err, "authenticate: ")
		require.False(t, silent(err))
		_, refused := err.(interface{ Refused() })
		require.Equal(t, status == 401, refused, "%v", err)
	}
	cloud.Break.Store(nil)
	_, err := r.Get(t.Context(), "compute", "os-services")
	require.NoError(t, err)

	// The token ends, and Keystone gives no other.
	ended := func(w http.ResponseWriter, r *http.Request) bool {
		status := http.StatusServiceUnavailable
		if r.URL.Path == "/compute/v2.1/os-services" {
			status = http.StatusUnauthorized
		}
		w.WriteHeader(status)
		return true
	}
	cloud.Break.Store(&ended)
	_, err = r.Get(t.Context(), "compute", "os-services")
	require.Error(t, err)
	require.False(t, silent(err), "%v", err)
	// Keystone is back, and gives one.
	refused := 0
	once := func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != "/compute/v2.1/os-services" || refused > 0 {
			return false
		}
		refused++
		w.WriteHeader(http.StatusUnauthorized)
		return true
	}
	cloud.Break.Store(&once)
	document, err := r.Get(t.Context(), "compute", "os-services")
	require.NoError(t, err)
	require.Contains(t, string(document), "token-2")
}

// A redirect is an answer, which is not followed: the token would go with it, and a request
// be sent of which nobody knows.
func TestATokenStaysWhereItIsSent(t *testing.T) {
	var got []string
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = append(got, r.Header.Get("X-Auth-Token")) }))
	t.Cleanup(elsewhere.Close)
	cloud, r := read(t)
	to := elsewhere.URL + "/v2.1/os-services"
	lead := func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != "/compute/v2.1/os-services" {
			return false
		}
		w.Header().Set("Location", to)
		w.WriteHeader(http.StatusFound)
		return true
	}
	cloud.Break.Store(&lead)
	_, err := r.Get(t.Context(), "compute", "os-services")
	require.ErrorContains(t, err, "302")
	require.False(t, silent(err))
	require.Empty(t, got)
	to = "/compute/v2.1/moved"
	before := cloud.Calls.Load()
	_, err = r.Get(t.Context(), "compute", "os-services")
	require.ErrorContains(t, err, "302", "on the same server neither")
	require.Equal(t, before+1, cloud.Calls.Load())
}

// A service that says where its versions are is asked there, on the same server and
// nowhere else.
func TestAServiceIsLookedForWhereItSaysThatItIs(t *testing.T) {
	var got []string
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = append(got, r.Header.Get("X-Auth-Token")) }))
	t.Cleanup(elsewhere.Close)
	cloud := openstacktest.New(t)
	to := "/network/moved"
	lead := func(w http.ResponseWriter, r *http.Request) bool {
		switch r.URL.Path {
		case "/network/":
			http.Redirect(w, r, to, http.StatusFound)
		case "/network/moved":
			_, _ = w.Write([]byte(`{"versions": [{"id": "v2.0", "status": "CURRENT", "links": []}]}`))
		default:
			return false
		}
		return true
	}
	cloud.Break.Store(&lead)
	versions := func() map[string]string {
		found, err := openstack.Versions(t.Context(), cloud.Env, []openstack.Service{{Name: "network", Find: services.NewNetworkV2}})
		if err != nil {
			require.ErrorContains(t, err, "no service tells")
		}
		return found
	}
	require.Equal(t, map[string]string{"network": "2.0"}, versions())
	to = elsewhere.URL
	require.Empty(t, versions())
	require.Empty(t, got)
}
