package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/testenv/lab"
	"github.com/openstack-eris/eris/testenv/simcloud"
)

// cloudFlag is the value of -i: a file, lab[:NAME], or sim[:CONTROLLERS].
// Empty means the embedded cloud: the default of a destructive tool is the one
// place where nothing can be destroyed. Commands that look after a cloud have none.
type cloudFlag string

// register adds -i to a command.
func (f *cloudFlag) register(cmd *cobra.Command) {
	cmd.Flags().StringVarP((*string)(f), "inventory", "i", "",
		"inventory: a file, lab[:NAME], or sim[:CONTROLLERS] (default $ERIS_INVENTORY, else the embedded cloud)")
}

// registerNamed adds -i to a command that looks after a cloud, which has to be named.
func (f *cloudFlag) registerNamed(cmd *cobra.Command) {
	cmd.Flags().StringVarP((*string)(f), "inventory", "i", "",
		"inventory: a file, lab[:NAME], or sim[:CONTROLLERS] (default $ERIS_INVENTORY)")
}

// where is the value of -i, or the environment's.
func (f cloudFlag) where() string { return cmp.Or(string(f), os.Getenv("ERIS_INVENTORY")) }

// named refuses where no cloud is named. Who asks what is left on a cloud, or wants
// it healed, means one that is there: a fresh embedded one would be clean, and its
// nodes may well bear the names of those that are meant.
func (f cloudFlag) named() error {
	if f.where() != "" {
		return nil
	}
	return refuse(errors.New("no cloud is named: neither -i nor $ERIS_INVENTORY gives an inventory"),
		"-i INVENTORY says which; -i sim is a fresh embedded cloud, on which nothing was ever done")
}

// openCloud is the cloud that a command works on. Close ends what was started
// for it, which is nothing unless the cloud is the embedded one.
type openCloud struct {
	*inventory.Cloud
	embedded *simcloud.Cloud
}

func (c *openCloud) Close() error {
	if c.embedded == nil {
		return nil
	}
	return c.embedded.Close()
}

// String names the cloud, and where its inventory is.
func (c *openCloud) String() string {
	if c.embedded != nil {
		return fmt.Sprintf("cloud %s (embedded, begun just now)", c.Name)
	}
	return fmt.Sprintf("cloud %s (%s)", c.Name, c.File)
}

// open loads the inventory that the flag names and, for the embedded cloud,
// starts it. For a lab the process moves into the lab's network first.
func (f cloudFlag) open(ctx context.Context, seed int64) (*openCloud, error) {
	where := f.where()
	kind, rest, _ := strings.Cut(where, ":")
	switch kind {
	case "", "sim":
		return openEmbedded(ctx, rest, seed)
	case "lab":
		return openLab(rest)
	}
	return openFile(where)
}

func openFile(path string) (*openCloud, error) {
	cloud, err := inventory.Load(path)
	if err != nil {
		return nil, refuse(err, "")
	}
	// A lab's addresses mean something in its own network only.
	if of, is := lab.OfInventory(path); is && cloud.Kind == inventory.Lab {
		if err := lab.JoinNetwork(of); err != nil {
			return nil, refuse(fmt.Errorf("enter the lab's network: %w", err), "eris lab status says how it is")
		}
	}
	return &openCloud{Cloud: cloud}, nil
}

func openLab(name string) (*openCloud, error) {
	path, err := lab.Inventory(lab.Find(name))
	if err != nil {
		return nil, refuse(err, "eris lab up makes it")
	}
	return openFile(path)
}

func openEmbedded(ctx context.Context, size string, seed int64) (*openCloud, error) {
	controllers := 0
	if size != "" {
		n, err := strconv.Atoi(size)
		if err != nil || n < 1 || n > 9 {
			return nil, refuse(fmt.Errorf("the embedded cloud cannot have %q controllers", size), "from sim:1 to sim:9")
		}
		controllers = n
	}
	// It must outlive an interrupt: what was done to it is still to be undone.
	embedded, err := simcloud.Start(context.WithoutCancel(ctx), simcloud.Options{Seed: seed, Controllers: controllers})
	if err != nil {
		return nil, fmt.Errorf("start the embedded cloud: %w", err)
	}
	cloud, err := inventory.Load(embedded.Inventory())
	if err != nil {
		return nil, errors.Join(fmt.Errorf("load the embedded cloud's inventory: %w", err), embedded.Close())
	}
	if cloud.Digest, err = shape(cloud); err != nil {
		return nil, errors.Join(err, embedded.Close())
	}
	return &openCloud{Cloud: cloud, embedded: embedded}, nil
}

// shape is the digest of what choices follow from. The embedded cloud's file
// says also where this one listens and where its keys are, which differs each
// time, while the same scenario and seed are to give the same plan.
func shape(cloud *inventory.Cloud) (string, error) {
	nodes := make([]inventory.Node, len(cloud.All()))
	for i, node := range cloud.All() {
		nodes[i] = *node
		nodes[i].Address, nodes[i].SSH = netip.AddrPort{}, inventory.SSH{}
		if node.Power != nil {
			nodes[i].Power = &inventory.Power{Kind: node.Power.Kind}
		}
	}
	text, err := json.Marshal([]any{cloud.Name, cloud.Kind, nodes, cloud.Switches, cloud.Services, cloud.Groups})
	if err != nil {
		return "", fmt.Errorf("digest of the embedded cloud: %w", err)
	}
	return fmt.Sprintf("%x", sha256.Sum256(text)), nil
}
