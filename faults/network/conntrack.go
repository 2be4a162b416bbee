package network

import (
	"fmt"
	"hash/crc32"
	"strconv"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/script"
)

// Conntrack is network.conntrack: the table in which the node's kernel keeps track of
// connections is full, so that what begins one is dropped, of the node's own, to it
// and through it, and what has begun goes on.
//
// The table is filled with entries of the fault's own, by ctnetlink: its size
// (nf_conntrack_max) is one for all network namespaces of a machine and is not the
// fault's to change. Each is established and assured, since others are given up for
// what begins, and is kept no longer than the fault's TTL. A third of a usual table
// is for who comes from Eris' address to the node's sshd, one entry for each port;
// what finds an entry needs no place. To exempt that way from tracking would not do:
// a firewall that asks whether a connection is established drops what is not tracked.
//
// How the kernel fills it: https://www.kernel.org/doc/html/latest/networking/nf_conntrack-sysctl.html
// and early_drop in https://github.com/torvalds/linux/blob/master/net/netfilter/nf_conntrack_core.c
type Conntrack struct {
	Fill document.Percent `yaml:"fill" help:"how much of the table is taken, in whole percent, 50% to 100% (default 100%); only a full one drops anything"`
}

// NewConntrack returns the defaults: a full table.
func NewConntrack() *Conntrack { return &Conntrack{Fill: 1} }

// Validate refuses what is no whole percentage, and less than a half.
func (c *Conntrack) Validate() error {
	percent := float64(c.Fill) * 100
	if off := percent - float64(c.percent()); percent < 49.999 || percent > 100.001 || off > 1e-6 || off < -1e-6 {
		return fmt.Errorf("fill: %s is not a whole percentage from 50%% to 100%%", c.Fill)
	}
	return nil
}

func (c *Conntrack) percent() int { return int(float64(c.Fill)*100 + 0.5) }

// Sizes are how much of the table is taken, and what share of new connections has no place.
func (c *Conntrack) Sizes() []faults.Size {
	return []faults.Size{
		{Name: "table", Unit: "ratio", Asked: new(float64(c.Fill)), Seen: `^(\d+) of (?P<of>\d+) entries`},
		{Name: "refused", Unit: "ratio", Seen: `; (\d+) of (?P<of>\d+) new connections had no place`},
	}
}

// Scripts returns the steps for a whole node.
func (c *Conntrack) Scripts(target faults.Target) (faults.Scripts, error) {
	if err := c.Validate(); err != nil {
		return faults.Scripts{}, fmt.Errorf("choose entries: %w", err)
	}
	if err := target.WholeNode(); err != nil {
		return faults.Scripts{}, fmt.Errorf("choose entries: %w", err)
	}
	if err := behind(target); err != nil {
		return faults.Scripts{}, fmt.Errorf("choose entries: %w", err)
	}
	works, tools := target.Works()
	common := text("conntrack.sh")
	asked := "table() {\npython3 -I -S - \"$@\" <<'END_OF_TABLE'\n" + text(table()...) + "END_OF_TABLE\n}\n"
	return faults.Scripts{
		Args: []string{target.ID, strconv.FormatUint(uint64(markOf(target.ID)), 10), strconv.Itoa(c.percent()), target.Node.Name},
		Tools: append([]string{ // python3 is asked for by preflight itself, which says what for
			"ss", "systemctl", "systemd-run", "readlink", "grep", "sed", "cut", "sort", "uname", "tail", "sleep", "timeout", "date",
		}, tools...),
		Preflight:   script.Python() + script.Module() + text("controller.sh", "elsewhere.sh") + common + asked + text("conntrack_preflight.sh"),
		Fingerprint: common + asked + text("conntrack_fingerprint.sh"),
		Prepare:     common + text("conntrack_prepare.sh") + laid(table()...) + script.Program(script.Ended()+text("holder_program.sh")),
		Inject:      common + text("conntrack_inject.sh"),
		Observe:     common + text("conntrack_observe.sh"),
		Undo:        script.Gone() + text("conntrack_undo.sh"),
		Healthy:     works,
		Resources:   []string{"network:conntrack"},
	}, nil
}

// table are the files of the program that lays entries.
func table() []string { return []string{"conntrack.py", "conntrack_verbs.py"} }

// markOf is the mark of a fault's entries: e515, and half of a sum of its id.
func markOf(id string) uint32 { return 0xe515<<16 | crc32.ChecksumIEEE([]byte(id))&0xffff }
