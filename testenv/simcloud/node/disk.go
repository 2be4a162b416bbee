package node

import (
	"fmt"
	"strings"

	"github.com/openstack-eris/eris/testenv/simcloud/memfs"
)

// Disk is a file system of its own that a node has somewhere.
type Disk struct {
	Source string // "/dev/vdb"
	Number string // of the device: "254:16"
	Point  string // where it is mounted
	Size   int64  // bytes
	Files  int64  // inodes
	Base   int64  // bytes that are taken from the start
	Unit   string // that writes to it for as long as it runs, "" for none
}

// rootVolume is a disk of 40 GiB, of which a quarter is taken.
func rootVolume() *memfs.Volume {
	return &memfs.Volume{Source: "/dev/vda1", Kind: "ext4", Number: "254:1", Size: 40 << 30, Files: 2621440, Base: 10 << 30}
}

// mountDisks mounts the disks as a boot does. Their files outlive a power cut.
func (n *Node) mountDisks() error {
	for i, d := range n.opt.Disks {
		if i == len(n.disks) {
			v := &memfs.Volume{Source: d.Source, Kind: "ext4", Number: d.Number, Size: d.Size, Files: d.Files, Base: d.Base}
			if d.Unit != "" {
				v.Busy = func() bool {
					manager := n.Systemd()
					return manager != nil && manager.Daemon(d.Unit).Running
				}
			}
			n.disks = append(n.disks, v)
		}
		if err := n.files.MkdirAll(d.Point, 0o755); err != nil {
			return err
		}
		if err := n.files.Mount(n.disks[i], d.Point); err != nil {
			return err
		}
	}
	return nil
}

// options are those of a mount, as /proc/mounts has them.
func options(s memfs.Space) string {
	if s.ReadOnly {
		return "ro,relatime"
	}
	return "rw,relatime"
}

func (n *Node) procMounts() []byte {
	var b strings.Builder
	for _, s := range n.files.Mounts() {
		fmt.Fprintf(&b, "%s %s %s %s 0 0\n", s.Source, s.Point, s.Kind, options(s))
	}
	return []byte(b.String())
}

func (n *Node) mountinfo() []byte {
	var b strings.Builder
	for i, s := range n.files.Mounts() {
		state, _, _ := strings.Cut(options(s), ",")
		fmt.Fprintf(&b, "%d 1 %s / %s %s shared:%d - %s %s %s\n", 20+i, s.Number, s.Point, options(s), i+1, s.Kind, s.Source, state)
	}
	return []byte(b.String())
}
