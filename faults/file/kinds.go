package file

import (
	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
)

// Kinds are the kinds of fault of this family, each with its defaults.
func Kinds() []document.Kind[faults.Fault] {
	return []document.Kind[faults.Fault]{
		{
			Name:    "file.remove",
			Summary: "takes a file away, and puts that same file back",
			New:     func() faults.Fault { return NewRemove() },
		},
		{
			Name:    "file.corrupt",
			Summary: "overwrites bytes of a file, or ends it early, in a copy that takes its place",
			New:     func() faults.Fault { return NewCorrupt() },
		},
	}
}
