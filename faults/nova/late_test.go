package nova_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/nova"
)

// gateway is what stands before a cloud's Nova and gives up on a change, as a
// balancer does with a slow server, that comes all the same a while later.
type gateway struct {
	holds   atomic.Bool   // it gives up on the next change
	comes   chan struct{} // closed when that has come
	forbids atomic.Bool   // it forbids everything
}

// behind has the bed's credentials lead to its cloud by way of a gateway.
func behind(t *testing.T, bed faulttest.Bed, endpoint func(service string) string, after time.Duration) *gateway {
	t.Helper()
	g := &gateway{comes: make(chan struct{})}
	to, err := url.Parse(endpoint("nova-api"))
	require.NoError(t, err)
	through := httputil.NewSingleHostReverseProxy(to)
	var late []*time.Timer
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if g.forbids.Load() {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		if r.Method != http.MethodPut || !g.holds.CompareAndSwap(true, false) {
			through.ServeHTTP(w, r)
			return
		}
		text, _ := io.ReadAll(r.Body)
		again := r.Clone(context.WithoutCancel(t.Context()))
		again.Body = io.NopCloser(bytes.NewReader(text))
		late = append(late, time.AfterFunc(after, func() {
			defer close(g.comes)
			through.ServeHTTP(httptest.NewRecorder(), again)
		}))
		w.WriteHeader(http.StatusGatewayTimeout)
	}))
	t.Cleanup(func() {
		front.Close()
		for _, timer := range late {
			timer.Stop()
		}
	})
	login, err := url.Parse(endpoint("keystone"))
	require.NoError(t, err)
	keystone := httputil.NewSingleHostReverseProxy(login)
	keystone.ModifyResponse = func(r *http.Response) error { // its catalogue has the gateway
		text, err := io.ReadAll(r.Body)
		text = bytes.ReplaceAll(text, []byte(endpoint("nova-api")), []byte(front.URL))
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(text)), int64(len(text))
		r.Header.Del("Content-Length")
		return err
	}
	door := httptest.NewServer(keystone)
	t.Cleanup(door.Close)
	text, err := os.ReadFile(bed.Cloud.OpenStack.File)
	require.NoError(t, err)
	bed.Cloud.OpenStack.File = filepath.Join(t.TempDir(), "clouds.yaml")
	require.NoError(t, os.WriteFile(bed.Cloud.OpenStack.File, []byte(strings.ReplaceAll(string(text), endpoint("keystone"), door.URL)), 0o600))
	return g
}

// What was sent and not confirmed may come after it was undone: nothing is over
// before it has come, or cannot any more.
func TestAChangeThatComesLateIsWaitedForAndTakenBack(t *testing.T) {
	t.Parallel()
	bed, _, cloud := simBed(t)
	g := behind(t, bed, cloud.Endpoint, 8*time.Second)
	i := bed.NewRun("run-late", "ann@desk").Armed(t, &nova.ComputeDisable{})
	g.holds.Store(true)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	require.Error(t, i.Fire(ctx, faulttest.Admit))
	require.False(t, bed.Changed(t, bed), "what this is about")
	undone := make(chan error, 1)
	go func() { undone <- i.Undo(t.Context(), "engine", "") }()
	select {
	case err := <-undone:
		require.Fail(t, "it is over, and may yet come", "%v", err)
	case <-g.comes:
	}
	require.NoError(t, <-undone)
	require.False(t, bed.Changed(t, bed), "it came, and was taken back")
	bed.Clean(t)
}

// Wherever its engine dies, nothing of a fault stays.
func TestAnEngineThatDiesInAnyPhaseLeavesNothing(t *testing.T) {
	t.Parallel()
	for name, to := range map[string]func(t *testing.T, bed faulttest.Bed, g *gateway, run *faulttest.Run) *faults.Injection{
		"armed": func(t *testing.T, _ faulttest.Bed, _ *gateway, run *faulttest.Run) *faults.Injection {
			t.Helper()
			return run.Armed(t, &nova.ForceDown{})
		},
		"injecting": func(t *testing.T, _ faulttest.Bed, g *gateway, run *faulttest.Run) *faults.Injection {
			t.Helper()
			i := run.Armed(t, &nova.ForceDown{})
			g.holds.Store(true)
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			require.Error(t, i.Fire(ctx, faulttest.Admit))
			return i
		},
		"undoing": func(t *testing.T, bed faulttest.Bed, g *gateway, run *faulttest.Run) *faults.Injection {
			t.Helper()
			i := run.Struck(t, &nova.ForceDown{})
			g.holds.Store(true) // the undo's own change is given up on
			require.Contains(t, string(bed.Keeper.Call(t.Context(), i.Targets()[0].Target.ID, "end", "engine").Stdout), "unhealthy tell Nova")
			return i
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bed, _, cloud := simBed(t)
			g := behind(t, bed, cloud.Endpoint, 2*time.Second)
			run := bed.NewRun("run-dies", "ann@desk")
			i := to(t, bed, g, run)
			folder := filepath.Join(bed.KeeperDir, i.Targets()[0].Target.ID)
			faulttest.Eventually(t, run.Lease+90*time.Second, "its worker has undone it and proven that", func() bool {
				_, err := os.Stat(folder)
				return os.IsNotExist(err)
			})
			require.False(t, bed.Changed(t, bed))
			bed.Clean(t)
		})
	}
}
