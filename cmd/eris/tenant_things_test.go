package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const equippedBoots = `version: eris/v1
name: equipped
description: Boots servers of flavors and images that are made for it.
phases: {warmup: 1s, baseline: BASELINE, chaos: 1s, recovery: 1s}
stop_when: {none: nothing is broken}
tenants:
  customers:
    projects: 2
    flavors: {small: {ram: 96, disk: 1, extra_specs: {"hw:cpu_policy": shared}}, big: {ram: 128, vcpus: 2, disk: 1}}
    images: {cirros: {url: "ADDRESS", disk_format: raw}, own: {file: own.img, disk_format: raw}}
loads:
  boots: {workload: nova.boot_and_delete_server, concurrency: 4, timeout: 5m, tenants: customers, args: {flavor: small, image: /^cirr/}}
  resizes: {workload: nova.resize_server, concurrency: 2, timeout: 5m, tenants: customers, args: {flavor: small, to_flavor: big, image: own}}
`

// equipped is that scenario with its image at a server of the test, which says how often it was
// asked for it.
func (c *servedCloud) equipped(baseline string) (scenario string, asked func() int) {
	c.t.Helper()
	var all []string
	served := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, password, _ := r.BasicAuth()
		all = append(all, password)
		_, _ = w.Write([]byte(strings.Repeat("cirros ", 10_000)))
	}))
	c.t.Cleanup(served.Close)
	require.NoError(c.t, os.WriteFile(filepath.Join(c.dir, "own.img"), []byte("own"), 0o600))
	address := strings.Replace(served.URL, "http://", "http://me:hush@", 1) + "/cirros.img?sig=hush"
	return strings.NewReplacer("BASELINE", baseline, "ADDRESS", address).Replace(equippedBoots), func() int {
		served.CloseClientConnections()
		return len(slices.DeleteFunc(slices.Clone(all), func(p string) bool { return p != "hush" }))
	}
}

// all is everything in the cloud, with its flavors.
func (c *servedCloud) all() []string {
	c.t.Helper()
	return append(c.everything(), c.names("compute", "flavors/detail?is_public=None")...)
}

// A run makes flavors and images for its tenants, its loads boot servers of them, and it removes all of that.
func TestARunWithFlavorsAndImagesOfItsOwn(t *testing.T) {
	t.Parallel()
	c := serveCloud(t)
	before := c.all()
	scenario, asked := c.equipped("6s")
	require.NoError(t, os.WriteFile(filepath.Join(c.dir, "scenario.yaml"), []byte(scenario), 0o600))
	code, out := c.eris("plan", "scenario.yaml")
	require.Equal(t, 0, code, out)
	require.Contains(t, out, "with flavors that nobody else sees: small (96 MiB, 1 VCPU, 1 GiB, 1 extra spec), big (128 MiB, 2 VCPUs, 1 GiB), with images uploaded to each: cirros (raw, of http://127.0.0.1:")
	require.NotContains(t, out, "hush")
	code, out = c.eris("run", "scenario.yaml", "--plain")
	require.Contains(t, []int{0, 4}, code, out)
	require.Regexp(t, `\n  boots +[0-9]+ +[1-9]`, out, "some were booted")
	require.Regexp(t, `\n  resizes +[0-9]+ +[1-9]`, out, "some were resized")
	require.NotContains(t, out, "residue")
	require.Equal(t, before, c.all())
	require.Equal(t, 1, asked())
	journal, err := os.ReadFile(filepath.Join(c.dir, "runs", "latest", "journal.ndjson"))
	require.NoError(t, err)
	require.Contains(t, string(journal), `"flavors":["small","big"],"images":["cirros","own"]`)
	require.NotContains(t, string(journal), "quotas of load boots", "what it needs was known before it was there")
	require.NoError(t, filepath.WalkDir(filepath.Join(c.dir, "runs"), func(path string, d os.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			text, wrong := os.ReadFile(path)
			require.NoError(t, wrong)
			if filepath.Base(path) != "scenario.yaml" { // which is kept as it was written
				require.NotContains(t, string(text), "hush", path)
			}
		}
		return err
	}))
}

