package volume

import (
	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
)

// Kinds are the kinds of fault of this family, each with its defaults.
func Kinds() []document.Kind[faults.Fault] {
	return []document.Kind[faults.Fault]{{
		Name:    "cinder.volume_detach",
		Summary: "takes a volume away from a server of a host, and attaches it again as it was",
		New:     func() faults.Fault { return &Detach{} },
	}}
}
