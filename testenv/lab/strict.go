package lab

import (
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"github.com/openstack-eris/eris/document"
)

// reading is a file of a profile or role that is read strictly: all that is wrong
// with it is told at once, each with its line.
type reading struct {
	report *document.Reporter
	root   *document.Node
}

// readStrict reads a file into a struct: a key that nobody reads is an error. What
// is wrong with its words is in the reading, whose reader looks for what is wrong
// with its meaning next.
func readStrict(files fs.FS, name string, into any) (*reading, error) {
	data, err := fs.ReadFile(files, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read %s: %w", placeOf(files, name), fs.ErrNotExist)
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", placeOf(files, name), err)
	}
	doc, problems := document.Parse(placeOf(files, name), data)
	if doc == nil {
		return nil, problems
	}
	r := &reading{report: doc.Reporter(), root: doc.Root}
	r.report.Add(problems)
	r.report.Decode(doc.Root, into)
	return r, nil
}

// at is the place of a path of keys and positions, as nodes/1/address, or of as much
// of it as is there.
func (r *reading) at(path string) *document.Place {
	node := r.root
	for step := range strings.SplitSeq(path, "/") {
		next := node.Find(step)
		if next == nil {
			break
		}
		node = next
	}
	return r.report.At(node)
}

// bad reports what is wrong at a path.
func (r *reading) bad(path, format string, args ...any) { r.at(path).Errorf(format, args...) }

// err is everything that is wrong; nil when nothing is.
func (r *reading) err() error {
	if problems := r.report.Problems(); len(problems) > 0 {
		return problems
	}
	return nil
}

// item is the path of a list's item.
func item(list string, i int) string { return list + "/" + strconv.Itoa(i) }
