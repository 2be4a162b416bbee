package main

import (
	"bufio"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	services "github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// servedCloud is an embedded cloud in a process of its own, which outlives the
// runs on it.
type servedCloud struct {
	t         *testing.T
	dir       string
	inventory string
	client    *openstack.Client
}

func serveCloud(t *testing.T) *servedCloud {
	t.Helper()
	c := &servedCloud{t: t, dir: t.TempDir()}
	serve := exec.CommandContext(t.Context(), "eris", "simcloud", "serve", "--name", "served", "--dir", filepath.Join(c.dir, "cloud"))
	serve.Cancel = func() error { return serve.Process.Signal(os.Interrupt) }
	out, err := serve.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, serve.Start())
	t.Cleanup(func() { _ = serve.Wait() }) // the test's context has interrupted it
	lines := bufio.NewScanner(out)
	require.True(t, lines.Scan())
	c.inventory = lines.Text()
	require.True(t, lines.Scan())
	c.client, err = openstack.NewClient(loadgen.Env{Run: "test", Clouds: lines.Text(), Cloud: "served"})
	require.NoError(t, err)
	t.Cleanup(c.client.Close)
	require.NoError(t, c.client.Authenticate(t.Context()))
	return c
}

// eris runs a command to its end.
func (c *servedCloud) eris(args ...string) (code int, out string) {
	c.t.Helper()
	cmd := exec.CommandContext(c.t.Context(), "eris", append(args, "-i", c.inventory)...)
	cmd.Dir = c.dir
	text, err := cmd.CombinedOutput()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		return exit.ExitCode(), string(text)
	}
	require.NoError(c.t, err)
	return 0, string(text)
}

// running is an eris that runs.
type running struct {
	*exec.Cmd
	out   string     // the file that it writes to
	ended chan error // how it did
}

// begin starts a run of a scenario, and waits until it has made that many
// servers.
func (c *servedCloud) begin(scenario string, servers int) *running {
	c.t.Helper()
	before := len(c.names("compute", "servers"))
	run := c.start(scenario)
	c.within(func() bool {
		run.goesOn(c.t)
		return len(c.names("compute", "servers")) >= before+servers
	})
	return run
}

// start starts a run of a scenario.
func (c *servedCloud) start(scenario string, flags ...string) *running {
	c.t.Helper()
	require.NoError(c.t, os.WriteFile(filepath.Join(c.dir, "scenario.yaml"), []byte(scenario), 0o600))
	run := &running{out: filepath.Join(c.dir, "out"), ended: make(chan error, 1)}
	run.Cmd = exec.CommandContext(c.t.Context(), "eris", append([]string{"run", "scenario.yaml", "--plain", "-i", c.inventory}, flags...)...)
	out, err := os.Create(run.out)
	require.NoError(c.t, err)
	run.Dir, run.Stdout, run.Stderr = c.dir, out, out
	require.NoError(c.t, errors.Join(run.Start(), out.Close()))
	go func() { run.ended <- run.Wait() }()
	return run
}

// goesOn fails the test if the run has ended.
func (r *running) goesOn(t *testing.T) {
	t.Helper()
	select {
	case err := <-r.ended:
		require.FailNow(t, "it ended", "%v: %s", err, r.said(t))
	default:
	}
}

// said is what the run has told so far.
func (r *running) said(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(r.out)
	require.NoError(t, err)
	return string(text)
}

// kill ends it as loss of power would.
func (r *running) kill(t *testing.T) {
	t.Helper()
	require.NoError(t, r.Process.Kill())
	<-r.ended
}

func (c *servedCloud) within(condition func() bool) {
	c.t.Helper()
	require.Eventually(c.t, condition, 2*time.Minute, 20*time.Millisecond)
}

func (c *servedCloud) service(name string) *gophercloud.ServiceClient {
	c.t.Helper()
	service, err := c.client.Find(c.t.Context(), name, map[string]openstack.Finder{
		"compute": services.NewComputeV2, "network": services.NewNetworkV2, "image": services.NewImageV2,
		"volume": services.NewBlockStorageV3, "identity": services.NewIdentityV3,
	}[name])
	require.NoError(c.t, err)
	return service
}

