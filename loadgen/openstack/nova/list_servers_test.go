package nova_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen/openstack/nova"
	"github.com/openstack-eris/eris/loadgen/openstack/openstacktest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestListServersReadsTheList(t *testing.T) {
	cloud := openstacktest.New(t)
	var asked *http.Request
	body, status := `{"servers": [{"id": "a"}, {"id": "b"}]}`, http.StatusOK
	cloud.Servers = func(w http.ResponseWriter, r *http.Request) {
		asked = r
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
	s, err := nova.NewListServers().Open(t.Context(), cloud.Env)
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close(context.WithoutCancel(t.Context()))) }()
	require.Equal(t, record.OK, s.Iterate(t.Context(), 0, nil).Class)
	require.Equal(t, "/compute/v2.1/servers/detail?limit=100", asked.URL.String())
	require.Equal(t, "token-1", asked.Header.Get("X-Auth-Token"))

	for wrong, class := range map[string]record.Class{
		`{"servers": []}`: record.OK, `{}`: record.WrongResult, `{"servers": [{}]}`: record.WrongResult, `oops`: record.WrongResult,
	} {
		body = wrong
		require.Equal(t, class, s.Iterate(t.Context(), 0, nil).Class, wrong)
	}
	for code, class := range map[int]record.Class{500: record.HTTP5xx, 403: record.HTTP4xx} {
		body, status = "{}", code
		o := s.Iterate(t.Context(), 0, nil)
		require.Equal(t, []any{class, code}, []any{o.Class, o.Status})
		require.NotEmpty(t, o.RequestID)
	}
}

func TestListServersNeedsNovaInTheCatalogue(t *testing.T) {
	cloud := openstacktest.New(t)
	cloud.Broken(201, `{"token": {"catalog": [], "user": {"id": "u1"}, "expires_at": "2099-01-01T00:00:00.000000Z"}}`)
	_, err := nova.NewListServers().Open(t.Context(), cloud.Env)
	require.ErrorContains(t, err, "find compute endpoint")
}
