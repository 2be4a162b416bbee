package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/ssh/knownhosts"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/service"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
	"github.com/openstack-eris/eris/testenv/simcloud/node"
	simssh "github.com/openstack-eris/eris/testenv/simcloud/ssh"
	"github.com/openstack-eris/eris/testenv/simcloud/systemd"
)

const (
	hundred      = 100
	spreadTarget = time.Second
	doctorTarget = 5 * time.Second
)

// hundredRow: many nodes cost no more patience than one.
func hundredRow() row {
	return row{
		name: "hundred", what: "100 simulated nodes, all in this one process: one service.stop on all of them, and doctor on all of them",
		target: "all struck within 1 s, looked at in under 5 s",
		measure: func(ctx context.Context, _ bool) ([]line, error) {
			h, err := startHundred(ctx)
			if err != nil {
				return nil, err
			}
			defer h.close()
			return h.measure(ctx)
		},
	}
}

// hundredNodes are simulated nodes behind SSH, with one service each.
type hundredNodes struct {
	dir     string
	nodes   []*node.Node
	servers []*simssh.Server
	pool    *remote.Pool
	cloud   *inventory.Cloud
}

func (h *hundredNodes) close() {
	if h.pool != nil {
		_ = h.pool.Close() // nothing more is asked of it
	}
	for _, n := range h.nodes {
		n.Close()
	}
	for _, s := range h.servers {
		_ = s.Close() // it was only listening
	}
	_ = os.RemoveAll(h.dir) // a temporary folder
}

func startHundred(ctx context.Context) (h *hundredNodes, err error) {
	h = &hundredNodes{}
	defer func() {
		if err != nil {
			h.close()
		}
	}()
	if h.dir, err = os.MkdirTemp("", "eris-bench-"); err != nil {
		return nil, fmt.Errorf("make folder: %w", err)
	}
	user, err := simssh.NewKeyFile(filepath.Join(h.dir, "id"))
	if err != nil {
		return nil, err
	}
	host, err := simssh.NewKeyFile(filepath.Join(h.dir, "host"))
	if err != nil {
		return nil, err
	}
	var known, nodes strings.Builder
	for i := range hundred {
		name := fmt.Sprintf("node-%d", i+1)
		n, err := node.New(ctx, node.Options{Name: name, Cloud: "hundred", Address: fmt.Sprintf("127.1.0.%d", i+1), Units: []node.Unit{{
			Name: "keystone.service", Exec: "/usr/bin/keystone", Daemon: systemd.Daemon{Startup: func() time.Duration { return 100 * time.Millisecond }},
		}}})
		if err != nil {
			return nil, fmt.Errorf("start %s: %w", name, err)
		}
		h.nodes = append(h.nodes, n)
		server, err := simssh.Listen(ctx, simssh.Options{
			HostKey: host, Authorized: user.PublicKey(),
			Run: func(ctx context.Context, c simssh.Command) int { return n.Run(ctx, node.Session(c)) },
		})
		if err != nil {
			return nil, err
		}
		h.servers = append(h.servers, server)
		address := server.Addr().String()
		fmt.Fprintln(&known, knownhosts.Line([]string{address}, host.PublicKey()))
		fmt.Fprintf(&nodes, "  %s: {address: '%s', roles: [controller]}\n", name, address)
	}
	text := fmt.Sprintf(`version: eris/v1
cloud: {name: hundred, kind: simulated, chaos: allowed}
ssh: {user: root, key: '%[1]s/id', known_hosts: '%[1]s/known'}
nodes:
%[2]sservices:
  keystone: {unit: keystone.service, on: {role: controller}, health: {command: systemctl -q is-active keystone.service}}
`, h.dir, nodes.String())
	file := filepath.Join(h.dir, "inventory.yaml")
	err = errors.Join(os.WriteFile(filepath.Join(h.dir, "known"), []byte(known.String()), 0o600), os.WriteFile(file, []byte(text), 0o600))
	if err != nil {
		return nil, fmt.Errorf("write inventory: %w", err)
	}
	if h.cloud, err = inventory.Load(file); err != nil {
		return nil, err
	}
	h.pool, err = remote.NewPool(h.cloud, remote.Options{ConnectTimeout: time.Minute})
	return h, err
}

