package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
	"github.com/openstack-eris/eris/kpi"
)

// on does something on a node by hand, as whoever looks after the cloud could.
func (c *servedCloud) on(node, script string) {
	c.t.Helper()
	cloud, err := inventory.Load(c.inventory)
	require.NoError(c.t, err)
	pool, err := remote.NewPool(cloud, remote.Options{})
	require.NoError(c.t, err)
	result := pool.Run(c.t.Context(), node, remote.Command{Script: script, Root: true})
	require.True(c.t, result.OK(), "%+v", result)
	require.NoError(c.t, pool.Close())
}

// result is that of the last run.
func (c *servedCloud) result() kpi.Result {
	c.t.Helper()
	text, err := os.ReadFile(filepath.Join(c.dir, "runs", "latest", "run.json"))
	require.NoError(c.t, err)
	var r kpi.Result
	require.NoError(c.t, json.Unmarshal(text, &r))
	return r
}

// One fault in one line, while something else of the cloud is down: nothing is
// touched before somebody says by name that it may be.
func TestARealOutageElsewhereIsAVetoAtTheStart(t *testing.T) {
	t.Parallel()
	c := serveCloud(t)
	c.on("ctl-2", "systemctl stop glance-api.service")
	stop := []string{"run", "--plain", "--settle", "1s", "--fault", "stop keystone service on node ctl-1 for 1 second"}
	code, out := c.eris(stop...)
	require.Equal(t, kpi.ExitRefused, code, out)
	require.Contains(t, out, "unexpected outage: glance-api@ctl-2 is not healthy since")
	require.Contains(t, out, "glance-api@ctl-2 is not healthy, and no fault of this run explains it")
	require.Contains(t, out, "--override real-outage=REASON")
	r := c.result()
	require.Equal(t, "glance-api@ctl-2", r.Elsewhere[0].Target)
	require.Equal(t, kpi.Unknown, r.Verdict)
	require.Nil(t, r.Faults[0].AskedAtMS)

	code, out = c.eris(append(stop, "--override", "real-outage=glance is being moved")...)
	require.Equal(t, kpi.ExitPass, code, out)
	require.Contains(t, out, "The safety net real-outage was lifted: glance is being moved")
	require.Contains(t, out, "! Unexpected outage: glance-api@ctl-2 was not healthy from")

	c.on("ctl-2", "systemctl start glance-api.service")
	c.within(func() bool { // the first look of a run that passes may still see the end of that outage
		code, out = c.eris(stop...)
		return code == kpi.ExitPass && len(c.result().Elsewhere) == 0 // keystone was struck, and of that there is nothing to tell
	})
}

// What goes down while the run goes on, and not by its faults, is told from when
// to when, and the next fault does not begin beside it.
func TestARealOutageWhileARunGoesOnIsToldAndAVeto(t *testing.T) {
	t.Parallel()
	c := serveCloud(t)
	run := c.start(`version: eris/v1
name: two-faults
phases: {chaos: 30s, recovery: 1s}
loads:
  tokens: {workload: keystone.issue_token, arrivals: {rate: 5/s}}
  after:  {workload: keystone.issue_token, arrivals: {rate: 1/s}, start: {after: first.recovered}}
faults:
  first:  {fault: service.stop, target: {service: keystone, node: ctl-1}, hold: 1s}
  second: {fault: service.stop, target: {service: memcached, node: ctl-2}, start: {at: 26s}, hold: 1s}
stop_when: {none: a test}
`, "--settle", "1s")
	tells := func(text string) {
		c.within(func() bool { run.goesOn(t); return strings.Contains(run.said(t), text) })
	}
	tells("load after started")
	c.on("ctl-2", "systemctl stop glance-api.service")
	tells("unexpected outage: glance-api@ctl-2 is not healthy since")
	require.Error(t, <-run.ended)
	require.Contains(t, run.said(t), "fault second refused: glance-api@ctl-2 is not healthy, and no fault of this run explains it", run.said(t))
	r := c.result()
	require.Len(t, r.Elsewhere, 1, "%+v", r.Elsewhere)
	require.True(t, r.Elsewhere[0].Unexpected)
	require.Greater(t, r.Elsewhere[0].FromMS, 1000.0)
	require.Nil(t, r.Elsewhere[0].ToMS)
	require.Equal(t, []string{"undone", "refused"}, []string{r.Faults[0].State, r.Faults[1].State})
	require.Equal(t, kpi.Unknown, r.Verdict)
	require.Equal(t, kpi.ExitUnknown, r.Exit)
	code, out := c.eris("doctor")
	require.Zero(t, code, out)
}

// Beside an outage that somebody has answered for, as many as redundancy tolerates
// is that less who is down, and whoever is struck is well.
func TestMaxLeavesOutWhoIsDown(t *testing.T) {
	t.Parallel()
	c := serveCloud(t)
	c.on("ctl-2", "systemctl stop keystone.service")
	lose := []string{"--settle", "1s", "--fault", "kill keystone service on as many nodes as redundancy tolerates for 1 second"}
	seed := ""
	for n := range 20 { // one with which it would be struck
		seed = strconv.Itoa(n)
		if _, out := c.eris(append([]string{"plan", "--seed", seed}, lose...)...); strings.Contains(out, "keystone@ctl-2, ") || strings.Contains(out, ", keystone@ctl-2") {
			break
		}
	}
	code, out := c.eris(append([]string{"run", "--quiet", "--seed", seed, "--override", "real-outage=keystone is being moved"}, lose...)...)
	require.Equal(t, kpi.ExitPass, code, out)
	r := c.result()
	require.Len(t, r.Faults[0].Targets, 1, "three tolerate two, of which one is used")
	require.NotEqual(t, "keystone@ctl-2", r.Faults[0].Targets[0])
	require.Equal(t, "undone", r.Faults[0].State)
	text, err := os.ReadFile(filepath.Join(c.dir, "runs", "latest", "plan.json"))
	require.NoError(t, err)
	require.Contains(t, string(text), `"down": [`)
}