// rows are all that a service lists, at a path that begins with what they are.
func (c *servedCloud) rows(service, list string) []map[string]any {
	c.t.Helper()
	client := c.service(service)
	var body map[string]any
	_, err := client.Get(c.t.Context(), client.ServiceURL(list), &body, nil) //nolint:bodyclose // gophercloud has read it, and closed it
	require.NoError(c.t, err)
	var rows []map[string]any
	list = strings.FieldsFunc(list, func(r rune) bool { return r == '/' || r == '?' })[0]
	all, is := body[strings.ReplaceAll(list, "-", "_")].([]any)
	require.True(c.t, is, "%v", body)
	for _, each := range all {
		row, _ := each.(map[string]any)
		rows = append(rows, row)
	}
	return rows
}

// names are those, or the descriptions, of what a service lists.
func (c *servedCloud) names(service, list string) []string {
	c.t.Helper()
	var names []string
	for _, row := range c.rows(service, list) {
		name, _ := row["name"].(string)
		description, _ := row["description"].(string)
		names = append(names, list+" "+name+" "+description)
	}
	slices.Sort(names)
	return names
}

func (c *servedCloud) ids(service, list string) []string {
	c.t.Helper()
	var ids []string
	for _, row := range c.rows(service, list) {
		id, _ := row["id"].(string)
		ids = append(ids, id)
	}
	return ids
}

// everything is all that loads could have made, and more.
func (c *servedCloud) everything() []string {
	c.t.Helper()
	var all []string
	for service, lists := range map[string]string{
		"compute": "servers", "network": "networks subnets ports routers floatingips security-groups", "image": "images",
		"volume": "volumes snapshots", "identity": "users projects",
	} {
		for list := range strings.FieldsSeq(lists) {
			all = append(all, c.names(service, list)...)
		}
	}
	slices.Sort(all)
	return all
}

// has makes a thing that is not of a run, and returns its id.
func (c *servedCloud) has(service, one, list string, what map[string]any) string {
	c.t.Helper()
	client := c.service(service)
	var body map[string]map[string]any
	_, err := client.Post(c.t.Context(), client.ServiceURL(list), map[string]any{one: what}, &body, &gophercloud.RequestOpts{OkCodes: []int{200, 201, 202}}) //nolint:bodyclose // gophercloud has read it, and closed it
	require.NoError(c.t, err)
	id, _ := body[one]["id"].(string)
	return id
}

// show asks for one thing.
func (c *servedCloud) show(service, one, list, id string) map[string]any {
	c.t.Helper()
	client := c.service(service)
	var body map[string]map[string]any
	_, err := client.Get(c.t.Context(), client.ServiceURL(list, id), &body, nil) //nolint:bodyclose // gophercloud has read it, and closed it
	require.NoError(c.t, err)
	return body[one]
}

// others puts things into the project whose names are like a run's, and that are
// somebody else's.
func (c *servedCloud) others() {
	c.t.Helper()
	c.has("compute", "server", "servers", map[string]any{"name": "eris-mine-7", "flavorRef": "1", "imageRef": c.ids("image", "images")[0]})
	c.has("network", "network", "networks", map[string]any{"name": "eris-20261121T093000Z-mine-boots-7"})
	c.has("network", "network", "networks", map[string]any{"name": "eris-20261121T093000Z-mine-7f3c-boots-seven"})
	c.has("network", "security_group", "security-groups", map[string]any{"name": "eris-boots-shared"})
	c.has("volume", "volume", "volumes", map[string]any{"name": "eris-20261399T093000Z-mine-7f3c-boots-7", "size": 1})
	c.has("volume", "volume", "volumes", map[string]any{
		"name": "eris-20261121T093000Z-mine-7f3c-boots-8", "size": 1, "metadata": map[string]string{"eris_run": "another"},
	})
	c.has("identity", "user", "users", map[string]any{"name": "eris"})
}