// strikes is a journal that keeps when each target's inject began and when it was
// seen struck, by the node's own stamps.
type strikes struct {
	mu              sync.Mutex
	injecting, held []time.Duration
}

// Event keeps the stamps of an event.
func (s *strikes) Event(e record.Event) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e.Target != nil && e.Target.NodeAt != nil {
		switch e.Target.State {
		case record.Injecting:
			s.injecting = append(s.injecting, *e.Target.NodeAt)
		case record.Held:
			s.held = append(s.held, *e.Target.NodeAt)
		default:
		}
	}
	return nil
}

// EventSync is Event.
func (s *strikes) EventSync(e record.Event) error { return s.Event(e) }

func (h *hundredNodes) measure(ctx context.Context) ([]line, error) {
	names := make([]string, 0, hundred)
	var targets []faults.Target
	for _, n := range h.cloud.Nodes {
		names = append(names, n.Name)
		targets = append(targets, faults.Target{Node: n, Service: h.cloud.ServiceByName("keystone"), Cloud: h.cloud})
	}
	cold, err := h.doctor(ctx, names)
	if err != nil {
		return nil, err
	}
	clock, seen := record.NewClock(), &strikes{}
	life := faults.New(faults.Deps{Runner: h.pool, Journal: seen, Clock: clock},
		faults.Run{ID: "bench-hundred", Owner: "bench", Kind: inventory.Simulated, Chaos: true})
	i, err := life.Injection(faults.Spec{Name: "strike", Fault: &service.Stop{}, Targets: targets, Timing: faults.NewTiming(0, 10*time.Second, time.Minute)})
	if err != nil {
		return nil, err
	}
	fired, err := strikeAll(ctx, i, clock)
	if err != nil {
		return nil, err
	}
	warm, err := h.doctor(ctx, names)
	if err != nil {
		return nil, err
	}
	if len(seen.held) != hundred || len(seen.injecting) != hundred {
		return nil, fmt.Errorf("strike %d nodes: %d began and %d were seen struck", hundred, len(seen.injecting), len(seen.held))
	}
	spread := slices.Max(seen.held) - slices.Min(seen.held)
	return []line{
		{"first to last node struck", ms(spread), "", judge(spread <= spreadTarget)},
		{"first to last inject begun", ms(slices.Max(seen.injecting) - slices.Min(seen.injecting)), "", beside},
		{"trigger to the last node struck", ms(slices.Max(seen.held) - fired), "", beside},
		{"doctor, nothing connected before", ms(cold), "", judge(cold < doctorTarget)},
		{"doctor, connected", ms(warm), "", judge(warm < doctorTarget)},
	}, nil
}

// strikeAll takes a fault through its life, and says when it was fired.
func strikeAll(ctx context.Context, i *faults.Injection, clock record.Clock) (fired time.Duration, err error) {
	if err := i.Preflight(ctx); err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, i.Undo(context.WithoutCancel(ctx), "engine", "")) }()
	if err := i.Arm(ctx); err != nil {
		return 0, err
	}
	fired = clock.Now()
	return fired, i.Fire(ctx, func(context.Context) (faults.Aim, error) { return faults.Aim{}, nil })
}

// doctor looks at all nodes, which have to be clean.
func (h *hundredNodes) doctor(ctx context.Context, names []string) (time.Duration, error) {
	start := time.Now()
	for _, d := range faults.Doctor(ctx, h.pool, names) {
		if !d.Clean() {
			return 0, fmt.Errorf("look at %s: %+v", d.Node, d)
		}
	}
	return time.Since(start), nil
}
