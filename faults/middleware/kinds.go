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
		{
			Name:    "galera.non_primary",
			Summary: "cuts a member of a Galera cluster off from the others, so that it refuses every query",
			New:     func() faults.Fault { return &NonPrimary{} },
		},
		{
			Name:    "keystone.fernet_rotate",
			Summary: "rotates the keys of tokens on one node, and gives them to no other",
			New:     func() faults.Fault { return NewFernetRotate() },
		},
		{
			Name:    "memcached.flush",
			Summary: "makes a memcached forget all that it holds",
			New:     func() faults.Fault { return NewFlush() },
		},
		{
			Name:    "rabbitmq.stop_app",
			Summary: "has a member of a RabbitMQ cluster stop serving while its process runs on",
			New:     func() faults.Fault { return &StopApp{} },
		},
		{
			Name:    "rabbitmq.close_connections",
			Summary: "has a member of a RabbitMQ cluster close all of its connections, once",
			New:     func() faults.Fault { return NewCloseConnections() },
		},
		{
			Name:    "rabbitmq.memory_alarm",
			Summary: "gives a member of a RabbitMQ cluster no memory, so that nobody may publish to any member",
			New:     func() faults.Fault { return &MemoryAlarm{} },
		},
	}
}
