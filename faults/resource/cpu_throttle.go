package resource

import (
	"fmt"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
)

// CPUThrottle is cpu.throttle: a service's unit gets no more than a part of the
// processors, whatever is free. It runs on, slowly.
type CPUThrottle struct {
	Quota document.Percent `yaml:"quota" help:"what the service may have at most, in percent of one processor, 1% to 10000% (default 10%)"`
}

// NewCPUThrottle returns the default: a tenth of one processor.
func NewCPUThrottle() *CPUThrottle { return &CPUThrottle{Quota: 0.1} }

// Validate refuses a quota under the kernel's least.
func (c *CPUThrottle) Validate() error {
	if c.Quota < 0.01 || c.Quota > 100 {
		return fmt.Errorf("quota: %s is not between 1%% and 10000%% of a processor", c.Quota)
	}
	return nil
}

// Sizes are how many processors the service may have at most.
func (c *CPUThrottle) Sizes() []faults.Size {
	return []faults.Size{
		{Name: "limit", Unit: "processors", Asked: new(float64(c.Quota)), Seen: `may have (\d+) % of a processor`, Scale: 0.01},
	}
}

// Scripts returns the steps for a service that runs as a unit or a container.
func (c *CPUThrottle) Scripts(target faults.Target) (faults.Scripts, error) {
	return throttle{
		controller: "cpu", args: []string{percent(c.Quota)}, tools: []string{"date", "sed"},
		check: text("cpu_throttle_preflight.sh"), inject: text("cpu_throttle_inject.sh"), see: text("cpu_throttle_observe.sh"),
	}.scripts(target, c.Validate())
}
