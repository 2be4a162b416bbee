package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/openstack-eris/eris/collectors"
	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
)

const (
	thousand        = 1000
	collectingCores = 0.5
	collectingMiB   = 10.0
)

// collectingRow: what many nodes cost whoever watches them.
func collectingRow() row {
	return row{
		name: "collecting", what: "1,000 nodes in another process, each printing a frame a second on its SSH session: read, given to triggers, recorded to disk",
		target: "every node's frames read, < 0.5 of a core, memory flat (growth <= 10 MiB)",
		measure: func(ctx context.Context, quick bool) ([]line, error) {
			nodes, long := thousand, time.Minute
			if quick {
				nodes, long = 50, 2*time.Second
			}
			return measureCollecting(ctx, nodes, long)
		},
	}
}

// collecting is what a run has for a collector: its record and its signals.
type collecting struct {
	signals *collectors.Signals
	file    *record.SignalWriter
	frames  atomic.Int64
	gaps    atomic.Int64
	mu      sync.Mutex
	failed  error
}

// Publish takes the readings of a frame.
func (c *collecting) Publish(_ context.Context, readings []record.Reading) {
	c.frames.Add(1)
	c.signals.Publish(readings, 3*time.Second)
	if err := c.file.Write(readings...); err != nil {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.failed = err
	}
}

// Collected counts the gaps.
func (*collecting) Forget([]record.Reading) {}

func (c *collecting) Collected(e record.CollectEvent) {
	if e.State == "gap" {
		c.gaps.Add(1)
	}
}

func measureCollecting(ctx context.Context, nodes int, long time.Duration) (lines []line, err error) {
	dir, err := os.MkdirTemp("", "eris-bench-")
	if err != nil {
		return nil, fmt.Errorf("make folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	fleet, err := start(ctx, "fleet", fleetArgs{Nodes: nodes, Dir: dir})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, fleet.end()) }()
	var addresses []string
	if err := fleet.read(&addresses); err != nil {
		return nil, err
	}
	cloud, err := fleetCloud(dir, addresses)
	if err != nil {
		return nil, err
	}
	pool, err := remote.NewPool(cloud, remote.Options{ConnectTimeout: time.Minute})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, pool.Close()) }()
	clock := record.NewClock()
	writer, err := record.Create(filepath.Join(dir, "run"), record.Meta{Scenario: "bench", Clock: clock})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, writer.Close()) }()
	sink := &collecting{signals: collectors.NewSignals(clock)}
	if sink.file, err = writer.Signals("nodes"); err != nil {
		return nil, err
	}
	watching, done := context.WithCancel(ctx)
	var running sync.WaitGroup
	running.Go(func() {
		collectors.Run(watching, pool, clock, collectors.Watch{
			Name: "nodes", Collector: &collectors.Node{}, Every: time.Second, Nodes: cloud.Nodes, Services: cloud.ServicesOn, Sink: sink,
		})
	})
	lines, err = sink.measure(ctx, nodes, long)
	done()
	running.Wait()
	return lines, errors.Join(err, sink.failed)
}

// measure waits until every node was heard of twice, and then looks at so long a
// time.
func (c *collecting) measure(ctx context.Context, nodes int, long time.Duration) ([]line, error) {
	for c.frames.Load() < 2*int64(nodes) {
		if err := rest(ctx, 100*time.Millisecond); err != nil {
			return nil, err
		}
	}
	gaps := c.gaps.Load() // while a thousand connect at once
	before := live()
	frames, began, used := c.frames.Load(), time.Now(), spent()
	if err := rest(ctx, long); err != nil {
		return nil, err
	}
	took, cost, read := time.Since(began).Seconds(), spent()-used, c.frames.Load()-frames
	held, err := resident()
	if err != nil {
		return nil, err
	}
	after := live()
	if lost := c.gaps.Load() - gaps; lost > 0 {
		return nil, fmt.Errorf("watch %d nodes: %d gaps", nodes, lost)
	}
	cores := cost.Seconds() / took
	return []line{
		{fmt.Sprintf("%d nodes", nodes), fmt.Sprintf("%.0f frames a second", float64(read)/took), fmt.Sprintf("%.3f of one a node", float64(read)/took/float64(nodes)), judge(float64(read) >= 0.97*took*float64(nodes))},
		{"processor", fmt.Sprintf("%.2f of a core, %.0f µs a frame", cores, cost.Seconds()*1e6/float64(read)), "", judge(cores < collectingCores)},
		{"memory in use", fmt.Sprintf("%.1f MiB, %.1f MiB %.0f s before", after, before, took), fmt.Sprintf("%.2f", after/before), judge(after-before <= collectingMiB)},
		{"resident memory, with what is not collected yet", fmt.Sprintf("%.1f MiB", held), "", beside},
	}, nil
}

// live is the memory that is in use, in MiB: what is left after the garbage was
// collected, whenever the runtime would have done so.
func live() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc+m.StackInuse) / (1 << 20)
}

// rest waits.
func rest(ctx context.Context, long time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(long):
		return nil
	}
}

// fleetCloud is the inventory of nodes at those addresses.
func fleetCloud(dir string, addresses []string) (*inventory.Cloud, error) {
	var nodes strings.Builder
	for i, address := range addresses {
		fmt.Fprintf(&nodes, "  node-%d: {address: '%s', roles: [compute]}\n", i+1, address)
	}
	file := filepath.Join(dir, "inventory.yaml")
	err := os.WriteFile(file, fmt.Appendf(nil, `version: eris/v1
cloud: {name: fleet, kind: simulated}
ssh: {user: root, key: '%[1]s/id', known_hosts: '%[1]s/known'}
nodes:
%[2]s`, dir, nodes.String()), 0o600)
	if err != nil {
		return nil, fmt.Errorf("write inventory: %w", err)
	}
	return inventory.Load(file)
}
