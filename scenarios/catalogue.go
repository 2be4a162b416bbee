package scenarios

import (
	"github.com/openstack-eris/eris/collectors"
	"github.com/openstack-eris/eris/collectors/captures"
	"github.com/openstack-eris/eris/conditions"
	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/loadgen"
)

// Catalogue is everything that a scenario can ask for by name. Its caller
// fills it, so that this package knows none of the kinds.
type Catalogue struct {
	Faults     *document.Kinds[faults.Fault]
	Workloads  *document.Kinds[loadgen.Workload]
	Collectors *document.Kinds[collectors.Collector]
	Captures   *document.Kinds[captures.Capture]
	// Objectives are the functions that objectives may call: the KPIs.
	Objectives []conditions.Function
}

// signals lists what every collector of the catalogue could publish, by the
// collector's kind.
func (c *Catalogue) signals() map[string][]collectors.SignalInfo {
	all := map[string][]collectors.SignalInfo{}
	for _, name := range c.Collectors.Names() {
		kind, _ := c.Collectors.Lookup(name)
		all[name] = kind.New().Signals()
	}
	return all
}
