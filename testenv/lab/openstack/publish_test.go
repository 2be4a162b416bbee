//go:build openstack

package openstack

import (
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

// A site of runs is sent into the lab's own Swift by the command that its user types, and
// taken from there again; what is there already is not sent twice.
func TestASiteIsSentIntoTheLabsSwift(t *testing.T) {
	cloud := labtest.OpenStack(t)
	folder := t.TempDir()
	eris := filepath.Join(folder, "eris")
	said, err := exec.Command("go", "build", "-o", eris, "../../../cmd/eris").CombinedOutput()
	require.NoError(t, err, "%s", said)
	command := func(args ...string) string {
		c := exec.CommandContext(t.Context(), eris, args...)
		c.Dir = folder
		said, err := c.CombinedOutput()
		require.NoError(t, err, "%s", said)
		return string(said)
	}
	command("run", "keystone-max-loss", "--quiet") // on the embedded cloud
	const place = "drills-of-a-test"
	said1 := command("publish", "--swift", place+"/keystone", "--make-container", "-i", "lab:"+cloud.Options.Name)
	require.Contains(t, said1, "made container "+place)
	require.Contains(t, said1, "2 sent, 0 as they were, 0 deleted")
	said2 := command("publish", "--swift", place+"/keystone", "-i", "lab:"+cloud.Options.Name)
	require.Contains(t, said2, "0 sent, 2 as they were, 0 deleted")

	lines := strings.Fields(said2)
	index, err := url.Parse(lines[len(lines)-1])
	require.NoError(t, err)
	a := &asker{client: &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}, body: logIn(t, cloud), vip: index.Hostname()}
	require.NoError(t, a.logIn(t.Context()))
	at := ":" + index.Port() + strings.TrimSuffix(index.Path, "keystone/index.html")
	made, err := os.ReadFile(filepath.Join(folder, "site", "index.html"))
	require.NoError(t, err)
	header, err := a.do(t.Context(), http.MethodGet, at+"keystone/index.html", nil, http.StatusOK, nil)
	require.NoError(t, err)
	require.Equal(t, "text/html; charset=utf-8", header.Get("Content-Type"))
	length, err := strconv.Atoi(header.Get("Content-Length"))
	require.NoError(t, err)
	require.Len(t, made, length)
	var objects []struct {
		Name string `json:"name"`
	}
	_, err = a.do(t.Context(), http.MethodGet, at+"?format=json", nil, http.StatusOK, &objects)
	require.NoError(t, err)
	require.Len(t, objects, 3, "the index, the report and who published last: %v", objects)
	for _, o := range objects {
		_, err := a.do(t.Context(), http.MethodDelete, at+o.Name, nil, http.StatusNoContent, nil)
		require.NoError(t, err)
	}
	_, err = a.do(t.Context(), http.MethodDelete, strings.TrimSuffix(at, "/"), nil, http.StatusNoContent, nil)
	require.NoError(t, err)
}
