package objectstore_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	services "github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/objectstorage/v1/containers"
	"github.com/gophercloud/gophercloud/v2/openstack/objectstorage/v1/objects"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
	"github.com/openstack-eris/eris/loadgen/openstack/objectstore"
	"github.com/openstack-eris/eris/reports/publish"
	"github.com/openstack-eris/eris/testenv/simcloud"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// wire lets a test see each request to Swift and its answer, and break it.
type wire struct {
	next  http.RoundTripper
	asked atomic.Int64
	// send answers in place of the cloud's Swift; nil: it answers itself.
	send func(r *http.Request, next http.RoundTripper) (*http.Response, error)
}

func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	if !strings.Contains(r.URL.Path, "/AUTH_") || w.send == nil {
		return w.next.RoundTrip(r)
	}
	w.asked.Add(1)
	return w.send(r, w.next)
}

// answer is one that Swift has not given.
func answer(r *http.Request, status int, body string) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: r}
}

func started(t *testing.T) (*simcloud.Cloud, *wire, loadgen.Env) {
	t.Helper()
	cloud, err := simcloud.Start(context.Background(), simcloud.Options{Seed: 1})
	require.NoError(t, err)
	transport := &http.Transport{}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		require.NoError(t, cloud.Close())
	})
	w := &wire{next: transport}
	return cloud, w, loadgen.Env{Run: "test", Clouds: cloud.Clouds(), Cloud: "simulated", Transport: w}
}

// opened is a container with short patience.
func opened(t *testing.T, env loadgen.Env, place string) *objectstore.Container {
	t.Helper()
	return openedWith(t, env, place, []time.Duration{time.Millisecond, time.Millisecond})
}

func openedWith(t *testing.T, env loadgen.Env, place string, waits []time.Duration) *objectstore.Container {
	t.Helper()
	c, err := objectstore.Open(t.Context(), env, place, objectstore.Bounds{Each: 10 * time.Second, Waits: waits})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c
}

// somebody is another client of the account, which reads again what it did not get.
func somebody(t *testing.T, env loadgen.Env) (put func(container, name, text string), read func(container, name string) (text, kind string)) {
	t.Helper()
	env.Transport = env.Transport.(*wire).next
	client, swift, err := openstack.Connect(t.Context(), env, "object-store", services.NewObjectStorageV1)
	require.NoError(t, err)
	t.Cleanup(client.Close)
	put = func(container, name, text string) {
		require.NoError(t, containers.Create(t.Context(), swift, container, nil).Err)
		require.NoError(t, objects.Create(t.Context(), swift, container, name, objects.CreateOpts{Content: strings.NewReader(text), ContentType: "text/plain"}).Err)
	}
	read = func(container, name string) (string, string) {
		var r objects.DownloadResult
		require.Eventually(t, func() bool {
			r = objects.Download(t.Context(), swift, container, name, nil)
			return r.Err == nil || gophercloud.ResponseCodeIs(r.Err, http.StatusNotFound)
		}, time.Minute, 250*time.Millisecond)
		require.NoError(t, r.Err)
		text, err := r.ExtractContent()
		require.NoError(t, err)
		return string(text), r.Header.Get("Content-Type")
	}
	return put, read
}

func TestAContainerKeepsWhatItIsGivenAndKnowsItsOwn(t *testing.T) {
	_, _, env := started(t)
	put, read := somebody(t, env)
	c := opened(t, env, "drills/prod")
	there, err := c.There(t.Context())
	require.NoError(t, err)
	require.False(t, there)
	require.NoError(t, c.Make(t.Context()))
	there, err = c.There(t.Context())
	require.NoError(t, err)
	require.True(t, there)

	taken, err := c.Write(t.Context(), "runs/a.html", "text/html", []byte("one"), true)
	require.NoError(t, err)
	require.False(t, taken)
	text, kind := read("drills", "prod/runs/a.html")
	require.Equal(t, []string{"one", "text/html"}, []string{text, kind})
	sum, own, err := c.Look(t.Context(), "runs/a.html")
	require.NoError(t, err)
	require.Equal(t, "f97c5d29941bfb1b2fdab0874906ab82", sum) // printf one | md5sum
	require.True(t, own)

	put("drills", "prod/runs/b.html", "theirs")
	put("drills", "elsewhere", "theirs")
	_, own, err = c.Look(t.Context(), "runs/b.html")
	require.NoError(t, err)
	require.False(t, own)
	taken, err = c.Write(t.Context(), "runs/b.html", "text/html", []byte("theirs"), true)
	require.NoError(t, err)
	require.True(t, taken, "the same bytes, and somebody else's")
	names, err := c.List(t.Context(), "runs/")
	require.NoError(t, err)
	require.Equal(t, []string{"runs/a.html", "runs/b.html"}, names)
	require.NoError(t, c.Delete(t.Context(), "runs/a.html"))
	require.NoError(t, c.Delete(t.Context(), "runs/a.html"))
	sum, own, err = c.Look(t.Context(), "runs/a.html")
	require.NoError(t, err)
	require.Equal(t, []any{"", false}, []any{sum, own})
	require.Regexp(t, `^http://.*/AUTH_[^/]+/drills/prod/index\.html$`, c.URL("index.html"))
}

