package resource

import (
	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
)

// Kinds are the kinds of fault of this family, each with its defaults.
func Kinds() []document.Kind[faults.Fault] {
	return []document.Kind[faults.Fault]{
		{
			Name:    "cpu.load",
			Summary: "takes a share of a node's processors",
			New:     func() faults.Fault { return NewCPULoad() },
		},
		{
			Name:    "memory.load",
			Summary: "takes a part of a node's memory, and leaves a reserve",
			New:     func() faults.Fault { return NewMemoryLoad() },
		},
		{
			Name:    "memory.leak",
			Summary: "has a service's memory grow towards its limit",
			New:     func() faults.Fault { return NewMemoryLeak() },
		},
		{
			Name:    "cpu.noisy_neighbour",
			Summary: "has programs on a node wake one another up as often as they can",
			New:     func() faults.Fault { return NewNoisyNeighbour() },
		},
		{
			Name:    "process.fork_storm",
			Summary: "starts and ends processes on a node as fast as it may",
			New:     func() faults.Fault { return NewForkStorm() },
		},
		{
			Name:    "cpu.throttle",
			Summary: "lets a service have no more than a part of a processor",
			New:     func() faults.Fault { return NewCPUThrottle() },
		},
		{
			Name:    "io.load",
			Summary: "reads from a node's disk and writes to it",
			New:     func() faults.Fault { return NewIOLoad() },
		},
		{
			Name:    "process.syscall",
			Summary: "has system calls of a service's processes fail, or come late",
			New:     func() faults.Fault { return NewSyscall() },
		},
		{
			Name:    "process.fd_exhaust",
			Summary: "lets a service's processes open no more files than they have, and some few",
			New:     func() faults.Fault { return NewFDExhaust() },
		},
		{
			Name:    "io.throttle",
			Summary: "lets a service read from a disk and write to it no faster than so",
			New:     func() faults.Fault { return NewIOThrottle() },
		},
	}
}
