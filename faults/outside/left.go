package outside

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/inventory"
)

// Left is a fault that is not over, or what nothing here explains.
type Left struct {
	Node   string
	ID     string // empty when no fault on this machine explains it
	What   string
	Remedy string // exact shell command for a person
}

// folders are those of the faults that are kept, or why that is not known.
func (k *Keeper) folders() ([]Folder, error) {
	entries, err := os.ReadDir(k.Dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil // nothing was ever kept
	}
	if err != nil {
		return nil, fmt.Errorf("look for faults that are kept here: %w", err)
	}
	var found []Folder
	for _, entry := range entries {
		if f := k.folder(entry.Name()); entry.IsDir() && entry.Name() != "history" && entry.Name() != "halted" && entry.Name() != late {
			found = append(found, f)
		}
	}
	return found, nil
}

// of lists the guards of a cloud's nodes: by name, and by the place that is struck,
// since two clouds may use one name.
func (k *Keeper) of(cloud *inventory.Cloud, nodes []string) (guards []*guard, err error) {
	folders, err := k.folders()
	for _, f := range folders {
		e, wrong := read(f, k.Family)
		if wrong != nil {
			if f.State() != Gone {
				err = errors.Join(err, wrong)
			}
			continue
		}
		node := e.Base().Node
		if !slices.Contains(nodes, node) || !e.Today(cloud) {
			continue
		}
		if f.State() == Gone { // it ended while its folder was being taken away
			err = errors.Join(err, os.RemoveAll(string(f)))
			continue
		}
		g, wrong := opened(f, e, k.Family)
		if wrong != nil {
			err = errors.Join(err, fmt.Errorf("%s: %w", node, wrong))
			continue
		}
		guards = append(guards, g)
	}
	return guards, err
}

// named is how a fault is called.
func (k *Keeper) named(id string) string { return k.Family.Words().Family + " fault " + id }

// Heal undoes what faults of this machine did to these nodes, and what the family
// finds of other machines' that it can be sure of, and waits up to patience for the
// proof. It ends a halt. Undone are the ids, left is what could not be proven.
func (k *Keeper) Heal(ctx context.Context, cloud *inventory.Cloud, nodes []string, patience time.Duration) (undone []string, left []Left, err error) {
	undone, left, err = k.endAll(ctx, cloud, nodes, "heal", patience)
	if wrong := os.Remove(k.haltFile(cloud.Name)); wrong != nil && !errors.Is(wrong, os.ErrNotExist) {
		err = errors.Join(err, wrong)
	}
	return undone, left, err
}

// Halt forbids faults of the family in the cloud on this machine until Heal, then
// does as Heal does.
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
	k.forget()
	guards, err := k.of(cloud, nodes)
	kept := known(guards)
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
			left = append(left, Left{Node: g.Node, ID: g.ID, What: k.named(g.ID) + ": " + problem, Remedy: g.remedy(ctx)})
		})
	}
	group.Wait()
	if collecting, is := k.Family.(Collecting); !is { // what may be another machine's is named
		strays, wrong := k.strays(ctx, cloud, nodes, kept)
		more, still := k.restore(ctx, cloud, strays, patience)
		undone, left, err = append(undone, more...), append(left, still...), errors.Join(err, wrong)
	} else {
		// What is over and may yet come bears its mark for its worker, which takes it back:
		// without it nobody would know it for Eris'.
		watched := k.aside()
		maps.Copy(kept, watched)
		more, still, wrong := collecting.Collect(ctx, cloud, nodes, kept)
		undone, left, err = append(undone, more...), append(left, still...), errors.Join(err, wrong)
		if len(watched) > 0 {
			marked, wrong := k.strays(ctx, cloud, nodes, known(guards))
			err = errors.Join(err, wrong)
			left = append(left, slices.DeleteFunc(marked, func(l Left) bool { return !watched[l.ID] })...)
		}
	}
	return undone, left, err
}

