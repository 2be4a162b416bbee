package workloads_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen/openstack"
	"github.com/openstack-eris/eris/loadgen/openstack/nova"
	"github.com/openstack-eris/eris/loadgen/workloads"
)

// Every request of every workload to a service bears the microversion that was
// chosen for it; one to another service bears none.
func TestMicroversionsAreAskedFor(t *testing.T) {
	making(t, func(c *cloud, name string) {
		t := c.t
		c.env.Microversions = map[string]string{"compute": "2.79", "volume": "3.70"}
		require.NoError(t, openstack.CheckMicroversions(t.Context(), c.env, workloads.Services()))
		session := c.session(t, name)
		var mu sync.Mutex
		asked := map[string]bool{}
		c.breaks(0, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			path, _, _ := strings.Cut(r.URL.Path[1:], "/")
			mu.Lock()
			asked[path+" "+r.Header.Get("OpenStack-API-Version")] = true
			mu.Unlock()
			next.ServeHTTP(w, r)
		})
		require.Equal(t, record.OK, session.Iterate(t.Context(), 0, &operations{}).Class)
		require.NoError(t, session.Close(context.WithoutCancel(t.Context())))
		for one := range asked {
			require.Contains(t, []string{"v2.1 compute 2.79", "v3 volume 3.70", "v3 ", "v2.0 ", "v2 ", "v1 "}, one)
		}
		if strings.HasPrefix(name, "nova.") {
			require.True(t, asked["v2.1 compute 2.79"])
		}
		if strings.HasPrefix(name, "cinder.") {
			require.True(t, asked["v3 volume 3.70"])
			require.False(t, asked["v3 "], "of Cinder, none without")
		}
	})
}

// What a service has not is told before a run, with what it has.
func TestMicroversionsThatAreNotThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(t)
		c.env.Microversions = map[string]string{"compute": "2.80", "volume": "2.0"}
		err := openstack.CheckMicroversions(t.Context(), c.env, workloads.Services())
		require.ErrorContains(t, err, "microversion 2.80 of compute: the service has 2.1 to 2.79")
		require.ErrorContains(t, err, "microversion 2.0 of volume: the service has 3.0 to 3.70")
		c.breaks(0, answers(503))
		require.Error(t, openstack.CheckMicroversions(t.Context(), c.env, workloads.Services()))
		c.env.Microversions = nil
		require.NoError(t, openstack.CheckMicroversions(t.Context(), c.env, workloads.Services()), "nobody is asked")
		c.heals()

		c.env.Microversions = map[string]string{"compute": "2.37"}
		boot := nova.NewBootAndDeleteServer()
		boot.Network = "auto"
		_, err = boot.Open(t.Context(), c.env)
		require.ErrorContains(t, err, "network: auto would have Nova make networks of its own from microversion 2.37 on")
		c.env.Microversions = map[string]string{"compute": "2.36"}
		session, err := boot.Open(t.Context(), c.env)
		require.NoError(t, err)
		require.NoError(t, session.Close(context.WithoutCancel(t.Context())))

		c.env.Microversions = map[string]string{"compute": "2.24"}
		_, err = nova.NewBootAndLiveMigrateServer().Open(t.Context(), c.env)
		require.EqualError(t, err, "microversions: nova.boot_and_live_migrate_server needs 2.25 of compute or a later one, and 2.24 is asked for")
	})
}

// What was tested is told by the highest version of each API, and who is not there is left
// out.
func TestVersionsOfAPIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(t)
		versions, err := openstack.Versions(t.Context(), c.env, workloads.Services())
		require.NoError(t, err)
		require.Equal(t, "2.79", versions["compute"])
		require.Equal(t, "3.70", versions["volume"])
		require.Equal(t, "3.14", versions["identity"])
		c.breaks(0, answers(503))
		_, err = openstack.Versions(t.Context(), c.env, workloads.Services())
		require.Error(t, err)
	})
}
