package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const manyBoots = `version: eris/v1
name: many-boots
description: Boots two hundred servers at a time, and makes one of everything else.
phases: {warmup: 1s, baseline: 5m, chaos: 1s, recovery: 1s}
stop_when: {none: the test ends it}
tenants: {customers: {projects: 3, users: 2, quotas: {compute: {instances: 50}}}}
loads:
  theirs: {workload: nova.boot_and_delete_server, concurrency: 20, timeout: 5m, tenants: customers}
  their-ports: {workload: neutron.create_and_delete_port, concurrency: 6, tenants: customers}
  their-snapshots: {workload: cinder.create_and_delete_snapshot, concurrency: 6, tenants: customers}
  boots: {workload: nova.boot_and_delete_server, concurrency: 200, timeout: 5m}
  routers: {workload: neutron.create_and_delete_router, concurrency: 2}
  floating-ips: {workload: neutron.create_and_delete_floating_ip, concurrency: 2}
  groups: {workload: neutron.create_and_delete_security_group, concurrency: 2}
  images: {workload: glance.create_and_delete_image, concurrency: 2}
  snapshots: {workload: cinder.create_and_delete_snapshot, concurrency: 2}
  projects: {workload: keystone.create_and_delete_project, concurrency: 2}
`

func TestCleanup(t *testing.T) {
	t.Parallel()
	ends := map[string]func(t *testing.T, c *servedCloud, run *running){
		"kill -9": func(t *testing.T, _ *servedCloud, run *running) {
			t.Helper()
			require.NoError(t, run.Process.Kill())
		},
		"Ctrl-C": func(t *testing.T, _ *servedCloud, run *running) {
			t.Helper()
			require.NoError(t, run.Process.Signal(os.Interrupt))
		},
		"Ctrl-C twice": func(t *testing.T, c *servedCloud, run *running) {
			t.Helper()
			require.NoError(t, run.Process.Signal(os.Interrupt))
			c.within(func() bool {
				journal, err := os.ReadFile(filepath.Join(c.dir, "runs", "latest", "journal.ndjson"))
				return err == nil && strings.Contains(string(journal), `"type":"stop"`)
			})
			require.NoError(t, run.Process.Signal(os.Interrupt))
		},
	}
	for how, end := range ends {
		t.Run("Ctrl-C and kill -9 in the middle of 200 boots: `eris cleanup` leaves an empty project, twice in a row: "+how, func(t *testing.T) {
			t.Parallel()
			c := serveCloud(t)
			c.others()
			before := c.everything()
			run := c.begin(manyBoots, 150)
			code, out := c.eris("cleanup", "runs/latest")
			require.Equal(t, 2, code, out)
			require.Contains(t, out, "goes on: its record is being written")
			end(t, c, run)
			if err := <-run.ended; how != "kill -9" {
				require.ErrorContains(t, err, "exit status 5", "%s", run.said(t))
			}
			switch how {
			case "kill -9":
				require.Greater(t, len(c.everything()), len(before)+100)
			case "Ctrl-C twice": // what it had deleted before the second
				require.Greater(t, len(c.everything()), len(before))
			}

			code, out = c.eris("cleanup", "--dry-run", "runs/latest")
			require.Equal(t, 0, code, out)
			code, out = c.eris("cleanup", "runs/latest")
			require.Equal(t, 0, code, out)
			require.Contains(t, out, "deleted, nothing left")
			require.Equal(t, before, c.everything())

			code, out = c.eris("cleanup", "runs/latest")
			require.Equal(t, 0, code, out)
			require.Contains(t, out, "served: 0 deleted, nothing left")
			require.Equal(t, before, c.everything())
		})
	}
}

