package workloads_test

import (
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack/tenants"
	"github.com/openstack-eris/eris/loadgen/workloads"
)

func registrar() *tenants.Registrar { return &tenants.Registrar{Services: workloads.Services()} }

// customers are three projects with two users each.
func customers() loadgen.Tenants {
	return loadgen.Tenants{
		Name: "customers", Projects: 3, Users: 2, Role: "member",
		Quotas: map[string]map[string]int{"compute": {"instances": 2}, "network": {"network": 5}, "volume": {"volumes": 4}},
	}
}

// begins is that of everything which the test's run makes.
const begins = "eris-test-"

// makes has the run make tenants.
func (c *cloud) makes(t loadgen.Tenants) []loadgen.Account {
	c.t.Helper()
	require.NoError(c.t, registrar().Check(c.t.Context(), c.env, []loadgen.Tenants{t}))
	require.Empty(c.t, c.store.Named(begins), "a check makes nothing")
	accounts, err := registrar().Make(c.t.Context(), c.env, t)
	require.NoError(c.t, err)
	return accounts
}

// Projects and users are made with their quotas, iterations go over all of them,
// and nothing is left afterwards: no thing, no group that Neutron made by itself,
// no quota.
func TestLoadsOfManyTenants(t *testing.T) {
	for _, name := range []string{"nova.boot_and_delete_server", "neutron.create_and_delete_router", "cinder.create_and_delete_volume", "glance.create_and_delete_image", "vm.boot_and_run_command"} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newCloud(t)
				accounts := c.makes(customers())
				require.Len(t, accounts, 6)
				require.Len(t, c.store.Named(begins), 3+6)
				require.Equal(t, map[string]int{"instances": 2, "network": 5, "volumes": 4}, c.store.Quotas(accounts[0].Project))
				require.NotEqual(t, accounts[0].Project, accounts[1].Project, "who follow one another are of different projects")
				require.Equal(t, accounts[0].Project, accounts[3].Project)

				load := &loadgen.Spread{Workload: fresh(name), Accounts: accounts}
				session, err := load.Open(t.Context(), c.env)
				require.NoError(t, err)
				for n := range int64(6) {
					o := session.Iterate(t.Context(), n, &operations{})
					require.Equal(t, record.OK, o.Class, "%v", o.Err)
				}
				require.NoError(t, session.Close(context.WithoutCancel(t.Context())))
				require.Len(t, c.store.Named(begins), 3+6)
				require.NoError(t, registrar().Remove(limited(t, 2*time.Minute), c.env))
				require.Empty(t, c.store.Named(begins))
				require.Len(t, c.store.Named("default"), 1, "the security group of the own project")
				require.Empty(t, c.store.Quotas(accounts[0].Project))
			})
		})
	}
}

// dying is a load of tenants that ends in the middle, and that nobody closes.
func (c *cloud) dying(name string, accounts []loadgen.Account) {
	c.t.Helper()
	load := &loadgen.Spread{Workload: fresh(name), Accounts: accounts}
	session, err := load.Open(c.t.Context(), c.env)
	require.NoError(c.t, err)
	c.breaks(0, undeletable)
	for n := range int64(len(accounts)) {
		require.Equal(c.t, record.HTTP5xx, session.Iterate(c.t.Context(), n, &operations{}).Class)
	}
	short, cancel := context.WithCancel(c.t.Context())
	cancel()
	require.Error(c.t, session.Close(short), "which ends what it does beside")
	c.heals()
}

// A key pair is its user's, and in no project: it goes before him, and not where it is not
// known whether he has one.
func TestKeyPairsOfTenantsGoBeforeTheirUsers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(t)
		c.dying("vm.boot_and_run_command", c.makes(customers()))
		pairs := func() (n int) {
			for _, each := range c.store.Named(begins) {
				if strings.HasPrefix(each, "key pair ") {
					n++
				}
			}
			return n
		}
		require.Equal(t, 6, pairs())
		c.breaks(0, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if strings.Contains(r.URL.RawQuery, "user_id=") {
				answers(503)(w, r, next)
				return
			}
			next.ServeHTTP(w, r)
		})
		done, err := c.cleaning().Remove(limited(t, time.Minute))
		require.NoError(t, err)
		require.Len(t, done.Left, 6)
		require.Equal(t, "503: Service Unavailable", done.Left[0].Why)
		require.Equal(t, 6, pairs())
		c.heals()
		done, err = c.cleaning().Remove(limited(t, 3*time.Minute))
		require.NoError(t, err)
		require.Empty(t, done.Left)
		require.Empty(t, c.store.Named(begins))
	})
}

