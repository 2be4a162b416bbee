package disk

import (
	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
)

// Kinds are the kinds of fault of this family, each with its defaults.
func Kinds() []document.Kind[faults.Fault] {
	return []document.Kind[faults.Fault]{
		{
			Name:    "disk.detach",
			Summary: "takes a SCSI disk away, as when its cable is pulled",
			New:     func() faults.Fault { return &Detach{} },
		},
		{
			Name:    "disk.error",
			Summary: "lets every read and write of a device fail",
			New:     func() faults.Fault { return &Error{} },
		},
		{
			Name:    "disk.fill",
			Summary: "takes the room that a file system has left",
			New:     func() faults.Fault { return NewFill() },
		},
		{
			Name:    "disk.inodes",
			Summary: "takes the inodes that a file system has left",
			New:     func() faults.Fault { return NewInodes() },
		},
		{
			Name:    "disk.readonly",
			Summary: "lets a file system take no more writes",
			New:     func() faults.Fault { return NewReadOnly() },
		},
		{
			Name:    "disk.slow",
			Summary: "lets each read and write of a device take longer",
			New:     func() faults.Fault { return NewSlow() },
		},
	}
}
