package main

import (
	"github.com/openstack-eris/eris/collectors"
	"github.com/openstack-eris/eris/collectors/captures"
	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
	faultkinds "github.com/openstack-eris/eris/faults/catalogue"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/loadgen/workloads"
	"github.com/openstack-eris/eris/scenarios"
)

// newCatalogue is everything that a scenario can ask for: the one place where
// kinds and the command line meet.
func newCatalogue() *scenarios.Catalogue {
	c := &scenarios.Catalogue{
		Faults:     &document.Kinds[faults.Fault]{},
		Workloads:  workloads.All(),
		Collectors: collectors.Catalogue(),
		Captures:   captures.Catalogue(),
		Objectives: kpi.Functions(),
	}
	faultkinds.Fill(c.Faults)
	return c
}
