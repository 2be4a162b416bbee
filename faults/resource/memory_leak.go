package resource

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/script"
	"github.com/openstack-eris/eris/inventory"
)

// MemoryLeak is memory.leak: what a service's control group has of memory grows
// until a part of its limit is in use, as if the service leaked. A process of the
// fault's own is moved into the group and takes the difference: the service's
// processes are not touched, and what they want from then on meets the limit.
//
// Whom the kernel ends where a group is at its limit is chosen by size and
// oom_score_adj. The fault's process has 1000 there, the most, so that it goes first
// and gives everything back; where the group is set to be ended as a whole
// (memory.oom.group) nobody goes first, and the service is refused.
//
// The process is the main one of a transient unit, which systemd ends wherever it is
// moved. In version 2 of cgroups a stop of the service ends it too; a second unit
// sees that and tells it.
//
// Sources: https://docs.kernel.org/admin-guide/cgroup-v2.html (memory.oom.group,
// memory.stat), https://docs.kernel.org/admin-guide/cgroup-v1/memory.html.
type MemoryLeak struct {
	Use     document.Percent `yaml:"use" help:"how much of the service's limit is in use then, by all of it, 10% to 95% (default 80%)"`
	Reserve document.Bytes   `yaml:"reserve" help:"what has to stay available on the node; less than half of it ends the leak (default 512MiB)"`
	Ramp    time.Duration    `yaml:"ramp" help:"within what time it grows to that, in ten steps, 2s to 10m; at once if left out"`
}

// NewMemoryLeak returns the defaults: four fifths of the limit.
func NewMemoryLeak() *MemoryLeak { return &MemoryLeak{Use: 0.8, Reserve: 512 * mib} }

// Validate refuses a part that is no leak or all there is, and a reserve in which an
// undo could not run.
func (m *MemoryLeak) Validate() error {
	var wrong []error
	if m.Use < 0.1 || m.Use > maxShare {
		wrong = append(wrong, fmt.Errorf("use: %s is not between 10%% and 95%%", m.Use))
	}
	wrong = append(wrong, reserves(m.Reserve), climbs(m.Ramp))
	return errors.Join(wrong...)
}

// Sizes are how much of its limit the service has in use.
func (m *MemoryLeak) Sizes() []faults.Size {
	return []faults.Size{
		{Name: "memory", Unit: "ratio", Asked: new(float64(m.Use)), Seen: `MiB of memory in use, (\d+) %`, Scale: 0.01},
	}
}

// Scripts returns the steps for a service that runs as a unit or a container.
func (m *MemoryLeak) Scripts(target faults.Target) (faults.Scripts, error) {
	if err := m.Validate(); err != nil {
		return faults.Scripts{}, fmt.Errorf("check memory.leak: %w", err)
	}
	group, err := target.Group()
	if err != nil {
		return faults.Scripts{}, err
	}
	common := group.Functions + text("cgroup.sh", "load.sh", "meminfo.sh", "memory_leak.sh")
	return faults.Scripts{
		Args: []string{target.ID, "leak", "memory pids", group.Name, percent(m.Use), mebibytes(m.Reserve), seconds(m.Ramp)},
		Tools: slices.Concat([]string{
			"systemctl", "systemd-run", "cut", "sort", "sed", "tr", "sleep", "grep", "fallocate", "date", "readlink",
		}, group.Tools, inventory.ProbeTools(target.Service)),
		Preflight:   common + group.Preflight + text("load_preflight.sh", "memory_leak_preflight.sh"),
		Fingerprint: group.Functions + text("load.sh", "memory_leak_fingerprint.sh", "load_fingerprint.sh"),
		Prepare:     text("load_prepare.sh") + script.Program(script.Ended()+script.Processes()+text("memory_leak_watch.sh", "memory_load_program.sh")),
		Inject:      common + text("memory_leak_inject.sh"),
		Observe:     common + text("memory_leak_observe.sh"),
		Undo:        script.Gone() + common + text("memory_leak_undo.sh"),
		Healthy:     "shift 3\n" + group.Healthy + inventory.ProbeScript(target.Node, target.Service),
		Resources:   []string{group.Resource, "load:memory"}, // two would take the node's reserve twice
	}, nil
}
