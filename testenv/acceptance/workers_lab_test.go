//go:build lab

package acceptance

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/testenv/lab"
	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

// sentByNodes is a load that nodes of the cloud send.
const sentByNodes = `version: eris/v1
name: sent-by-nodes
description: Tokens are asked for by machines of which one loses its power.
phases: {warmup: 1s, baseline: 3s, chaos: CHAOS, recovery: 2s}
loads:
  tokens: {workload: keystone.issue_token, arrivals: {rate: 12/s, process: poisson}, timeout: 5s}
stop_when: {none: the node that is lost is no part of what is tested}
objectives:
  - availability("tokens") >= 1%
`

// workerPort is where the run listens in the lab's own network.
const workerPort = "198.18.0.1:7422"

// outfit gives a node of the lab the program and the entry of clouds.yaml, until the test ends or the
// node loses its power.
func outfit(t *testing.T, cloud *labtest.Lab, node string) {
	t.Helper()
	binary, err := build()
	require.NoError(t, err)
	found, err := inventory.Load(cloud.Inventory)
	require.NoError(t, err)
	in := func(ctx context.Context, stdin []byte, script string) error {
		var said bytes.Buffer
		if err := lab.Enter(ctx, cloud.Options, node, []string{"sh", "-ec", script}, lab.Streams{In: bytes.NewReader(stdin), Out: &said, Err: &said}); err != nil {
			return fmt.Errorf("%s: %w: %s", node, err, said.String())
		}
		return nil
	}
	t.Cleanup(func() { _ = in(context.Background(), nil, "rm -rf "+workerFolder) }) // one that boots again has none of it
	for name, from := range map[string]string{"eris": binary, "clouds.yaml": found.OpenStack.File} {
		text, err := os.ReadFile(from)
		require.NoError(t, err)
		require.NoError(t, in(t.Context(), text, fmt.Sprintf("mkdir -p %[1]s; cat >%[1]s/%[2]s; chmod 700 %[1]s/%[2]s", workerFolder, name)))
	}
}

// workerFolder is where a node has what its worker needs: in memory.
const workerFolder = "/run/eris-worker"

// workersOf starts a run in the lab's own network and a worker on each of its nodes, as on machines
// of their own: each has its own network, and the cloud's addresses are on another machine.
func workersOf(t *testing.T, cloud *labtest.Lab, scenario string, nodes []string) (run *program, workers map[string]*program) {
	t.Helper()
	binary, err := build()
	require.NoError(t, err)
	t.Setenv("ERIS_WORKER_TOKEN", "0123456789abcdef0123456789abcdef")
	workers = map[string]*program{}
	for _, node := range nodes {
		workers[node] = start(t, "lab", "enter", "--name", cloud.Options.Name, node, "--",
			"env", "ERIS_WORKER_TOKEN="+os.Getenv("ERIS_WORKER_TOKEN"), path.Join(workerFolder, "eris"), "worker",
			"--clouds", path.Join(workerFolder, "clouds.yaml"), "nats://"+workerPort)
	}
	run = startCommand(t, exec.Command("nsenter", "--net="+cloud.Netns, binary, "run", scenario, "-i", cloud.Inventory, "--plain", "--no-logs",
		"--workers", fmt.Sprint(len(nodes)), "--listen", workerPort))
	return run, workers
}

// parts are the accounts of a run's workers, by the host that each was on, and how many outcomes of
// arrivals are in its record, each once.
func parts(t *testing.T, run *program) (of map[string]record.WorkerEvent, outcomes int64) {
	t.Helper()
	of = map[string]record.WorkerEvent{}
	hosts := map[string]string{}
	for _, e := range journal(t, run.record(t)) {
		if w := e.Worker; w != nil && w.State == record.WorkerJoined {
			hosts[w.Name] = w.Host
		} else if w != nil && w.State == record.WorkerAccounted {
			of[hosts[w.Name]] = *w
		}
	}
	read, err := record.Open(run.record(t))
	require.NoError(t, err)
	seen := map[int64]bool{}
	for s, err := range read.Samples("tokens") {
		require.NoError(t, err)
		if s.Operation == "" {
			require.False(t, seen[s.Iteration], "arrival %d is there twice", s.Iteration)
			seen[s.Iteration] = true
		}
	}
	return of, int64(len(seen))
}

// Workers on machines of their own send exactly the plan of a load of the cloud beside them.
// When one of them loses its power its part is counted, what it had acknowledged is in the
// record, and the run is unknown.
func TestWorkersOnNodesThatLoseTheirPower(t *testing.T) {
	cloud := labtest.Shared(t)
	nodes := []string{"ctl-1", "ctl-2", "ctl-3"}
	for _, node := range nodes {
		outfit(t, cloud, node)
	}

	run, workers := workersOf(t, cloud, scenario(t, sentByNodes, "CHAOS", "2s"), nodes)
	require.Zero(t, run.exit(t), "%s", run.stderr())
	for node, w := range workers {
		require.Zero(t, w.exit(t), "%s: %s", node, w.stderr())
	}
	accounts, outcomes := parts(t, run)
	require.Len(t, accounts, len(nodes), "each has its own host")
	var planned int64
	for host, w := range accounts {
		require.Len(t, w.Parts, 1)
		p := w.Parts[0]
		require.Positive(t, p.Sent, host)
		require.Equal(t, p.Planned, p.Sent+p.Dropped, host)
		require.Zero(t, p.Beyond+p.Unknown+p.NotSent, host)
		planned += p.Planned
	}
	require.Equal(t, planned, outcomes)

	dark := "ctl-3" // which is any of them; what serves is elsewhere afterwards
	run, _ = workersOf(t, cloud, scenario(t, sentByNodes, "CHAOS", "20s"), nodes)
	run.says(t, "phase chaos")
	off := eris(t, "lab", "power", "off", "--name", cloud.Options.Name, dark)
	require.Zero(t, off.exit(t), "%s", off.stderr())
	t.Cleanup(func() {
		on := eris(t, "lab", "power", "on", "--name", cloud.Options.Name, dark)
		require.Zero(t, on.exit(t), "%s", on.stderr())
	})
	require.Equal(t, 4, run.exit(t), "%s", run.stderr())
	require.Contains(t, run.stderr(), "is lost: it was not heard of")
	accounts, outcomes = parts(t, run)
	var sent int64
	for host, w := range accounts {
		p := w.Parts[0]
		sent += p.Sent + p.Dropped
		require.Equal(t, p.Planned, p.Sent+p.Dropped+p.Unknown+p.NotSent, host)
		require.Zero(t, p.Beyond, host)
		require.GreaterOrEqual(t, w.Taken, w.Acked, host)
		if host == dark {
			require.NotEmpty(t, w.Reason)
			require.Positive(t, p.Unknown, "what it may have sent")
			require.Positive(t, p.NotSent, "what was due when it had no power")
		} else {
			require.Empty(t, w.Reason, host)
			require.Zero(t, p.Unknown+p.NotSent, host)
		}
	}
	require.Equal(t, sent, outcomes)
}