// Without a record, what is left is known by the cloud alone; what a run uses
// that goes on is left alone.
func TestCleanupFromTheCloudAlone(t *testing.T) {
	t.Parallel()
	const boots = `version: eris/v1
name: boots
description: Boots servers until it is stopped; a fault would come later.
phases: {warmup: 1s, baseline: 5m, chaos: 1m, recovery: 1s}
stop_when: {none: the test ends it}
loads:
  boots: {workload: nova.boot_and_delete_server, concurrency: 20, timeout: 5m}
  commands: {workload: vm.boot_and_run_command, concurrency: 2, timeout: 5m, args: {user: guest, port: 2222, command: sleep 60}}
faults:
  stop: {fault: service.stop, target: {service: keystone, count: 1}, hold: 5s}
`
	c := serveCloud(t)
	c.others()
	before := c.everything()
	run := c.begin(boots, 10)
	run.kill(t)
	first, err := os.Readlink(filepath.Join(c.dir, "runs", "latest"))
	require.NoError(t, err)
	code, out := c.eris("cleanup", first)
	require.Equal(t, 2, code, out)
	require.Contains(t, out, "goes on, or ended not long ago: ctl-")

	// Its claim ends, and a second run takes it over.
	c.within(func() bool {
		code, out = c.eris("cleanup", "--dry-run", first)
		return code == 0
	})
	require.Contains(t, out, "left server eris-"+first+"-boots-")
	run = c.begin(boots, 10)
	second, err := os.Readlink(filepath.Join(c.dir, "runs", "latest"))
	require.NoError(t, err)
	const old = "volume eris-20200101T000000Z-old-7f3c-volumes-7"
	c.has("volume", "volume", "volumes", map[string]any{"name": strings.TrimPrefix(old, "volume "), "size": 1})
	code, out = c.eris("cleanup", "--out", "nowhere")
	require.Equal(t, 0, code, out)
	require.Contains(t, out, "run "+second+" goes on: what it uses is left alone")
	require.Contains(t, out, "run "+first+" began less than a minute before this, or since: what it uses is left alone")
	require.Contains(t, out, "deleted "+old)
	require.NotContains(t, out, "server eris-"+second)
	code, out = c.eris("cleanup", "--out", "nowhere", second)
	require.Equal(t, 2, code, out)
	run.kill(t)
	code, out = c.eris("cleanup", "--live", second)
	require.Equal(t, 0, code, out)
	require.Contains(t, out, "deleted server eris-"+second+"-boots-")
	require.Contains(t, out, "deleted keypair eris-"+second+"-commands-")
	require.Contains(t, out, "deleted security group eris-"+second+"-commands-shared")
	code, out = c.eris("cleanup", "--live", first)
	require.Equal(t, 0, code, out)
	require.Equal(t, before, c.everything())
}

// What cannot be removed is named: a volume of a run that somebody has attached
// to his own server.
func TestCleanupNamesResidue(t *testing.T) {
	t.Parallel()
	const run, name = "20261121T093000Z-mine-7f3c", "eris-20261121T093000Z-mine-7f3c-volumes-8"
	c := serveCloud(t)
	c.others()
	before := c.everything()
	volume := c.has("volume", "volume", "volumes", map[string]any{"name": name, "size": 1})
	c.has("volume", "volume", "volumes", map[string]any{"name": "eris-20261121T093000Z-mine-7f3c-volumes-9", "size": 1})
	server := c.ids("compute", "servers")[0]
	c.within(func() bool { return c.show("compute", "server", "servers", server)["status"] == "ACTIVE" })
	c.has("compute", "volumeAttachment", "servers/"+server+"/os-volume_attachments", map[string]any{"volumeId": volume})
	c.within(func() bool { return c.show("volume", "volume", "volumes", volume)["status"] == "in-use" })

	code, out := c.eris("cleanup", run, "--patience", "5s")
	require.Equal(t, 6, code, out)
	require.Contains(t, out, "left volume "+name+" ("+volume+"): 400: Invalid volume: Volume status must be available")
	require.Contains(t, out, "served: 1 deleted, 1 left\neris: not everything is known to be removed\n")
	compute := c.service("compute")
	_, err := compute.Delete(t.Context(), compute.ServiceURL("servers", server, "os-volume_attachments", volume), nil) //nolint:bodyclose // gophercloud has read it, and closed it
	require.NoError(t, err)
	code, out = c.eris("cleanup", run)
	require.Equal(t, 0, code, out)
	require.Contains(t, out, "served: 1 deleted, nothing left")
	require.Equal(t, before, c.everything())
}