// One key pair that cannot be deleted keeps its user, whatever became of his others; one
// that somebody else has deleted meanwhile, and a cloud that does not tell these credentials
// of others' keep nobody.
func TestEachKeyPairThatStaysKeepsItsUser(t *testing.T) {
	for what, way := range map[string]struct {
		list, first, second int // what each is answered; 0: as it is
		left                string
	}{
		"one is forbidden":             {0, 403, 503, "403: Forbidden"},
		"one is gone, the other stays": {0, 404, 503, "503: Service Unavailable"},
		"both are gone":                {0, 404, 404, ""},
		"nothing is told":              {403, 0, 0, ""},
		"nobody knows of others":       {404, 0, 0, ""},
	} {
		synctest.Test(t, func(t *testing.T) {
			c := newCloud(t)
			accounts := c.makes(customers())
			c.breaks(0, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				mine := strings.Contains(r.URL.RawQuery, "user_id="+accounts[0].User)
				name := strings.TrimPrefix(r.URL.Path, "/v2.1/os-keypairs")
				status := map[string]int{"": way.list, "/a": way.first, "/b": way.second}[name]
				switch {
				case mine && status != 0:
					answers(status)(w, r, next)
				case mine && name == "":
					w.Header().Set("Content-Type", "application/json")
					_, _ = io.WriteString(w, `{"keypairs": [{"keypair": {"name": "a"}}, {"keypair": {"name": "b"}}]}`)
				default:
					next.ServeHTTP(w, r)
				}
			})
			done, err := c.cleaning().Remove(limited(t, time.Minute))
			require.NoError(t, err)
			if way.left == "" {
				require.Empty(t, done.Left, what)
				require.Empty(t, c.store.Named(begins), what)
				return
			}
			require.Len(t, done.Left, 1, what)
			require.Contains(t, done.Left[0].What, "user ", what)
			require.Contains(t, done.Left[0].Why, way.left, what)
		})
	}
}

// What a run has left in the projects that it made is known by the cloud alone;
// the projects go last.
func TestCleaningOfTenants(t *testing.T) {
	for _, name := range []string{"nova.boot_and_delete_server", "neutron.create_and_delete_port", "cinder.create_and_delete_snapshot", "glance.create_and_delete_image"} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newCloud(t)
				c.dying(name, c.makes(customers()))
				left := c.store.Named(begins)
				require.Greater(t, len(left), 3+6)
				found, err := c.cleaning().Look(t.Context())
				require.NoError(t, err)
				require.Empty(t, found.Unknown)
				require.Len(t, found.Left, len(left))
				require.Equal(t, left, c.store.Named(begins), "nothing is touched")
				in := 0
				for _, each := range found.Left {
					if strings.Contains(each.What, " in project eris-test-customers-") {
						in++
					}
				}
				require.Equal(t, len(left)-9, in)

				c.breaks(3, answers(503))
				time.AfterFunc(8*time.Second, func() { c.heals() })
				done, err := c.cleaning().Remove(limited(t, 3*time.Minute))
				require.NoError(t, err)
				require.Empty(t, done.Left)
				require.Empty(t, done.Unknown)
				require.Len(t, done.Gone, len(left))
				require.Empty(t, c.store.Named(begins))
				require.Len(t, c.store.Named("default"), 1)
			})
		})
	}
}

// Keystone may refuse good credentials while it recovers from what a run did to it.
func TestTenantsAreRemovedByWhoIsRefusedForAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(t)
		c.makes(customers())
		c.breaks(0, answers(401))
		err := registrar().Remove(limited(t, 10*time.Second), c.env)
		require.ErrorContains(t, err, "it is not known what is left of the identity service: 401: ")
		time.AfterFunc(8*time.Second, func() { c.heals() })
		require.NoError(t, registrar().Remove(limited(t, time.Minute), c.env))
		require.Empty(t, c.store.Named(begins))
	})
}

// Keystone would delete a project whatever is in it. While something cannot be
// removed, or is not known, the project stays and is named with it.
func TestAProjectStaysWithWhatIsInIt(t *testing.T) {
	for how, breaks := range map[string]breakage{
		"undeletable": deleting("/v2.1/servers", 503, func() bool { return true }),
		"unknown": func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if strings.HasPrefix(r.URL.Path, "/v2.1/servers") {
				answers(503)(w, r, next)
				return
			}
			next.ServeHTTP(w, r)
		},
	} {
		t.Run(how, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newCloud(t)
				accounts := c.makes(customers())
				c.dying("nova.boot_and_delete_server", accounts[:1])
				c.breaks(0, breaks)
				err := registrar().Remove(limited(t, 20*time.Second), c.env)
				require.ErrorContains(t, err, "in project eris-test-customers-0")
				require.ErrorContains(t, err, "project eris-test-customers-0 (")
				if how == "undeletable" {
					require.NotContains(t, err.Error(), "project eris-test-customers-1 (", "the others are gone")
				}
				require.Contains(t, c.store.Named(begins), "project eris-test-customers-0")
				c.heals()
				require.NoError(t, registrar().Remove(limited(t, time.Minute), c.env))
				require.Empty(t, c.store.Named(begins))
			})
		})
	}
}

