package middleware

import (
	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
)

// Kinds are the kinds of fault of this family, each with its defaults.
func Kinds() []document.Kind[faults.Fault] {
	return []document.Kind[faults.Fault]{
		{
			Name:    "haproxy.drain",
			Summary: "lets the haproxy of a node give a server no new requests",
			New:     func() faults.Fault { return NewDrain() },
		},
		{
			Name:    "galera.desync",
			Summary: "lets a member of a Galera cluster fall behind without the others waiting for it",
			New:     func() faults.Fault { return &Desync{} },
		},
	}
}
