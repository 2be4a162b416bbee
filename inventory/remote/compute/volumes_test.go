package compute_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/inventory/remote/compute"
)

// cloud is one whose Keystone has these services in its catalogue, as KIND: PATH of this
// server, and which answers as answers says, by method and path.
func cloud(t *testing.T, kinds map[string]string, answers map[string]func(w http.ResponseWriter)) *compute.Cloud {
	t.Helper()
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	mux.HandleFunc("POST /v3/auth/tokens", func(w http.ResponseWriter, _ *http.Request) {
		catalogue := ""
		for kind, path := range kinds {
			catalogue += fmt.Sprintf(`,{"type": %q, "name": %q, "endpoints": [{"interface": "public", "region_id": "R", "url": %q}]}`, kind, kind, server.URL+path)
		}
		w.Header().Set("X-Subject-Token", "t")
		w.WriteHeader(http.StatusCreated)
		fmt.Fprintf(w, `{"token": {"expires_at": "2099-01-01T00:00:00.000000Z", "catalog": [%s]}}`, catalogue[min(1, len(catalogue)):])
	})
	for pattern, answer := range answers {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, _ *http.Request) { answer(w) })
	}
	file := filepath.Join(t.TempDir(), "clouds.yaml")
	require.NoError(t, os.WriteFile(file, fmt.Appendf(nil, "clouds: {c: {auth: {auth_url: '%s/v3', username: u, password: p, project_name: p, user_domain_name: d, project_domain_name: d}, region_name: R}}\n", server.URL), 0o600))
	c, err := compute.Open(file, "c", 5*time.Second, nil)
	require.NoError(t, err)
	return c
}

func status(code int, body string) func(w http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(code)
		fmt.Fprint(w, body)
	}
}

var both = map[string]string{"compute": "/nova/v2.1", "volumev3": "/cinder/v3/p"}

// Cinder gives who is no administrator the volumes of his own project without a word, and
// nothing among them is not nothing.
func TestWhoMaySeeOnlyHisOwnVolumesIsToldSo(t *testing.T) {
	t.Parallel()
	answers := map[string]func(w http.ResponseWriter){
		"GET /cinder/v3/p/os-services":    status(http.StatusForbidden, "{}"),
		"GET /cinder/v3/p/volumes/detail": status(http.StatusOK, `{"volumes": []}`),
	}
	ask := func(ctx context.Context) func(s *compute.Storage) error {
		return func(s *compute.Storage) error { _, err := s.All(ctx); return err }
	}
	err := cloud(t, both, answers).Volumes(t.Context(), ask(t.Context()))
	require.ErrorContains(t, err, "as an administrator may")
	require.Equal(t, http.StatusForbidden, compute.Code(err))
	answers["GET /cinder/v3/p/os-services"] = status(http.StatusOK, `{"services": []}`)
	require.NoError(t, cloud(t, both, answers).Volumes(t.Context(), ask(t.Context())))
}

func TestACloudWithoutCinderHasNoVolumes(t *testing.T) {
	t.Parallel()
	err := cloud(t, map[string]string{"compute": "/nova/v2.1"}, nil).Volumes(t.Context(), func(*compute.Storage) error { return nil })
	require.ErrorIs(t, err, compute.ErrNoVolumes)
}

// What was refused will not come; of all else nobody knows.
func TestWhichChangesMayComeYet(t *testing.T) {
	t.Parallel()
	for code, unknown := range map[int]bool{http.StatusNotFound: false, http.StatusConflict: false, http.StatusInternalServerError: true, http.StatusGatewayTimeout: true} {
		c := cloud(t, both, map[string]func(w http.ResponseWriter){
			"DELETE /nova/v2.1/servers/s/os-volume_attachments/v": status(code, "{}"),
			"POST /nova/v2.1/servers/s/os-volume_attachments":     status(code, "{}"),
			"POST /cinder/v3/p/volumes/v/metadata":                status(code, "{}"),
		})
		require.NoError(t, c.Volumes(t.Context(), func(s *compute.Storage) error {
			for _, err := range []error{
				s.Detach(t.Context(), "s", "v"), s.Attach(t.Context(), "s", compute.Attachment{Volume: "v"}), s.Mark(t.Context(), "v", "k", "x"),
			} {
				require.Equal(t, code, compute.Code(err))
				if unknown {
					require.ErrorIs(t, err, compute.ErrUnanswered)
				} else {
					require.NotErrorIs(t, err, compute.ErrUnanswered)
				}
			}
			return nil
		}))
	}
}

// A Nova that does not tell all of an attachment could not be given it back.
func TestAnAttachmentThatIsNotToldWholeIsNoAnswer(t *testing.T) {
	t.Parallel()
	for attachment, wrong := range map[string]string{
		`{"volumeId": "v", "device": "/dev/vdb"}`:                                               "it does not say whether v ends with it",
		`{"volumeId": "v", "device": "/dev/vdb", "tag": "data", "delete_on_termination": true}`: "",
	} {
		c := cloud(t, both, map[string]func(w http.ResponseWriter){
			"GET /nova/v2.1/servers/s":                       status(http.StatusOK, `{"server": {"id": "s", "name": "web", "status": "ACTIVE", "locked": true, "OS-EXT-SRV-ATTR:root_device_name": "/dev/vda", "flavor": {"ephemeral": 1, "swap": 64}}}`),
			"GET /nova/v2.1/servers/s/os-volume_attachments": status(http.StatusOK, `{"volumeAttachments": [`+attachment+`]}`),
		})
		require.NoError(t, c.Volumes(t.Context(), func(s *compute.Storage) error {
			vm, err := s.Server(t.Context(), "s")
			if wrong != "" {
				require.ErrorContains(t, err, wrong)
				return nil
			}
			require.NoError(t, err)
			require.Equal(t, compute.Server{ID: "s", Name: "web", Status: "ACTIVE", Locked: true, Root: "/dev/vda", Extra: 2, Volumes: []compute.Attachment{
				{Volume: "v", Device: "/dev/vdb", Tag: "data", Ends: true},
			}}, vm)
			_, err = s.Server(t.Context(), "other")
			require.ErrorIs(t, err, compute.ErrMissing)
			return nil
		}))
	}
}
