package workloads_test

import (
	"bytes"
	"context"
	"errors"
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
	"github.com/openstack-eris/eris/loadgen/openstack"
	"github.com/openstack-eris/eris/loadgen/openstack/nova"
	"github.com/openstack-eris/eris/loadgen/openstack/tenants"
	"github.com/openstack-eris/eris/loadgen/workloads"
)

// elsewhere is a place where images are fetched from.
type elsewhere func(r *http.Request) (*http.Response, error)

func (e elsewhere) RoundTrip(r *http.Request) (*http.Response, error) { return e(r) }

func gives(status int, body string) (*http.Response, error) {
	return &http.Response{StatusCode: status, Status: http.StatusText(status), Body: io.NopCloser(strings.NewReader(body))}, nil
}

// equipped are two projects with two users each, a flavor called as one of the cloud's, a larger
// one, and images of a file and of somewhere else.
func equipped(t *testing.T) loadgen.Tenants {
	t.Helper()
	file := filepath.Join(t.TempDir(), "own.img")
	require.NoError(t, os.WriteFile(file, []byte("own bytes"), 0o600))
	return loadgen.Tenants{
		Name: "customers", Projects: 2, Users: 2, Role: "member",
		Flavors: []loadgen.TenantFlavor{{Name: "tiny", RAM: 96, VCPUs: 2, Disk: 1, ExtraSpecs: map[string]string{"hw:cpu_policy": "shared"}}, {Name: "m1.big", RAM: 1024, VCPUs: 1, Disk: 1, Ephemeral: 1, Swap: 8}},
		Images:  []loadgen.TenantImage{{Name: "own", File: file, DiskFormat: "raw", ContainerFormat: "bare"}, {Name: "far", URL: "http://me:hush@images.example.org/far.img", DiskFormat: "qcow2", ContainerFormat: "bare"}},
	}
}

func (c *cloud) count(kind string) (n int) {
	for _, each := range c.store.Named(begins) {
		if strings.HasPrefix(each, kind+" ") {
			n++
		}
	}
	return n
}

// bodies keeps what servers are asked for and what is done with them.
func (c *cloud) bodies() func() []string {
	var asked []string
	c.breaks(0, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if r.Method == http.MethodPost && strings.Contains(r.URL.Path, "/servers") {
			body, _ := io.ReadAll(r.Body)
			r.Body = io.NopCloser(bytes.NewReader(body))
			c.mu.Lock()
			asked = append(asked, string(body))
			c.mu.Unlock()
		}
		next.ServeHTTP(w, r)
	})
	return func() []string {
		c.mu.Lock()
		defer c.mu.Unlock()
		return asked
	}
}

