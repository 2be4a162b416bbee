// Package file holds the faults of single files: one that is lost, one whose
// content is not what it was.
//
// The file itself is the backup. It is set aside in a folder of the fault's own,
// at the top of the same file system, and is put back by giving it its name
// again: so its bytes, owner, mode, times, access lists and labels are those that
// it had, half a file is never seen, and nothing has to be written where no room
// is left. It outlives a reboot there, and so the undo does too. Who has the file
// open goes on with the one that was.
//
// What is found in its place at the undo and is not what the fault left was put
// there by somebody. It is not overwritten: the undo says so and is not done, and
// is tried again until it is out of the way.
package file

import (
	"embed"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/script"
)

//go:embed *.sh
var files embed.FS

// text returns the family's scripts of those names, one after the other.
func text(names ...string) string { return script.Text(files, names...) }

// The bounds of a file's size: its sum is taken some times.
const (
	mib      = 1 << 20
	maxBytes = 64 * mib
	maxPath  = 200 // letters, since the name of what it occupies is made of it
)

// place refuses what is no file that may be struck.
func place(name string) error {
	err := faults.PlainPath(name)
	switch {
	case err != nil:
	case len(name) > maxPath:
		err = fmt.Errorf("%q has more than %d letters", name, maxPath)
	default:
		err = needed(name)
	}
	if err != nil {
		return fmt.Errorf("path: %w", err)
	}
	return nil
}

// most refuses a bound of the file's size under which none could be, or over
// which its sum takes too long.
func most(bytes document.Bytes) error {
	if bytes < 1 || bytes > maxBytes {
		return fmt.Errorf("most: %s is not between 1B and 64MiB", bytes)
	}
	return nil
}

// steps is what one kind has of its own.
type steps struct {
	kind    string
	path    string
	most    document.Bytes
	open    bool // the fingerprint is which file it is, not what is in it
	args    []string
	tools   []string
	check   string
	prepare string
	inject  string
	see     string
}

// scripts are the steps of a fault of a file on a node, or of a service there;
// wrong is what is the matter with its arguments.
func (s steps) scripts(target faults.Target, wrong ...error) (faults.Scripts, error) {
	if err := errors.Join(append(wrong, place(s.path), most(s.most))...); err != nil {
		return faults.Scripts{}, fmt.Errorf("check file.%s: %w", s.kind, err)
	}
	if target.Cloud == nil {
		return faults.Scripts{}, fmt.Errorf("choose file: nobody knows what runs on %s", target.Node.Name)
	}
	open := "no"
	if s.open {
		open = "yes"
	}
	works, tools := target.Works()
	common := script.Aside() + text("file.sh")
	return faults.Scripts{
		Args: append([]string{target.ID, s.path, strconv.FormatInt(int64(s.most), 10), open}, s.args...),
		Tools: append(append([]string{"stat", "sha256sum", "readlink", "cut", "grep", "sed", "sort", "timeout", "tr", "xargs", "head", "ln", "mv", "sync"},
			s.tools...), tools...),
		Preflight:   common + text("preflight.sh") + neededThere() + s.check,
		Fingerprint: common + text("fingerprint.sh"),
		Prepare:     common + text("prepare.sh") + s.prepare,
		Inject:      common + text("inject.sh") + s.inject,
		Observe:     common + s.see,
		Undo:        common + text("undo.sh"),
		Healthy:     works,
		Resources:   []string{"file:" + strings.NewReplacer("/", ":", "+", "_").Replace(s.path)},
	}, nil
}
