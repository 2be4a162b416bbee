package main

import (
	"context"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/testenv/lab"
	"github.com/openstack-eris/eris/testenv/simcloud"
)

// place is a cloud on which schedules are tried, and what can befall it.
type place interface {
	// Inventory is the path of the cloud's inventory.
	Inventory() string
	// Cut takes the network between eris and a node away, or gives it back.
	Cut(ctx context.Context, node string, cut bool) error
	// Reboot takes a node's power away and gives it back.
	Reboot(ctx context.Context, node string) error
	Close() error
}

// simulated is an embedded cloud, one for each trial.
type simulated struct{ *simcloud.Cloud }

func newSimulated(ctx context.Context, seed uint64) (place, error) {
	cloud, err := simcloud.Start(ctx, simcloud.Options{Seed: int64(seed)})
	if err != nil {
		return nil, err
	}
	return simulated{cloud}, nil
}

func (s simulated) Cut(_ context.Context, node string, cut bool) error {
	return s.CutSSH(node, cut || !s.Node(node).On())
}

func (s simulated) Reboot(_ context.Context, node string) error {
	return s.Cloud.Reboot(node) //nolint:contextcheck // it boots whatever becomes of the trial
}

// real is a lab that is up, the same for all trials. This process has joined
// its network.
type real struct {
	options lab.Options
	file    string
	cloud   *inventory.Cloud
}

// newReal joins the network of a lab.
func newReal(name string) (*real, error) {
	options := lab.Find(name)
	file, err := lab.Inventory(options)
	if err != nil {
		return nil, err
	}
	if err := lab.JoinNetwork(options); err != nil {
		return nil, err
	}
	cloud, err := inventory.Load(file)
	return &real{options, file, cloud}, err
}

func (r *real) Inventory() string { return r.file }
func (r *real) Close() error      { return nil } // it stays up

// Cut drops what this side of the lab's network sends to the node and gets from
// it. The nodes go on hearing each other, and the BMCs are another network.
func (r *real) Cut(ctx context.Context, node string, cut bool) error {
	table, address := "eris-schedules-"+node, r.cloud.NodeByName(node).Address.Addr()
	rules := fmt.Sprintf("table inet %s\ndelete table inet %[1]s\n", table)
	if cut {
		rules += fmt.Sprintf(`table inet %s {
	chain in { type filter hook input priority -450; ip saddr %[2]s drop; }
	chain out { type filter hook output priority -450; ip daddr %[2]s drop; }
}
`, table, address)
	}
	nft := exec.CommandContext(ctx, "nft", "-f", "-")
	nft.Stdin = strings.NewReader(rules)
	if said, err := nft.CombinedOutput(); err != nil {
		return fmt.Errorf("cut %s off: %w: %s", node, err, said)
	}
	return nil
}

func (r *real) Reboot(ctx context.Context, node string) error {
	if err := lab.PowerOff(ctx, r.options, node); err != nil {
		return err
	}
	return lab.PowerOn(ctx, r.options, node)
}

// stage is what schedules are drawn for: the nodes, and which services may be
// lost at all.
type stage struct {
	nodes    []string
	services []string
	numbers  []number
	heal     time.Duration // the longest that all takes to be as before
}

// stageOf reads a cloud. Services without redundancy are left alone: a fault on
// one of them is refused when it is planned.
func stageOf(cloud *inventory.Cloud) stage {
	var s stage
	for _, node := range cloud.Nodes {
		if slices.Contains(node.Roles, "controller") {
			s.nodes = append(s.nodes, node.Name)
		}
	}
	for _, group := range cloud.Groups {
		if group.Rule.Kind == inventory.Tolerate || len(group.Members) < 3 {
			continue
		}
		for _, member := range group.Members {
			if !slices.Contains(s.services, member.Service) {
				s.services = append(s.services, member.Service)
			}
		}
	}
	slices.Sort(s.services)
	for _, n := range repertoire() {
		if (n.lab || cloud.Kind == inventory.Simulated) && (n.of == "" || n.of == onNode || cloud.ServiceByName(n.of) != nil) {
			s.numbers = append(s.numbers, n)
		}
	}
	s.heal = 90 * time.Second
	if cloud.Kind != inventory.Simulated {
		s.heal = 4 * time.Minute
	}
	return s
}
