package collectors

import (
	"errors"
	"fmt"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
)

// Hypervisors asks Nova for its hypervisors: whether they are up, and what of them is
// used. It asks for no microversion: from 2.88 on Nova no longer tells what is used.
//
// The answer: https://docs.openstack.org/api-ref/compute/#list-hypervisors-details
type Hypervisors struct {
	Patience `yaml:",inline"`
}

// NewHypervisors returns the defaults.
func NewHypervisors() *Hypervisors { return &Hypervisors{usualPatience()} }

// Signals names what Hypervisors publishes.
func (*Hypervisors) Signals() []SignalInfo {
	labels := []string{"hypervisor"}
	return []SignalInfo{
		{Name: "hypervisors.up", Unit: "1", Help: "1 when Nova's API told of its hypervisors, 0 when it did not answer, or with a failure of its own (5xx)"},
		{Name: "hypervisors.alive", Unit: "1", Labels: labels, Help: "1 while the nova-compute of the hypervisor reports, by Nova's word (state up), else 0; it takes a dead one for alive for a while, a minute unless configured otherwise"},
		{Name: "hypervisors.enabled", Unit: "1", Labels: labels, Help: "1 while that is enabled, 0 where it was disabled"},
		{Name: "hypervisors.servers", Unit: "1", Labels: labels, Help: "servers on it, running or not"},
		{Name: "hypervisors.vcpus", Unit: "1", Labels: labels, Help: "processors that it has"},
		{Name: "hypervisors.vcpus_used", Unit: "1", Labels: labels, Help: "processors that its servers were promised"},
		{Name: "hypervisors.memory", Unit: "bytes", Labels: labels, Help: "memory that it has"},
		{Name: "hypervisors.memory_used", Unit: "bytes", Labels: labels, Help: "memory that is reserved, or that its servers were promised"},
		{Name: "hypervisors.disk", Unit: "bytes", Labels: labels, Help: "disk that it has for servers"},
		{Name: "hypervisors.disk_used", Unit: "bytes", Labels: labels, Help: "disk that its servers were promised"},
	}
}

// Expected is the word on the API itself.
func (*Hypervisors) Expected(signal string, _ []*inventory.Service) []map[string]string {
	return expectedUp("hypervisors", signal)
}

// Role is what the list is for by default.
func (*Hypervisors) Role() string { return "admin" }

// Open implements Direct.
func (h *Hypervisors) Open(cloud func() (OpenStack, error)) (Asker, error) {
	return question(cloud, h.Timeout, h.Timeout, inquiry{kind: "hypervisors", service: "compute", path: "os-hypervisors/detail", read: hypervisorsIn}.ask)
}

// hypervisorsIn reads the answer. What a driver does not tell is null or not there.
func hypervisorsIn(document []byte) ([]record.Reading, error) {
	const mebi, gibi = 1 << 20, 1 << 30
	rows, err := rowsOf[struct {
		Name       string   `json:"hypervisor_hostname"`
		State      string   `json:"state"`
		Status     string   `json:"status"`
		Servers    *float64 `json:"running_vms"` // which counts those that do not run, too
		VCPUs      *float64 `json:"vcpus"`
		VCPUsUsed  *float64 `json:"vcpus_used"`
		Memory     *float64 `json:"memory_mb"`
		MemoryUsed *float64 `json:"memory_mb_used"`
		Disk       *float64 `json:"local_gb"`
		DiskUsed   *float64 `json:"local_gb_used"`
	}](document, "hypervisors")
	if err != nil {
		return nil, err
	}
	var readings []record.Reading
	seen := map[string]bool{}
	for _, row := range rows {
		alive, wrong := word("state", row.State, "up", "down")
		enabled, also := word("status", row.Status, "enabled", "disabled")
		if err := errors.Join(wrong, also); err != nil || row.Name == "" {
			return nil, fmt.Errorf("%q is no hypervisor: %w", row.Name, err)
		}
		if seen[row.Name] {
			return nil, fmt.Errorf("two hypervisors are called %q", row.Name)
		}
		seen[row.Name] = true
		labels := map[string]string{"hypervisor": row.Name}
		readings = append(readings,
			record.Reading{Signal: "hypervisors.alive", Labels: labels, Value: flag(alive)},
			record.Reading{Signal: "hypervisors.enabled", Labels: labels, Value: flag(enabled)})
		for _, each := range []struct {
			signal string
			value  *float64
			unit   float64
		}{
			{"servers", row.Servers, 1}, {"vcpus", row.VCPUs, 1}, {"vcpus_used", row.VCPUsUsed, 1},
			{"memory", row.Memory, mebi}, {"memory_used", row.MemoryUsed, mebi}, {"disk", row.Disk, gibi}, {"disk_used", row.DiskUsed, gibi},
		} {
			if each.value != nil {
				readings = append(readings, record.Reading{Signal: "hypervisors." + each.signal, Labels: labels, Value: *each.value * each.unit})
			}
		}
	}
	return readings, nil
}
