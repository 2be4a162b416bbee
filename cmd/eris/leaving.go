package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
	"github.com/openstack-eris/eris/loadgen/workloads"
	"github.com/openstack-eris/eris/scenarios"
)

// members are where the services of an inventory are listened at, by their names.
func members(cloud *inventory.Cloud) map[string][]string {
	all := map[string][]string{}
	for _, s := range cloud.Services {
		for _, name := range s.Nodes {
			if node := cloud.NodeByName(name); node != nil && s.Port > 0 && node.Listen != "" {
				all[s.Name] = append(all[s.Name], net.JoinHostPort(node.Listen, strconv.Itoa(s.Port)))
			}
		}
	}
	return all
}

// leave removes, or looks for, what the loads of a run made outside of OpenStack. What
// and where that is, only the run's own scenario says: without a record there is nothing.
func (f *cleanupFlags) leave(ctx context.Context, cloud *inventory.Cloud, rec *record.Run) (all openstack.Cleaned) {
	if rec == nil || !slices.ContainsFunc(rec.Meta().Loads, func(l record.LoadPlan) bool { return leaves(l.Workload) }) {
		return all
	}
	file := filepath.Join(rec.Dir(), "scenario.yaml")
	source, err := os.ReadFile(file)
	var spec *scenarios.Spec
	if err == nil {
		spec, err = scenarios.Read(file, source, scenarios.Options{Catalogue: newCatalogue()})
	}
	if err != nil {
		all.Unknown = []openstack.Left{{What: "what loads made outside of OpenStack", Why: fmt.Sprintf("the run's scenario cannot be read: %v", err)}}
		return all
	}
	for _, l := range spec.Loads {
		leaver, is := l.Workload.(loadgen.Leaver)
		if !is {
			continue
		}
		env := loadgen.Env{Run: rec.Meta().Of(), Load: l.Name, Members: members(cloud)}
		switch what, there, err := leaver.Left(ctx, env, f.dryRun); {
		case err != nil:
			all.Unknown = append(all.Unknown, openstack.Left{What: what, Why: err.Error()})
		case there && f.dryRun:
			all.Left = append(all.Left, openstack.Left{What: what})
		case there:
			all.Gone = append(all.Gone, what)
		}
	}
	return all
}

// leaves tells whether a workload makes something outside of OpenStack.
func leaves(workload string) bool {
	kind, known := workloads.All().Lookup(workload)
	if !known {
		return false
	}
	_, is := kind.New().(loadgen.Leaver)
	return is
}