// Whatever call fails while they are made, and in whatever way, all that is there
// is removed.
func TestMakingOfTenantsThatFails(t *testing.T) {
	few := loadgen.Tenants{Name: "few", Projects: 2, Users: 1, Role: "member", Quotas: map[string]map[string]int{"network": {"network": 5}}}
	for how, breaks := range map[string]breakage{"503": answers(503), "reset": resets, "lost": loses, "late": delays} {
		t.Run(how, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newCloud(t)
				failed := 0
				for n := range 20 {
					c.breaks(n, once(c, breaks))
					if _, err := registrar().Make(t.Context(), c.env, few); err != nil {
						failed++
					}
					c.heals()
					require.NoError(t, registrar().Remove(limited(t, time.Minute), c.env))
					require.Empty(t, c.store.Named(begins), "after call %d", n)
				}
				require.Greater(t, failed, 10)
				require.Less(t, failed, 20, "not all of that many calls were made")
			})
		})
	}
}

// A user who may not make projects is told so before anything is made, and so is
// one with an application credential, an unknown role, or that of an administrator.
func TestWhoMayMakeTenants(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(t)
		check := func(t loadgen.Tenants, env loadgen.Env) error {
			return registrar().Check(c.t.Context(), env, []loadgen.Tenants{t})
		}
		with := customers()
		with.Role = "admin"
		require.ErrorContains(t, check(with, c.env), "tenants customers: role admin: nobody whom Eris makes is given the cloud")
		with.Role, with.Roles = "member", []string{"reader", "admin"}
		require.ErrorContains(t, check(with, c.env), "tenants customers: role admin: nobody whom Eris makes is given the cloud")
		with.Role, with.Roles = "nobody", nil
		require.ErrorContains(t, check(with, c.env), `the cloud has none with the name or id "nobody"`)

		accounts := c.makes(customers())
		member := c.env
		member.Account = &accounts[0]
		require.ErrorContains(t, check(customers(), member), "tenants customers: list roles: the user of entry bubble of clouds.yaml may not (403): projects and users are made by an administrator")
		require.NoError(t, registrar().Remove(limited(t, time.Minute), c.env))

		entries := c.env
		entries.Clouds = filepath.Join(t.TempDir(), "clouds.yaml")
		require.NoError(t, os.WriteFile(entries.Clouds, []byte(`clouds:
  bubble: {auth_type: v3applicationcredential, auth: {auth_url: "http://127.0.0.1:5000/v3", application_credential_id: a, application_credential_secret: s}}
  wrong: {auth: {auth_url: "http://127.0.0.1:5000/v3", username: admin, password: wrong, project_name: admin, user_domain_name: Default}}
`), 0o600))
		require.ErrorContains(t, check(customers(), entries), "an application credential, which is bound to its project")
		err := check(loadgen.Tenants{Name: "given", Clouds: []string{"wrong", "none"}}, entries)
		require.ErrorContains(t, err, "tenants given: entry wrong of clouds.yaml: authenticate: ")
		require.ErrorContains(t, err, `entry none of clouds.yaml: read clouds.yaml: cloud "none" not found`)
		require.NoError(t, check(loadgen.Tenants{Name: "given", Clouds: []string{"bubble"}}, c.env))
		require.Empty(t, c.store.Named(begins))
	})
}

// Projects that are given a network boot there, in their own, and nothing of it is left.
func TestTenantsWithNetworksOfTheirOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(t)
		of := customers()
		of.Network = &loadgen.TenantNetwork{Networks: 2, Subnets: 2, Router: true}
		accounts := c.makes(of)
		count := func(kind string) (n int) {
			for _, each := range c.store.Named(begins) {
				if strings.HasPrefix(each, kind+" ") {
					n++
				}
			}
			return n
		}
		require.Equal(t, []int{3, 6, 12, 6}, []int{count("project"), count("network"), count("subnet"), count("router")}, "%v", c.store.Named(begins))
		load := &loadgen.Spread{Workload: fresh("nova.boot_and_delete_server"), Accounts: accounts}
		session, err := load.Open(t.Context(), c.env)
		require.NoError(t, err)
		var asked []string
		c.breaks(0, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/servers") {
				body, _ := io.ReadAll(r.Body)
				r.Body = io.NopCloser(strings.NewReader(string(body)))
				c.mu.Lock()
				asked = append(asked, string(body))
				c.mu.Unlock()
			}
			next.ServeHTTP(w, r)
		})
		for n := range int64(6) {
			o := session.Iterate(t.Context(), n, &operations{})
			require.Equal(t, record.OK, o.Class, "%v", o.Err)
		}
		networks := map[string]bool{}
		for _, body := range asked {
			_, id, _ := strings.Cut(body, `"uuid":"`)
			networks[id[:36]] = true
		}
		require.Len(t, networks, 3, "one of each project's own")
		require.NoError(t, session.Close(context.WithoutCancel(t.Context())))
		require.NoError(t, registrar().Remove(limited(t, 2*time.Minute), c.env))
		require.Empty(t, c.store.Named(begins))
	})
}
