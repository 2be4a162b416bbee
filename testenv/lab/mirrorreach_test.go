package lab

import (
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// listServer is a mirror on loopback that has the lists of these paths.
func listServer(t *testing.T, paths ...string) string {
	t.Helper()
	if _, err := os.Stat(aptHelper); err != nil || !haveProgram("wget") {
		t.Skip("needs apt and wget")
	}
	t.Setenv("no_proxy", "127.0.0.1")
	mux := http.NewServeMux()
	for _, path := range paths {
		mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("Origin: test\n")) })
	}
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

func mirrorAt(url string) mirror {
	return mirror{base: url + "/debian", lines: []string{"deb " + url + "/debian bookworm main", "deb " + url + "/security bookworm-security main", "deb file:/srv/local bookworm main"}}
}

func TestAMirrorIsAskedForEveryList(t *testing.T) {
	whole := listServer(t, "/debian/dists/bookworm/InRelease", "/security/dists/bookworm-security/Release")
	require.NoError(t, mirrorAt(whole).reach(t.Context()))

	half := listServer(t, "/debian/dists/bookworm/InRelease")
	err := mirrorAt(half).reach(t.Context())
	require.ErrorContains(t, err, "fetch "+half+"/security/dists/bookworm-security/InRelease: ")
	require.ErrorContains(t, err, "404")
	require.NotContains(t, err.Error(), "/debian/")
}

func TestAMirrorThatIsNotThereIsNamed(t *testing.T) {
	m := mirrorAt(listServer(t))
	m.lines = m.lines[:1]
	t.Setenv("no_proxy", "")
	t.Setenv("http_proxy", "http://127.0.0.1:9") // discard: nobody listens
	err := m.reach(t.Context())
	require.ErrorContains(t, err, "fetch "+m.base+"/dists/bookworm/InRelease: run wget: ")
	require.ErrorContains(t, err, "fetch "+m.base+"/dists/bookworm/InRelease: run "+aptHelper)
}
