package resource

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/inventory"
)

// FDExhaust is process.fd_exhaust: the processes of a service may open no more
// files than they have, and some few: each one's own limit of open files is
// lowered, and put back. What they have open stays. A service that is out of
// files takes no connection and opens no log; some are in trouble long after.
//
// The limit is of the numbers that files get, which are the lowest that are free:
// https://man7.org/linux/man-pages/man2/getrlimit.2.html (RLIMIT_NOFILE).
type FDExhaust struct {
	Left int `yaml:"left" help:"how many files each process may still open, 0 to 1024 (default 2)"`
}

const maxLeft = 1024

// NewFDExhaust returns the default: two files more.
func NewFDExhaust() *FDExhaust { return &FDExhaust{Left: 2} }

// Validate refuses what is no number of files, or would be no shortage.
func (f *FDExhaust) Validate() error {
	if f.Left < 0 || f.Left > maxLeft {
		return fmt.Errorf("left: %d is not between 0 and %d", f.Left, maxLeft)
	}
	return nil
}

// Sizes are how many files a process may still open, of several the mean.
func (f *FDExhaust) Sizes() []faults.Size {
	return []faults.Size{
		{Name: "files", Unit: "files", Seen: `^(?P<of>\d+) processes .* may open (\d+) more`, Asked: new(float64(f.Left))},
	}
}

// Scripts returns the steps for a service that runs as a unit or a container.
func (f *FDExhaust) Scripts(target faults.Target) (faults.Scripts, error) {
	if err := f.Validate(); err != nil {
		return faults.Scripts{}, fmt.Errorf("check process.fd_exhaust: %w", err)
	}
	group, err := target.Group()
	if err != nil {
		return faults.Scripts{}, err
	}
	common := group.Functions + text("files.sh")
	return faults.Scripts{
		Args:        []string{group.Name, target.ID, strconv.Itoa(f.Left)},
		Tools:       slices.Concat([]string{"systemctl", "prlimit", "grep", "sed", "cut", "tr", "sort", "wc", "ls"}, group.Tools, inventory.ProbeTools(target.Service)),
		Preflight:   common + group.Preflight + text("files_preflight.sh"),
		Fingerprint: common + text("files_fingerprint.sh"),
		Inject:      common + text("files_inject.sh"),
		Observe:     common + text("files_observe.sh"),
		Undo:        common + text("files_undo.sh"),
		Healthy:     group.Healthy + inventory.ProbeScript(target.Node, target.Service),
		Resources:   []string{group.Resource},
	}, nil
}