func TestAQuestionIsAskedAgainAFewTimesAndSaysNoToken(t *testing.T) {
	_, w, env := started(t)
	c := opened(t, env, "drills")
	require.NoError(t, c.Make(t.Context()))
	store := func() error {
		_, err := c.Write(t.Context(), "a", "text/plain", []byte("one"), true)
		return err
	}
	for _, each := range []struct {
		status, times int
		says          string
	}{{503, 3, "tried 3 times"}, {500, 3, "tried 3 times"}, {429, 3, "tried 3 times"}, {403, 1, "got 403"}, {507, 1, "got 507"}} {
		w.asked.Store(0)
		w.send = func(r *http.Request, _ http.RoundTripper) (*http.Response, error) {
			return answer(r, each.status, "X-Auth-Token: "+r.Header.Get("X-Auth-Token")), nil
		}
		err := store()
		require.ErrorContains(t, err, each.says)
		require.Contains(t, err.Error(), "REDACTED")
		require.EqualValues(t, each.times, w.asked.Load(), "%d", each.status)
	}
	w.asked.Store(0)
	w.send = func(r *http.Request, next http.RoundTripper) (*http.Response, error) { // stored, and its answer is lost
		if w.asked.Load() > 1 || r.Method != http.MethodPut {
			return next.RoundTrip(r)
		}
		lost, err := next.RoundTrip(r)
		if err == nil {
			err = lost.Body.Close()
		}
		return answer(r, 503, ""), err
	}
	require.NoError(t, store(), "what the first try has stored is nobody else's")
	require.EqualValues(t, 3, w.asked.Load())

	ctx, cancel := context.WithCancel(t.Context())
	w.send = func(r *http.Request, _ http.RoundTripper) (*http.Response, error) {
		cancel()
		return answer(r, 503, ""), nil
	}
	require.ErrorIs(t, c.Delete(ctx, "a"), context.Canceled)
}

func TestAPushSurvivesASwiftThatFailsHalfway(t *testing.T) {
	cloud, w, env := started(t)
	_, read := somebody(t, env)
	c := opened(t, env, "drills/prod")
	// Nodes boot one after the other: a cloud that has answered once may refuse the next.
	patient := openedWith(t, env, "drills/prod", slices.Repeat([]time.Duration{250 * time.Millisecond}, 120))
	require.NoError(t, c.Make(t.Context()))
	page := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: bytes.Repeat([]byte(text), 1000)} }
	site := fstest.MapFS{"index.html": page("old"), "runs/a.html": page("a"), "runs/b.html": page("b"), "runs/gone.html": page("c")}
	done, err := publish.Push(t.Context(), c, site, false, nil)
	require.NoError(t, err)
	require.Len(t, done.Sent, 4)

	delete(site, "runs/gone.html")
	site["index.html"], site["runs/a.html"], site["runs/b.html"], site["runs/c.html"] = page("new"), page("a2"), page("b2"), page("c2")
	puts := 0
	w.send = func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
		if r.Method == http.MethodPut {
			if puts++; puts == 3 { // of runs/b.html, after the claim and runs/a.html
				for _, node := range cloud.Nodes() {
					require.NoError(t, cloud.PowerOff(node))
				}
			}
		}
		return next.RoundTrip(r)
	}
	done, err = publish.Push(t.Context(), c, site, false, nil)
	require.ErrorContains(t, err, "push site: send runs/b.html: store object: tried 3 times")
	require.Equal(t, publish.Pushed{Sent: []string{"runs/a.html"}, Earlier: true, Failed: "runs/b.html"}, done)
	w.send = nil
	for _, node := range cloud.Nodes() {
		require.NoError(t, cloud.PowerOn(node))
	}
	for name, has := range map[string]string{"index.html": "oldold", "runs/a.html": "a2a2", "runs/b.html": "bbbb", "runs/gone.html": "cccc"} {
		text, kind := read("drills", "prod/"+name)
		require.Equal(t, "text/html; charset=utf-8", kind)
		require.True(t, strings.HasPrefix(text, has), name)
	}

	done, err = publish.Push(t.Context(), patient, site, false, nil)
	require.NoError(t, err)
	require.Equal(t, publish.Pushed{
		Sent: []string{"runs/b.html", "runs/c.html", "index.html"}, Same: []string{"runs/a.html"}, Deleted: []string{"runs/gone.html"}, Earlier: true,
	}, done)
	text, _ := read("drills", "prod/index.html")
	require.True(t, strings.HasPrefix(text, "newnew"))
}

func TestAPlaceIsAContainerWithOrWithoutAPrefix(t *testing.T) {
	for place, want := range map[string][2]string{"drills": {"drills", ""}, "drills/": {"drills", ""}, "drills/a b/c": {"drills", "a b/c/"}, "drills/c/": {"drills", "c/"}} {
		name, prefix, err := objectstore.Split(place)
		require.NoError(t, err)
		require.Equal(t, want, [2]string{name, prefix})
	}
	for _, place := range []string{"", "/", "/a", "..", "a/../b", "a//b", "a/.", "a\nb", strings.Repeat("x", 257), "a/" + strings.Repeat("x", 513)} {
		_, _, err := objectstore.Split(place)
		require.Error(t, err, place)
	}
	_, err := objectstore.Open(t.Context(), loadgen.Env{Clouds: os.DevNull, Cloud: "none"}, "drills", objectstore.Patient())
	require.ErrorContains(t, err, "read clouds.yaml")
}
