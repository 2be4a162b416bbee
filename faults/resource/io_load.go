package resource

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/script"
)

// IOLoad is io.load: files of its own are written to a disk and read back, past
// the node's cache, again and again.
type IOLoad struct {
	Directory string         `yaml:"directory" help:"on the disk that is loaded, which the files of the load are put on (default /var/tmp)"`
	Rate      document.Bytes `yaml:"rate" help:"most that one worker moves a second, read and written together; 0B is as fast as the disk is (default 20MiB)"`
	Workers   int            `yaml:"workers" help:"programs that read and write, 1 to 64 (default 1)"`
	Size      document.Bytes `yaml:"size" help:"of the file of each worker (default 64MiB)"`
	Reserve   document.Bytes `yaml:"reserve" help:"what has to stay free on the disk (default 512MiB)"`
	Ramp      time.Duration  `yaml:"ramp" help:"within what time it grows to its rate, second by second, 2s to 10m; at once if left out"`
}

// NewIOLoad returns the defaults: one worker, 20 MiB a second.
func NewIOLoad() *IOLoad {
	return &IOLoad{Directory: "/var/tmp", Rate: 20 * mib, Workers: 1, Size: 64 * mib, Reserve: 512 * mib}
}

// Validate refuses a directory that is none, and sizes that say nothing.
func (i *IOLoad) Validate() error {
	var wrong []error
	if err := faults.PlainPath(i.Directory); err != nil {
		wrong = append(wrong, fmt.Errorf("directory: %w", err))
	}
	if i.Rate != 0 && i.Rate < mib {
		wrong = append(wrong, fmt.Errorf("rate: %s is under 1MiB", i.Rate))
	}
	if i.Workers < 1 || i.Workers > 64 {
		wrong = append(wrong, fmt.Errorf("workers: %d is not between 1 and 64", i.Workers))
	}
	if i.Size < mib {
		wrong = append(wrong, fmt.Errorf("size: %s is under 1MiB", i.Size))
	}
	if i.Reserve < minReserve {
		wrong = append(wrong, fmt.Errorf("reserve: %s is under %s", i.Reserve, document.Bytes(minReserve)))
	}
	wrong = append(wrong, climbs(i.Ramp))
	if i.Ramp != 0 && i.Rate == 0 {
		wrong = append(wrong, errors.New("ramp: as fast as the disk is is no rate to grow to; give a rate"))
	}
	return errors.Join(wrong...)
}

// Sizes are how much is read and written.
func (i *IOLoad) Sizes() []faults.Size {
	var asked *float64
	if i.Rate != 0 { // as fast as the disk is
		asked = new(float64(i.Rate) * float64(i.Workers))
	}
	return []faults.Size{
		{Name: "io", Unit: "bytes_per_second", Asked: asked, Seen: `^(\d+) MiB a second are read and written`, Scale: mib},
	}
}

// Scripts returns the steps for a whole node.
func (i *IOLoad) Scripts(target faults.Target) (faults.Scripts, error) {
	return load{
		name: "io", bounds: "memory pids", tools: []string{"dd", "df", "tail"},
		args:   []string{i.Directory, mebibytes(i.Rate), strconv.Itoa(i.Workers), mebibytes(i.Size), mebibytes(i.Reserve), seconds(i.Ramp)},
		shared: script.Processes() + text("io_moved.sh", "io_load.sh"), run: script.Processes() + text("io_moved.sh", "io_load_program.sh"), files: text("io_load_fingerprint.sh"), clean: text("io_load_undo.sh"),
		check: text("io_load_preflight.sh"), inject: text("io_load_inject.sh"), see: text("io_load_observe.sh"),
	}.scripts(target, i.Validate())
}
