package resource

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
)

// CPULoad is cpu.load: programs that compute without a pause take a share of a
// node's processors. A quota makes the share exact, and leaves at least a
// twentieth of the node to everything else.
type CPULoad struct {
	Share   document.Percent `yaml:"share" help:"how much of the node's processors is taken, 1% to 95% (default 80%)"`
	Workers int              `yaml:"workers" help:"programs that compute; one for each processor if left out. With fewer, share is of as many processors"`
	Weight  int              `yaml:"weight" help:"what it counts where processors are short, 1 to 1000; a service counts 100 (default 100)"`
	Ramp    time.Duration    `yaml:"ramp" help:"within what time it grows to its share, second by second, 2s to 10m; at once if left out"`
}

// The bounds of a load's arguments.
const (
	maxShare   = 0.95
	maxWorkers = 1024
	maxWeight  = 1000
)

// NewCPULoad returns the defaults: four fifths of all processors, with the
// weight of one service.
func NewCPULoad() *CPULoad { return &CPULoad{Share: 0.8, Weight: 100} }

// Validate refuses a share that would leave nothing for the undo, and what is no
// number of workers or weight.
func (c *CPULoad) Validate() error {
	var wrong []error
	if c.Share < 0.01 || c.Share > maxShare {
		wrong = append(wrong, fmt.Errorf("share: %s is not between 1%% and 95%%: the rest is left to sshd and the undo", c.Share))
	}
	if c.Workers < 0 || c.Workers > maxWorkers {
		wrong = append(wrong, fmt.Errorf("workers: %d is not between 1 and %d", c.Workers, maxWorkers))
	}
	if c.Weight < 1 || c.Weight > maxWeight {
		wrong = append(wrong, fmt.Errorf("weight: %d is not between 1 and %d", c.Weight, maxWeight))
	}
	wrong = append(wrong, climbs(c.Ramp))
	return errors.Join(wrong...)
}

// Sizes are how much of a processor each worker takes.
func (c *CPULoad) Sizes() []faults.Size {
	return []faults.Size{
		{Name: "cpu", Unit: "ratio", Asked: new(float64(c.Share)), Seen: `take (\d+) % of a processor, .* % of (?P<of>\d+)\)`, Scale: 0.01},
	}
}

// Scripts returns the steps for a whole node.
func (c *CPULoad) Scripts(target faults.Target) (faults.Scripts, error) {
	return load{
		name: "cpu", bounds: "cpu memory pids", tools: []string{"sha256sum", "nproc", "date", "timeout"},
		args:   []string{percent(c.Share), strconv.Itoa(c.Workers), strconv.Itoa(c.Weight), seconds(c.Ramp)},
		shared: text("cpu_load.sh"), run: text("cgroup.sh", "cpu_load_ramp.sh", "cpu_load_program.sh"),
		check: text("cpu_load_preflight.sh"), inject: text("cpu_load_inject.sh"), see: text("cpu_load_observe.sh"),
	}.scripts(target, c.Validate())
}

// percent is a share in whole percent.
func percent(share document.Percent) string {
	return strconv.Itoa(int(float64(share)*100 + 0.5))
}
