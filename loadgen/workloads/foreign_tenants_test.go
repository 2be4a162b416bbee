package workloads_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	services "github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"
	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/applicationcredentials"
	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/tokens"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/images"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/networks"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/ports"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/subnets"
	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// as is a service as an account of the bubble's cloud reaches it; nil: the administrator.
func (c *cloud) as(account *loadgen.Account, name string, find openstack.Finder) (*openstack.Client, *gophercloud.ServiceClient) {
	c.t.Helper()
	env := c.env
	env.Account = account
	client, service, err := openstack.Connect(c.t.Context(), env, name, find)
	require.NoError(c.t, err)
	c.t.Cleanup(client.Close)
	return client, service
}

// An application credential leads to its own project whatever is asked for: with it
// nobody sees what is in another one, which therefore stays.
func TestAProjectStaysThatNobodyCanLookInto(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(t)
		accounts := c.makes(customers())
		c.dying("nova.boot_and_delete_server", accounts[:1])
		left := c.store.Named(begins)
		admin, keystone := c.as(nil, "identity", services.NewIdentityV3)
		user, err := admin.Provider.GetAuthResult().(tokens.CreateResult).ExtractUser()
		require.NoError(t, err)
		credential, err := applicationcredentials.Create(t.Context(), keystone, user.ID, applicationcredentials.CreateOpts{Name: "cleaner", Unrestricted: true}).Extract()
		require.NoError(t, err)
		cleaning := c.cleaning()
		cleaning.Env.Clouds = filepath.Join(t.TempDir(), "clouds.yaml")
		require.NoError(t, os.WriteFile(cleaning.Env.Clouds, fmt.Appendf(nil, `clouds:
  bubble: {region_name: RegionOne, auth_type: v3applicationcredential, auth: {auth_url: "http://127.0.0.1:5000/v3", application_credential_id: %q, application_credential_secret: %q}}
`, credential.ID, credential.Secret), 0o600))
		done, err := cleaning.Remove(limited(t, 20*time.Second))
		require.NoError(t, err)
		require.Subset(t, c.store.Named(begins), []string{"project eris-test-customers-0", "project eris-test-customers-1", "project eris-test-customers-2"})
		require.Contains(t, fmt.Sprint(done), "the token that was asked for there is of another project")
		require.NotEmpty(t, left)
		require.NoError(t, registrar().Remove(limited(t, time.Minute), c.env))
		require.Empty(t, c.store.Named(begins))
	})
}

// A project that somebody has disabled since has what it had.
func TestAProjectStaysThatSomebodyHasDisabled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(t)
		accounts := c.makes(customers())
		c.dying("nova.boot_and_delete_server", accounts[:1])
		c.breaks(0, spoils("/v3/projects/"+accounts[0].Project, `"enabled":true`, `"enabled":false`))
		err := registrar().Remove(limited(t, 20*time.Second), c.env)
		require.ErrorContains(t, err, "somebody has disabled it")
		require.Contains(t, c.store.Named(begins), "project eris-test-customers-0")
		require.NotContains(t, c.store.Named(begins), "project eris-test-customers-1", "the others are gone")
		c.heals()
		require.NoError(t, registrar().Remove(limited(t, time.Minute), c.env))
		require.Empty(t, c.store.Named(begins))
	})
}

// A service that bars the administrator in a project, and in which the run's loads made
// things, is not known to have nothing there; of one that no load uses it is.
func TestAProjectStaysWhereAServiceOfItsLoadsBarsTheAdministrator(t *testing.T) {
	for workload, stays := range map[string]bool{"swift.create_container_and_object_then_delete_all": true, "nova.list_servers": false} {
		synctest.Test(t, func(t *testing.T) {
			c := newCloud(t)
			c.makes(customers())
			c.breaks(0, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				if strings.HasPrefix(r.URL.Path, "/v1/AUTH_") {
					answers(403)(w, r, next)
					return
				}
				next.ServeHTTP(w, r)
			})
			of := registrar()
			of.Workloads = []string{workload}
			err := of.Remove(limited(t, 20*time.Second), c.env)
			if stays {
				require.ErrorContains(t, err, "it is not known what is left of containers in project eris-test-customers-0")
				require.Contains(t, c.store.Named(begins), "project eris-test-customers-0")
			} else {
				require.NoError(t, err)
				require.Empty(t, c.store.Named(begins))
			}
			c.heals()
			require.NoError(t, of.Remove(limited(t, time.Minute), c.env))
			require.Empty(t, c.store.Named(begins))
		})
	}
}

// Who has nothing but a run's id does not know what its loads made in its projects.
func TestAProjectStaysWhereItIsNotKnownWhatItsLoadsMade(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(t)
		c.makes(customers())
		c.breaks(0, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if strings.HasPrefix(r.URL.Path, "/v1/AUTH_") {
				answers(403)(w, r, next)
				return
			}
			next.ServeHTTP(w, r)
		})
		of := c.cleaning()
		of.Unrecorded = true
		done, err := of.Remove(limited(t, 20*time.Second))
		require.NoError(t, err)
		require.Len(t, done.Left, 3, "the projects")
		require.Len(t, done.Unknown, 3, "not what is in the own project, where nobody else was")
		require.Equal(t, openstack.Left{What: "containers in project eris-test-customers-0", Why: "403: Forbidden"}, done.Unknown[0])
		of.Unrecorded = false
		done, err = of.Remove(limited(t, time.Minute))
		require.NoError(t, err)
		require.Empty(t, append(done.Left, done.Unknown...))
		require.Empty(t, c.store.Named(begins))
	})
}

