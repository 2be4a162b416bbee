package nova

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack/openstacktest"
)

// A service whose certificate is not trusted is told from one that is not there, where it is asked
// first when the load is opened and where it is asked first by an iteration.
func TestACertificateThatIsNotTrustedIsAClassOfItsOwn(t *testing.T) {
	cloud := openstacktest.New(t)
	other := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(other.Close)
	issue := func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != "/v3/auth/tokens" {
			return false
		}
		type object = map[string]any
		w.Header().Set("X-Subject-Token", "t")
		w.WriteHeader(http.StatusCreated)
		_ = json.NewEncoder(w).Encode(object{"token": object{"expires_at": "2100-01-01T00:00:00.000000Z", "catalog": []object{{"type": "compute", "endpoints": []object{
			{"interface": "public", "region": "RegionOne", "region_id": "RegionOne", "url": other.URL + "/v2.1"},
		}}}}})
		return true
	}
	cloud.Break.Store(&issue)

	_, err := NewBootAndDeleteServer().Open(t.Context(), cloud.Env)
	require.True(t, loadgen.Distrusted(err), "%v", err)
	s, err := loadgen.Load{}.Unable(err).Workload.Open(t.Context(), cloud.Env)
	require.NoError(t, err)
	require.Equal(t, record.TLS, s.Iterate(t.Context(), 0, loadgen.Unrecorded{}).Class)

	s, err = NewListServers().Open(t.Context(), cloud.Env)
	if err == nil {
		o := s.Iterate(t.Context(), 0, loadgen.Unrecorded{})
		require.Equal(t, record.TLS, o.Class, "%v", o.Err)
		require.NoError(t, s.Close(t.Context()))
		return
	}
	require.True(t, loadgen.Distrusted(err), "%v", err)
}