// Loads ask by the names of their scenario for what was made for them, which wins over what the
// cloud calls the same; nobody else sees any of it, and nothing of it is left.
func TestTenantsWithFlavorsAndImagesOfTheirOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, fetched := newCloud(t), 0
		r := &tenants.Registrar{Services: workloads.Services(), Transport: elsewhere(func(r *http.Request) (*http.Response, error) {
			fetched++
			_, password, _ := r.BasicAuth()
			return gives(http.StatusOK, "bytes for "+password)
		})}
		of := equipped(t)
		require.NoError(t, r.Check(t.Context(), c.env, []loadgen.Tenants{of}))
		require.NoError(t, os.Remove(of.Images[0].File), "what is uploaded is what was there before the run")
		require.Empty(t, c.store.Named(begins))
		accounts, err := r.Make(t.Context(), c.env, of)
		require.NoError(t, err)
		require.Equal(t, 1, fetched)
		require.Equal(t, []int{2, 4, 2, 4}, []int{c.count("project"), c.count("user"), c.count("flavor"), c.count("image")}, "%v", c.store.Named(begins))
		require.Equal(t, accounts[0].Flavors, accounts[1].Flavors)
		require.Equal(t, accounts[0].Images, accounts[2].Images, "both users of a project have the same")
		require.NotEqual(t, accounts[0].Images[0].ID, accounts[1].Images[0].ID, "each project has its own")
		require.Equal(t, []int64{9, 14}, []int64{accounts[0].Images[0].Size, accounts[0].Images[1].Size})

		alone := nova.NewBootAndDeleteServer()
		alone.Flavor = "m1.big"
		_, err = alone.Open(t.Context(), c.env)
		require.ErrorContains(t, err, `the cloud has none with the name or id "m1.big"`, "nobody else sees it")

		for _, asks := range []struct{ flavor, image, to string }{
			{"tiny", "own", "m1.big"}, {"/^m1/", "/^ow/", "tiny"}, {"", "", ""}, {"2", "probe", "tiny"}, {"m1.big", "far", "2"},
		} {
			w := nova.NewResizeServer()
			w.Flavor, w.Image, w.To = asks.flavor, asks.image, asks.to
			w.Network = "private"
			session, err := (&loadgen.Spread{Workload: w, Accounts: accounts}).Open(t.Context(), c.env)
			require.NoError(t, err, "%v", asks)
			asked := c.bodies()
			for n := range int64(2) {
				o := session.Iterate(t.Context(), n, &operations{})
				require.Equal(t, record.OK, o.Class, "%v: %v", asks, o.Err)
			}
			for n, a := range accounts[:2] {
				steps := asked()[3*n:] // boot, resize, confirm
				body := steps[0]
				ids := map[string]string{"tiny": a.Flavors[0].ID, "": a.Flavors[0].ID, "m1.big": a.Flavors[1].ID, "/^m1/": a.Flavors[1].ID, "2": "2"}
				require.Contains(t, body, `"flavorRef":"`+ids[asks.flavor]+`"`, "%v", asks)
				if id := map[string]string{"own": a.Images[0].ID, "": a.Images[0].ID, "/^ow/": a.Images[0].ID, "far": a.Images[1].ID}[asks.image]; id != "" {
					require.Contains(t, body, `"imageRef":"`+id+`"`, "%v", asks)
				}
				ids[""] = a.Flavors[1].ID // the larger of its own, and none of the cloud's between them
				require.Contains(t, steps[1], `{"resize":{"flavorRef":"`+ids[asks.to]+`"}}`, "%v", asks)
			}
			require.NoError(t, session.Close(context.WithoutCancel(t.Context())))
			c.heals()
		}
		require.NoError(t, r.Remove(limited(t, 2*time.Minute), c.env))
		require.NoError(t, r.Close())
		require.Empty(t, c.store.Named(begins))
	})
}

// What is needed of quotas is told before anything is made: the flavor's cores and memory are
// those that it will have.
func TestNeedsOfFlavorsThatAreNotThereYet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(t)
		planned := equipped(t).Planned()
		c.env.Account = &planned
		w := nova.NewResizeServer()
		w.Flavor, w.Image, w.To = "tiny", "far", "m1.big"
		needs, err := loadgen.Look(t.Context(), w, c.env)
		require.NoError(t, err)
		each := map[string]int{}
		for _, n := range needs {
			each[n.Resource] = n.Each
		}
		require.Equal(t, map[string]int{"instances": 1, "cores": 2, "ram": 96, "port": 1}, each)
	})
}

// What a run that died has left is known by the cloud alone, flavors too; somebody else's stay.
func TestCleaningOfFlavorsAndImages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(t)
		of := equipped(t)
		of.Images = of.Images[:1]
		c.dying("nova.boot_and_delete_server", c.makes(of))
		left := c.store.Named(begins)
		require.Equal(t, 2, c.count("flavor"))
		found, err := c.cleaning().Look(t.Context())
		require.NoError(t, err)
		require.Len(t, found.Left, len(left))
		others := len(c.store.Named(""))
		done, err := c.cleaning().Remove(limited(t, 3*time.Minute))
		require.NoError(t, err)
		require.Empty(t, done.Left)
		require.Empty(t, done.Unknown)
		require.Len(t, done.Gone, len(left))
		require.Empty(t, c.store.Named(begins))
		require.Contains(t, c.store.Named(""), "flavor tiny")
		require.NotZero(t, others)
	})
}

