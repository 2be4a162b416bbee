package main

import (
	"github.com/openstack-eris/eris/collectors"
	"github.com/openstack-eris/eris/collectors/logged"
	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory/remote"
	"github.com/openstack-eris/eris/scenarios"
	"github.com/openstack-eris/eris/scenarios/engine"
)

// logsOf are the logs of the nodes on which the plan has something run in any case: the files
// that the collector logs knows, those that the scenario tells it, and the journals. It is
// nil where nobody wants them.
func (f *runFlags) logsOf(nodes *remote.Pool, plan *scenarios.Plan, clock record.Clock) engine.Logs {
	names := plan.Reached()
	if f.noLogs || f.rehearse || len(names) == 0 {
		return nil
	}
	book := &logged.Book{Nodes: nodes, Cloud: plan.Inventory, Clock: clock, Names: names}
	for _, c := range plan.Spec.Collectors {
		if logs, is := c.Collector.(*collectors.Logs); is {
			book.Files = append(book.Files, logs.Files...)
		}
	}
	return book
}
