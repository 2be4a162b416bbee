package workloads_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
	"github.com/openstack-eris/eris/loadgen/openstack/nova"
)

// needsOf are a workload's needs in short: resource each+shared used/limit.
func (c *cloud) needsOf(w loadgen.Workload) []string {
	c.t.Helper()
	var asked []string
	c.breaks(0, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead && r.URL.Path != "/v3/auth/tokens" {
			c.mu.Lock()
			asked = append(asked, r.Method+" "+r.URL.Path)
			c.mu.Unlock()
		}
		next.ServeHTTP(w, r)
	})
	needs, err := loadgen.Look(c.t.Context(), w, c.env)
	c.heals()
	require.NoError(c.t, err)
	require.Empty(c.t, asked, "who looks makes nothing")
	var all []string
	for _, n := range needs {
		text := fmt.Sprintf("%s %d+%d %d/%d", n.Of(), n.Each, n.Shared, n.Used, n.Limit)
		if n.Unknown != "" {
			text = fmt.Sprintf("%s %d+%d %s", n.Of(), n.Each, n.Shared, n.Unknown)
		}
		all = append(all, text)
	}
	return all
}

// Every workload that makes something says before the start what it needs of quotas, and how
// these stand, and makes nothing for it.
func TestWorkloadsSayWhatTheyNeedOfQuotasAndMakeNothing(t *testing.T) {
	making(t, func(c *cloud, name string) {
		needs := c.needsOf(fresh(name))
		service, _, _ := strings.Cut(name, ".")
		if service == "keystone" || service == "quotas" {
			require.Empty(c.t, needs, "Keystone has no quotas")
			return
		}
		require.NotEmpty(c.t, needs, name)
		require.Empty(c.t, c.store.Named(mark))
		if service == "nova" || service == "vm" {
			require.True(c.t, slices.ContainsFunc(needs, func(n string) bool { return strings.HasPrefix(n, "cores of compute") }), "%s: %v", name, needs)
		}
	})
}

// The numbers are those of the flavor, of what is kept, and of what there is.
func TestWhatABootNeedsIsThatOfItsFlavor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(t)
		s := c.session(t, "nova.boot_and_delete_server")
		require.NoError(t, s.Close(t.Context()))
		for quota, most := range map[string]int{"instances": 5, "cores": 4, "ram": 600, "port": 7} {
			c.store.Limit(quota, most)
		}
		two := fresh("nova.boot_and_delete_server").(*nova.BootAndDeleteServer)
		two.Keep = 2
		want := []string{"cores of compute 1+2 0/4", "instances of compute 1+2 0/5", "ram of compute 64+128 0/600"}
		got := c.needsOf(two)
		require.Equal(t, want, got[:3])
		require.Regexp(t, `^port of network 1\+2 \d+/7$`, got[3])
	})
}

// A session that cannot have one server is not begun, whichever of Nova's quotas is full.
func TestABootWithoutCoresIsRefused(t *testing.T) {
	for quota, why := range map[string]string{"cores": "quota of cores: the project uses 0 of 0, and one iteration needs 1", "ram": "quota of ram: the project uses 0 of 10, and one iteration needs 64"} {
		synctest.Test(t, func(t *testing.T) {
			c := newCloud(t)
			c.store.Limit(quota, map[string]int{"ram": 10}[quota])
			_, err := fresh("nova.boot_and_delete_server").Open(t.Context(), c.env)
			require.ErrorContains(t, err, why)
		})
	}
}

// Glance's limits are read where Keystone has them; where they cannot be read it is said why.
func TestImagesAndStacks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(t)
		require.Equal(t, []string{
			"image_count_total of image 1+0 Glance has no such limit from Keystone", "image_size_total of image 1+0 Glance has no such limit from Keystone",
		}, c.needsOf(fresh("glance.create_and_delete_image")))
		c.store.Limit("image_count_total", 9)
		require.Equal(t, "image_count_total of image 1+0 1/9", c.needsOf(fresh("glance.create_and_delete_image"))[0])
		c.store.Limit("image_count_total", 1)
		_, err := fresh("glance.create_and_delete_image").Open(t.Context(), c.env)
		require.ErrorContains(t, err, "quota of image_count_total: the project uses 1 of 1")
		require.Equal(t, []string{"stacks of orchestration 1+0 Heat tells nobody how many a project may have (max_stacks_per_tenant)"}, c.needsOf(fresh("heat.create_update_delete_stack")))
	})
}

func TestRolesOfATokenAreSeen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(t)
		granted, err := openstack.Granted(t.Context(), c.env)
		require.NoError(t, err)
		require.NotEmpty(t, granted.Project)
		require.ElementsMatch(t, []string{"admin", "member", "reader"}, granted.Roles)
	})
}

// Whoever logs in can be asked before the start, also who makes nothing or something else.
func TestWhoOnlyLooksMakesNothing(t *testing.T) {
	for _, name := range []string{"api.misuse", "nova.evacuate_server", "horizon.login", "keystone.issue_token", "keystone.validate_token", "nova.list_servers", "neutron.list_networks"} {
		synctest.Test(t, func(t *testing.T) {
			c := newCloud(t)
			needs := c.needsOf(fresh(name))
			require.Equal(t, name == "nova.evacuate_server", len(needs) > 0, "%s: %v", name, needs)
			require.Empty(t, c.store.Named(mark))
		})
	}
}
