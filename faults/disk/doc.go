// Package disk holds the faults of a node's file systems: one that is full, one
// that has no inodes left, one that takes no writes; and of the devices below them:
// one that is slow, one that fails (mapper.go).
//
// A file system is named by the place where it is mounted, and by nothing below
// it: a path of which nobody knows on what disk it is would fill the root. That
// one, "/", is held back by the safety net root-fs, since so much depends on it;
// a reserve is left on every one, and where the undo has to write itself, in
// /run, /var/lib and /etc, more than that.
//
// What fills a file system carries the fault's id and lies at its top, where
// doctor looks on every mount. It outlives a reboot, and so the undo does too:
// the unit that runs at boot removes it.
package disk

import (
	"embed"
	"fmt"
	"strings"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/script"
)

//go:embed *.sh
var files embed.FS

// text returns the family's scripts of those names, one after the other.
func text(names ...string) string { return script.Text(files, names...) }

// mountPoint refuses what cannot be one.
func mountPoint(name string) error {
	if err := faults.PlainPath(name); err != nil {
		return fmt.Errorf("mount: %w", err)
	}
	return nil
}

// nets of a file system: the root's is held back.
func nets(mount string) []string {
	if mount == "/" {
		return []string{faults.RootFS}
	}
	return nil
}

// steps is what one kind has of its own.
type steps struct {
	kind   string
	mount  string
	args   []string // after ID and MOUNT
	tools  []string
	shared string
	check  string
	inject string
	see    string
	undo   string
}

// scripts are the steps of a fault of a file system on a node, or below a
// service; wrong is what is the matter with its arguments.
func (s steps) scripts(target faults.Target, wrong error) (faults.Scripts, error) {
	if wrong != nil {
		return faults.Scripts{}, fmt.Errorf("check disk.%s: %w", s.kind, wrong)
	}
	if target.Cloud == nil {
		return faults.Scripts{}, fmt.Errorf("choose disk: nobody knows what runs on %s", target.Node.Name)
	}
	works, tools := target.Works()
	common := text("mount.sh") + s.shared
	return faults.Scripts{
		Args:        append([]string{target.ID, s.mount}, s.args...),
		Tools:       append(append([]string{"df", "tail", "cut", "sed"}, s.tools...), tools...),
		Preflight:   common + text("preflight.sh") + s.check,
		Fingerprint: common + text("fingerprint.sh"),
		Inject:      common + s.inject,
		Observe:     common + s.see,
		Undo:        common + s.undo,
		Healthy:     works,
		Resources:   []string{"mount:" + strings.ReplaceAll(s.mount, "/", ":")},
	}, nil
}
