package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/redundancy"
)

// judge reads the run's journal: which faults were let through to how many targets,
// and whether what was struck at any one moment was more than a group's rule
// tolerates.
func (t *trial) judge() (injected map[string]int, err error) {
	dir, err := filepath.EvalSymlinks(filepath.Join(t.dir, "runs", "latest"))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil // refused before there was a record
	}
	if err != nil {
		return nil, fmt.Errorf("find record: %w", err)
	}
	run, err := record.Open(dir)
	if err != nil {
		return nil, err
	}
	injected = map[string]int{}
	held := map[record.Target]int{} // faults that strike it
	for e, err := range run.Events() {
		if err != nil {
			return injected, err
		}
		if e.Target == nil {
			continue
		}
		switch e.Target.State {
		case record.Injecting:
			injected[e.Target.Name]++
			held[e.Target.Target]++
			if err := redundancy.New(t.known).Check(members(held)); err != nil {
				return injected, fmt.Errorf("more was struck than is tolerated: %w", err)
			}
		case record.Undone, record.SelfHealed:
			held[e.Target.Target]--
		default:
		}
	}
	return injected, nil
}

func members(held map[record.Target]int) []inventory.Ref {
	var refs []inventory.Ref
	for target, n := range held {
		if n > 0 {
			refs = append(refs, inventory.Ref(target))
		}
	}
	slices.SortFunc(refs, inventory.Ref.Compare)
	return refs
}
