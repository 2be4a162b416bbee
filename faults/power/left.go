package power

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote/power"
)

// Left is a power fault that is not over, or a node that is without power.
type Left struct {
	Node   string
	ID     string // empty when no fault on this machine explains it
	What   string
	Remedy string // exact shell command for a person
}

func (k *Keeper) folders() []folder {
	entries, err := os.ReadDir(k.Dir)
	if err != nil {
		return nil // nothing was ever kept
	}
	var found []folder
	for _, entry := range entries {
		if f := k.folder(entry.Name()); entry.IsDir() && entry.Name() != "history" && entry.Name() != "halted" {
			found = append(found, f)
		}
	}
	return found
}

// of lists the guards of a cloud's nodes: by name, and by controller, since two
// clouds may use one name.
func (k *Keeper) of(cloud *inventory.Cloud, nodes []string) (guards []*guard, err error) {
	for _, f := range k.folders() {
		t, wrong := f.task()
		if wrong != nil {
			if f.state() != gone {
				err = errors.Join(err, wrong)
			}
			continue
		}
		node := cloud.NodeByName(t.Node)
		if node == nil || node.Power == nil || !t.isAt(node.Power) || !slices.Contains(nodes, t.Node) {
			continue
		}
		if f.state() == gone { // it ended while its folder was being taken away
			err = errors.Join(err, os.RemoveAll(string(f)))
			continue
		}
		t.Power = *absolute(node.Power) // by today's inventory
		driver, wrong := power.Open(&t.Power, nil)
		if wrong != nil {
			err = errors.Join(err, fmt.Errorf("%s: %w", t.Node, wrong))
			continue
		}
		guards = append(guards, &guard{folder: f, task: t, driver: driver})
	}
	return guards, err
}

// Heal gives every node of these its power back that a fault on this machine
// took, and waits up to patience for the proof. It ends a halt. Undone are
// the ids, left is what could not be proven.
func (k *Keeper) Heal(ctx context.Context, cloud *inventory.Cloud, nodes []string, patience time.Duration) (undone []string, left []Left, err error) {
	undone, left, err = k.endAll(ctx, cloud, nodes, "heal", patience)
	if wrong := os.Remove(k.haltFile(cloud.Name)); wrong != nil && !errors.Is(wrong, os.ErrNotExist) {
		err = errors.Join(err, wrong)
	}
	return undone, left, err
}

// Halt forbids power faults of the cloud on this machine until Heal, then does
// as Heal does.
func (k *Keeper) Halt(ctx context.Context, cloud *inventory.Cloud, nodes []string, reason string, patience time.Duration) (undone []string, left []Left, err error) {
	file := k.haltFile(cloud.Name)
	err = os.MkdirAll(filepath.Dir(file), 0o700)
	if err == nil {
		err = os.WriteFile(file, []byte(reason+"\n"), 0o600)
	}
	undone, left, wrong := k.endAll(ctx, cloud, nodes, "halt", patience)
	return undone, left, errors.Join(err, wrong)
}

func (k *Keeper) endAll(ctx context.Context, cloud *inventory.Cloud, nodes []string, by string, patience time.Duration) (undone []string, left []Left, err error) {
	guards, err := k.of(cloud, nodes)
	var mu sync.Mutex
	var group sync.WaitGroup
	for _, g := range guards {
		group.Go(func() {
			problem := k.endOne(ctx, g, by, patience)
			mu.Lock()
			defer mu.Unlock()
			if problem == "" {
				undone = append(undone, g.ID)
				return
			}
			left = append(left, Left{Node: g.Node, ID: g.ID, What: "power fault " + g.ID + ": " + problem, Remedy: faults.PowerRemedy(&g.Power)})
		})
	}
	group.Wait()
	return undone, left, err
}

func (k *Keeper) endOne(ctx context.Context, g *guard, by string, patience time.Duration) (problem string) {
	verb := "end"
	if g.late() {
		patience += lateWithin
	}
	for began := uptime(); ; {
		a := &answer{}
		err := k.call(ctx, g, a, verb, []string{by})
		if g.state() == gone {
			return ""
		}
		problem = strings.TrimSpace(fmt.Sprintf("it is %s %s", g.state(), a.String()))
		if err != nil {
			problem += ": " + err.Error()
		}
		if uptime()-began > patience || wait(ctx, askEvery) != nil {
			return problem
		}
		if verb = "end"; g.state() == "undone" {
			verb = "verify"
		}
	}
}

// Doctor tells what is left of power faults, and which nodes are without power
// though nothing here explains it. It changes nothing.
func (k *Keeper) Doctor(ctx context.Context, cloud *inventory.Cloud, nodes []string) ([]Left, error) {
	var left []Left
	guards, err := k.of(cloud, nodes)
	kept := map[string]bool{}
	for _, g := range guards {
		kept[g.Node] = true
		what := fmt.Sprintf("power fault %s, %s, of %s", g.ID, g.state(), g.Owner)
		if wrong := g.alive(); wrong != nil {
			what += ": " + wrong.Error()
		}
		left = append(left, Left{Node: g.Node, ID: g.ID, What: what, Remedy: "eris heal, or " + faults.PowerRemedy(&g.Power)})
	}
	for _, name := range nodes {
		node := cloud.NodeByName(name)
		if node == nil || node.Power == nil || kept[name] {
			continue
		}
		driver, wrong := power.Open(node.Power, nil)
		if wrong != nil {
			continue // only a power fault needs it, and its preflight says so
		}
		bounded, cancel := context.WithTimeout(ctx, onWithin)
		state, wrong := driver.Status(bounded)
		cancel()
		if wrong == nil && state == power.Off {
			left = append(left, Left{Node: name, What: "its power is off, and no fault on this machine is the cause", Remedy: faults.PowerRemedy(node.Power)})
		}
	}
	return left, err
}

func (k *Keeper) haltFile(cloud string) string {
	return filepath.Join(k.Dir, "halted", url.PathEscape(cloud))
}

func (k *Keeper) halted(cloud string) string {
	text, err := os.ReadFile(k.haltFile(cloud))
	if errors.Is(err, os.ErrNotExist) {
		return ""
	}
	if err != nil {
		return err.Error()
	}
	return cmp.Or(strings.TrimSpace(string(text)), "no reason told")
}