// An administrator, who is shown the networks of all projects, takes none of another one.
func TestServersAreOnANetworkOfTheirProject(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(t)
		accounts := c.makes(customers())
		admin, all := c.as(nil, "network", services.NewNetworkV2)
		shared, err := admin.InnerNetwork(t.Context(), "private")
		require.NoError(t, err)
		client, neutron := c.as(&accounts[0], "network", services.NewNetworkV2)
		own, err := networks.Create(t.Context(), neutron, networks.CreateOpts{Name: "a network of its own"}).Extract()
		require.NoError(t, err)
		_, err = subnets.Create(t.Context(), neutron, subnets.CreateOpts{NetworkID: own.ID, CIDR: "10.9.0.0/24", IPVersion: gophercloud.IPv4}).Extract()
		require.NoError(t, err)
		other, _ := c.as(&accounts[1], "network", services.NewNetworkV2)
		for of, want := range map[*openstack.Client]string{client: own.ID, other: shared, admin: shared} {
			found, err := of.InnerNetwork(t.Context(), "")
			require.NoError(t, err)
			require.Equal(t, want, found)
		}
		named, err := admin.InnerNetwork(t.Context(), own.Name)
		require.NoError(t, err)
		require.Equal(t, own.ID, named, "which may be named")
		require.NoError(t, networks.Delete(t.Context(), all, own.ID).ExtractErr())
		require.NoError(t, registrar().Remove(limited(t, time.Minute), c.env))
	})
}

// Ports that Nova has left go with the project; those of anybody else keep it.
func TestPortsThatNovaLeftGoWithTheirProject(t *testing.T) {
	for _, each := range []struct {
		ports.CreateOpts
		stays string // for what reason; empty: it goes
	}{
		{ports.CreateOpts{DeviceID: "gone"}, ""}, // as Nova makes them, before it has a host
		{ports.CreateOpts{DeviceID: "gone", DeviceOwner: "compute:nova"}, ""},
		{ports.CreateOpts{DeviceID: "there", DeviceOwner: "somebody:else"}, " of somebody:else is in it"},
		{ports.CreateOpts{}, " of nobody is in it"}, // somebody has made it for later
		{ports.CreateOpts{Name: "mine", DeviceID: "gone", DeviceOwner: "compute:nova"}, " (mine) of compute:nova is in it"},
	} {
		synctest.Test(t, func(t *testing.T) {
			c := newCloud(t)
			accounts := c.makes(customers())
			_, neutron := c.as(&accounts[0], "network", services.NewNetworkV2)
			client, all := c.as(nil, "network", services.NewNetworkV2)
			network, err := client.InnerNetwork(t.Context(), "")
			require.NoError(t, err)
			each.NetworkID = network
			port, err := ports.Create(t.Context(), neutron, each.CreateOpts).Extract()
			require.NoError(t, err)
			err = registrar().Remove(limited(t, 20*time.Second), c.env)
			if each.stays != "" {
				require.ErrorContains(t, err, "the port "+port.ID+each.stays)
				require.NoError(t, ports.Delete(t.Context(), all, port.ID).ExtractErr())
				err = registrar().Remove(limited(t, time.Minute), c.env)
			}
			require.NoError(t, err)
			require.Empty(t, c.store.Named(begins))
		})
	}
}

// A server of somebody else keeps the project, and its port.
func TestAServerOfSomebodyElseKeepsItsProject(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(t)
		accounts := c.makes(customers())
		_, nova := c.as(&accounts[0], "compute", services.NewComputeV2)
		_, glance := c.as(&accounts[0], "image", services.NewImageV2)
		pages, err := images.List(glance, nil).AllPages(t.Context())
		require.NoError(t, err)
		all, err := images.ExtractImages(pages)
		require.NoError(t, err)
		server, err := servers.Create(t.Context(), nova, servers.CreateOpts{Name: "mine", FlavorRef: "1", ImageRef: all[0].ID}, nil).Extract()
		require.NoError(t, err)
		time.Sleep(time.Minute)
		left := c.store.Named("")
		err = registrar().Remove(limited(t, 20*time.Second), c.env)
		require.ErrorContains(t, err, "the server mine ("+server.ID+") is in it")
		require.Subset(t, left, c.store.Named("mine"))
		require.NotEmpty(t, c.store.Named("mine"))
		_, nova = c.as(nil, "compute", services.NewComputeV2) // the user is gone
		now, err := servers.Get(t.Context(), nova, server.ID).Extract()
		require.NoError(t, err)
		require.NotEmpty(t, now.Addresses, "its port is there")
		require.NoError(t, servers.Delete(t.Context(), nova, server.ID).ExtractErr())
		require.NoError(t, registrar().Remove(limited(t, time.Minute), c.env))
		require.Empty(t, c.store.Named(begins))
	})
}

// The dashboard is shown a made user's name, and no token of an iteration's own.
func TestAMadeUserLogsInToTheDashboard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(t)
		accounts := c.makes(customers())
		env := c.env
		env.Account = &accounts[0]
		s, err := openstack.Fresh(fresh("horizon.login")).Open(t.Context(), env)
		require.NoError(t, err)
		c.breaks(0, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if !strings.HasPrefix(r.URL.Path, "/v3/") {
				require.Empty(t, r.Header.Get("X-Auth-Token"), r.URL.Path)
			}
			next.ServeHTTP(w, r)
		})
		require.NoError(t, s.Iterate(t.Context(), 0, &operations{}).Err)
		c.heals()
		require.NoError(t, s.Close(t.Context()))
		require.NoError(t, registrar().Remove(limited(t, time.Minute), c.env))
	})
}