// What a run that was killed has left of flavors and images goes by its record and by the cloud alone.
func TestCleanupOfFlavorsAndImages(t *testing.T) {
	t.Parallel()
	for how, args := range map[string][]string{"by the record": {"runs/latest"}, "from the cloud alone": {"--live", "--out", "nowhere"}} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			c := serveCloud(t)
			before := c.all()
			scenario, _ := c.equipped("5m")
			run := c.start(scenario)
			c.within(func() bool {
				run.goesOn(t)
				return len(c.names("compute", "servers?all_tenants=1")) > 2
			})
			run.kill(t)
			made := func(list []string) int {
				return len(slices.DeleteFunc(list, func(name string) bool { return !strings.Contains(name, " eris-") }))
			}
			require.Equal(t, []int{2, 4}, []int{made(c.names("compute", "flavors/detail?is_public=None")), made(c.names("image", "images"))})
			id, err := os.Readlink(filepath.Join(c.dir, "runs", "latest"))
			require.NoError(t, err)
			if how != "by the record" {
				require.NoError(t, os.RemoveAll(filepath.Join(c.dir, "runs")))
			}
			code, out := c.eris(append([]string{"cleanup"}, args...)...)
			require.Equal(t, 0, code, out)
			require.Contains(t, out, "deleted flavor eris-"+id+"-customers-1\n")
			require.Contains(t, out, "deleted image eris-"+id+"-customers-0 in project eris-"+id+"-customers-")
			require.Equal(t, before, c.all())
			code, out = c.eris(append([]string{"cleanup"}, args...)...)
			require.Equal(t, 0, code, out)
			require.Contains(t, out, "served: 0 deleted, nothing left")
		})
	}
}

// A run whose image cannot be had is refused, and nothing was touched.
func TestAnImageThatCannotBeHadRefusesTheRun(t *testing.T) {
	t.Parallel()
	c := serveCloud(t)
	scenario, _ := c.equipped("5m")
	_, rest, _ := strings.Cut(scenario, `url: "`)
	address, _, _ := strings.Cut(rest, `"`)
	scenario = strings.Replace(scenario, address, "http://127.0.0.1:1/cirros.img?sig=hush", 1)
	require.NoError(t, os.WriteFile(filepath.Join(c.dir, "scenario.yaml"), []byte(scenario), 0o600))
	began := time.Now()
	code, out := c.eris("run", "scenario.yaml", "--plain")
	require.Equal(t, 2, code, out)
	require.Contains(t, out, "tenants customers: image cirros: fetch url from 127.0.0.1:1: dial tcp 127.0.0.1:1: connect: connection refused")
	require.Contains(t, out, "nothing was touched")
	require.NotContains(t, out, "hush")
	require.Less(t, time.Since(began), time.Minute)
}

// A task of Rally that makes its flavor and its image comes to a scenario that runs as it is.
func TestATaskOfRallyWithItsFlavorAndItsImage(t *testing.T) {
	t.Parallel()
	c := serveCloud(t)
	before := c.all()
	scenario, asked := c.equipped("1s")
	_, rest, _ := strings.Cut(scenario, `url: "`)
	address, _, _ := strings.Cut(rest, `"`)
	task := `NovaServers.boot_and_delete_server:
- args: {flavor: {name: "^m1.rally$"}, image: {regex: "cirros"}}
  runner: {type: constant, times: 6, concurrency: 3, timeout: 120}
  context:
    users: {tenants: 2, users_per_tenant: 2}
    flavors: [{name: m1.rally, ram: 96, disk: 1}]
    images: {image_name: cirros-own, image_url: "` + address + `", disk_format: raw, container_format: bare}
`
	require.NoError(t, os.WriteFile(filepath.Join(c.dir, "task.yaml"), []byte(task), 0o600))
	code, out := c.eris("import", "rally-task", "task.yaml", "--out", "made.yaml")
	require.Equal(t, 0, code, out)
	code, out = c.eris("run", "made.yaml", "--plain")
	require.Equal(t, 0, code, out)
	require.Regexp(t, `\n  boot-and-delete-server +6 +6 `, out)
	require.Equal(t, 1, asked())
	require.Equal(t, before, c.all())
}