// Whatever call fails while they are made, and in whatever way, all that is there is removed.
func TestMakingOfFlavorsAndImagesThatFails(t *testing.T) {
	for how, breaks := range map[string]breakage{"503": answers(503), "reset": resets, "lost": loses} {
		t.Run(how, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newCloud(t)
				few := equipped(t)
				few.Projects, few.Users, few.Images = 1, 1, few.Images[:1]
				failed := 0
				r := registrar()
				for n := range 20 {
					c.breaks(n, once(c, breaks))
					if _, err := r.Make(t.Context(), c.env, few); err != nil {
						failed++
					}
					c.heals()
					require.NoError(t, r.Remove(limited(t, time.Minute), c.env))
					require.Empty(t, c.store.Named(begins), "after call %d", n)
				}
				require.NoError(t, r.Close())
				require.Greater(t, failed, 14)
			})
		})
	}
}

// An image that cannot be had refuses the run before anything is made; no error has a secret of
// its address.
func TestImagesThatCannotBeHad(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(t)
		for why, e := range map[string]elsewhere{
			"image far: fetch url from images.example.org: it answers Not Found": func(*http.Request) (*http.Response, error) { return gives(http.StatusNotFound, "") },
			"image far: fetch url from images.example.org: nobody is there":      func(*http.Request) (*http.Response, error) { return nil, errors.New("nobody is there") },
			"an image has 1 to 17179869184 bytes, and this 0 or more":            func(*http.Request) (*http.Response, error) { return gives(http.StatusOK, "") },
			"context deadline exceeded": func(r *http.Request) (*http.Response, error) {
				<-r.Context().Done()
				return nil, r.Context().Err()
			},
			"cut off": func(*http.Request) (*http.Response, error) {
				return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(io.MultiReader(strings.NewReader("some"), failing{errors.New("cut off")}))}, nil
			},
		} {
			began := time.Now()
			r := &tenants.Registrar{Services: workloads.Services(), Transport: e}
			err := r.Check(t.Context(), c.env, []loadgen.Tenants{equipped(t)})
			require.ErrorContains(t, err, "tenants customers: image far: fetch url", why)
			require.ErrorContains(t, err, why)
			require.NotContains(t, err.Error(), "hush")
			require.LessOrEqual(t, time.Since(began), loadgen.ImageFetchMost+time.Second)
			require.NoError(t, r.Close())
			require.Empty(t, c.store.Named(begins))
		}
		of := equipped(t)
		of.Images = of.Images[:1]
		require.NoError(t, os.Remove(of.Images[0].File))
		require.ErrorContains(t, registrar().Check(t.Context(), c.env, []loadgen.Tenants{of}), "tenants customers: image own: open ")
		left, err := filepath.Glob(filepath.Join(dir, "eris-image-*"))
		require.NoError(t, err)
		require.Empty(t, left)
	})
}

// failing is a reader that gives an error.
type failing struct{ why error }

func (f failing) Read([]byte) (int, error) { return 0, f.why }

// One who may make projects and no flavors is told so, and what was made by then goes.
func TestWhoMayNotMakeFlavors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(t)
		of := equipped(t)
		of.Images = nil
		c.breaks(0, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/flavors") {
				answers(403)(w, r, next)
				return
			}
			next.ServeHTTP(w, r)
		})
		_, err := registrar().Make(t.Context(), c.env, of)
		require.ErrorContains(t, err, "make flavor eris-test-customers-0 (tiny): the user of entry bubble of clouds.yaml may not (403)")
		require.Empty(t, c.store.Named(begins), "no project is made without its flavors")
	})
}

// Users are given each of the roles in their project.
func TestTenantsWithFurtherRoles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(t)
		of := customers()
		of.Roles = []string{"reader"}
		env := c.env
		env.Account = &c.makes(of)[4]
		granted, err := openstack.Granted(t.Context(), env)
		require.NoError(t, err)
		require.ElementsMatch(t, []string{"member", "reader"}, granted.Roles)
		require.NoError(t, registrar().Remove(limited(t, time.Minute), c.env))
		require.Empty(t, c.store.Named(begins))
	})
}