// restore takes back those of the strays that the cloud's nodes bear witness of, and says
// which of them are left.
func (k *Keeper) restore(ctx context.Context, cloud *inventory.Cloud, strays []Left, patience time.Duration) (undone []string, left []Left) {
	restoring, is := k.Family.(Restoring)
	done := make([]string, len(strays))
	var group sync.WaitGroup
	for n := range strays {
		w, told := k.witness(strays[n].Node)
		if !is || !told {
			continue
		}
		group.Go(func() {
			if err := restoring.Restore(ctx, cloud, w, patience); err != nil {
				strays[n].What += ", and it could not be taken back: " + err.Error()
				return
			}
			done[n] = w.ID
		})
	}
	group.Wait()
	for n, id := range done {
		if id == "" {
			left = append(left, strays[n])
		} else {
			undone = append(undone, id)
		}
	}
	return undone, left
}

// witness is what the cloud's nodes say of a fault on one of them, but of one that is known
// here to be over: what was done to the node since was not Eris.
func (k *Keeper) witness(node string) (faults.Witness, bool) {
	at := slices.IndexFunc(k.Told, func(w faults.Witness) bool {
		_, err := os.Stat(filepath.Join(k.Dir, "history", w.ID))
		return w.Node == node && err != nil
	})
	if at < 0 {
		return faults.Witness{}, false
	}
	return k.Told[at], true
}

// remedy is what a person types to undo a fault by hand.
func (g *guard) remedy(ctx context.Context) string {
	if advising, is := g.order.(Advising); is {
		return advising.Remedy(ctx)
	}
	return g.errand.Remedy()
}

// known are the ids of faults and the names of their nodes.
func known(guards []*guard) map[string]bool {
	kept := map[string]bool{}
	for _, g := range guards {
		kept[g.ID], kept[g.Node] = true, true
	}
	return kept
}

func (k *Keeper) endOne(ctx context.Context, g *guard, by string, patience time.Duration) (problem string) {
	verb := "end"
	patience += g.lateFor()
	for began := Uptime(); ; {
		a := &answer{}
		err := k.call(ctx, g, a, verb, []string{by})
		if g.State() == Gone {
			return ""
		}
		problem = strings.TrimSpace(fmt.Sprintf("it is %s %s", g.State(), a.String()))
		if err != nil {
			problem += ": " + err.Error()
		}
		if Uptime()-began > patience || Wait(ctx, AskEvery) != nil {
			return problem
		}
		if verb = "end"; g.State() == "undone" {
			verb = "verify"
		}
	}
}

// Doctor tells what is left of the family's faults, and what could be though nothing
// here explains it. It changes nothing.
func (k *Keeper) Doctor(ctx context.Context, cloud *inventory.Cloud, nodes []string) ([]Left, error) {
	var left []Left
	guards, err := k.of(cloud, nodes)
	for _, g := range guards {
		what := fmt.Sprintf("%s, %s, of %s", k.named(g.ID), g.State(), g.Owner)
		if wrong := g.alive(); wrong != nil {
			what += ": " + wrong.Error()
		}
		left = append(left, Left{Node: g.Node, ID: g.ID, What: what, Remedy: "eris heal, or " + g.remedy(ctx)})
	}
	strays, wrong := k.strays(ctx, cloud, nodes, known(guards))
	return append(left, strays...), errors.Join(err, wrong)
}

func (k *Keeper) haltFile(cloud string) string {
	return filepath.Join(k.Dir, "halted", url.PathEscape(cloud))
}

// oldest is the folder of the family that an Eris kept which had no other. Its halt is
// written there alone, and is one of all families; who heals takes it away there.
const oldest = "power"

func (k *Keeper) halted(cloud string) string {
	text, err := os.ReadFile(k.haltFile(cloud))
	if errors.Is(err, os.ErrNotExist) {
		old := Keeper{Dir: filepath.Join(filepath.Dir(k.Dir), oldest)}
		text, err = os.ReadFile(old.haltFile(cloud))
	}
	if errors.Is(err, os.ErrNotExist) {
		return ""
	}
	if err != nil {
		return err.Error()
	}
	return cmp.Or(strings.TrimSpace(string(text)), "no reason told")
}
