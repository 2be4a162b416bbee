package main

import (
	"context"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/collectors/tested"
	"github.com/openstack-eris/eris/inventory/remote"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
	"github.com/openstack-eris/eris/loadgen/workloads"
	"github.com/openstack-eris/eris/scenarios"
)

// whatIsTested asks what they are: the nodes on which the plan has something run in any
// case, of one that only sends loads all of the inventory, and the APIs.
func whatIsTested(nodes remote.Runner, plan *scenarios.Plan) func(context.Context, loadgen.Env) *record.Tested {
	return func(ctx context.Context, env loadgen.Env) *record.Tested {
		found := tested.Nodes(ctx, nodes, plan.Inventory, plan.Described())
		if plan.Inventory.OpenStack.Cloud == "" {
			return found
		}
		versions, err := openstack.Versions(ctx, env, workloads.Services())
		if err != nil {
			found.Silent = append(found.Silent, record.TestedSilence{Why: record.OneLine("APIs: "+err.Error(), 200)})
		}
		for name, version := range versions {
			found.Add(record.TestedAPI, name, version, "")
		}
		found.Sort()
		return found
	}
}
