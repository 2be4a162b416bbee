package resource

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
)

// NoisyNeighbour is cpu.noisy_neighbour: pairs of programs hand a byte to and
// fro, and have the kernel change from one to the other as often as it can. That
// costs whoever shares the node more than the processors' time that it takes:
// caches are cold, and who wakes up waits.
type NoisyNeighbour struct {
	Share document.Percent `yaml:"share" help:"how much of the node's processors the pairs may take at most, 1% to 95% (default 50%)"`
	Pairs int              `yaml:"pairs" help:"pairs of programs; one for each processor if left out"`
}

// NewNoisyNeighbour returns the defaults: a pair for each processor, with half of
// their time.
func NewNoisyNeighbour() *NoisyNeighbour { return &NoisyNeighbour{Share: 0.5} }

// Validate refuses a share that would leave nothing for the undo, and what is no
// number of pairs.
func (n *NoisyNeighbour) Validate() error { return busy(n.Share, "pairs", n.Pairs) }

// Sizes are how often the programs give up a processor.
func (n *NoisyNeighbour) Sizes() []faults.Size {
	return []faults.Size{
		{Name: "switches", Unit: "switches_per_second", Seen: `give up a processor (\d+) times a second`},
	}
}

// Scripts returns the steps for a whole node.
func (n *NoisyNeighbour) Scripts(target faults.Target) (faults.Scripts, error) {
	return load{
		kind: "cpu.noisy_neighbour", name: "noise", takes: "cpu", bounds: "cpu memory pids",
		tools: []string{"dd", "mkfifo", "nproc", "date"}, args: []string{percent(n.Share), strconv.Itoa(n.Pairs)},
		shared: text("busy.sh", "noise.sh"), run: text("noise_program.sh"), clean: text("noise_undo.sh"),
		inject: text("noise_inject.sh", "busy_inject.sh"), see: text("noise_observe.sh"),
	}.scripts(target, n.Validate())
}

// ForkStorm is process.fork_storm: programs start others, that do nothing and end,
// as fast as they may. The kernel is busy with making and ending processes; who
// starts one waits. It is never so many at once that nobody else could: sshd can
// fork, and so can the undo.
type ForkStorm struct {
	Share   document.Percent `yaml:"share" help:"how much of the node's processors it may take at most, 1% to 95% (default 50%)"`
	Workers int              `yaml:"workers" help:"programs that start others, each one at a time; one for each processor if left out"`
}

// NewForkStorm returns the defaults: one program for each processor, with half of
// their time.
func NewForkStorm() *ForkStorm { return &ForkStorm{Share: 0.5} }

// Validate refuses a share that would leave nothing for the undo, and what is no
// number of programs.
func (f *ForkStorm) Validate() error { return busy(f.Share, "workers", f.Workers) }

// Sizes are how many processes the node starts.
func (f *ForkStorm) Sizes() []faults.Size {
	return []faults.Size{
		{Name: "starts", Unit: "processes_per_second", Seen: `the node starts (\d+) processes a second`},
	}
}

// Scripts returns the steps for a whole node.
func (f *ForkStorm) Scripts(target faults.Target) (faults.Scripts, error) {
	return load{
		kind: "process.fork_storm", name: "forks", takes: "cpu", bounds: "cpu memory pids",
		tools: []string{"xargs", "nproc", "date"}, args: []string{percent(f.Share), strconv.Itoa(f.Workers)},
		shared: text("busy.sh", "forks.sh"), run: text("forks_program.sh"), clean: text("forks_undo.sh"),
		inject: text("forks_inject.sh", "busy_inject.sh"), see: text("forks_observe.sh"),
	}.scripts(target, f.Validate())
}

// maxPrograms is the most of what makes a node busy: each may take what it likes
// of the share.
const maxPrograms = 256

func busy(share document.Percent, key string, programs int) error {
	var wrong []error
	if share < 0.01 || share > maxShare {
		wrong = append(wrong, fmt.Errorf("share: %s is not between 1%% and 95%%: the rest is left to sshd and the undo", share))
	}
	if programs < 0 || programs > maxPrograms {
		wrong = append(wrong, fmt.Errorf("%s: %d is not between 1 and %d", key, programs, maxPrograms))
	}
	return errors.Join(wrong...)
}
