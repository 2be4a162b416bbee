package resource_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/resource"
	"github.com/openstack-eris/eris/inventory"
)

const small = `version: eris/v1
cloud: {name: demo, kind: lab, chaos: allowed}
nodes:
  ctl-1: {address: 198.18.0.11, roles: [controller]}
  ctl-3: {address: 198.18.0.13, roles: [controller]}
services:
  memcached: {unit: memcached.service, on: {role: controller}, port: 11211, health: {tcp: true}}
`

// target is what a kind strikes on a node of the small cloud.
func target(t *testing.T, node, kind string) faults.Target {
	t.Helper()
	c, err := inventory.Read("small.yaml", []byte(small))
	require.NoError(t, err)
	return faults.Target{ID: "7f3c0a1e-strike-1-1", Cloud: c, Node: c.NodeByName(node), Service: c.ServiceByName(serviceOf(kind))}
}

func TestScriptsArePureAndWithinTheSubset(t *testing.T) {
	faulttest.Pure(t, "resource", faulttest.New, func(kind string) (one, elsewhere faults.Target) {
		return target(t, "ctl-1", kind), target(t, "ctl-3", kind)
	})
}

func TestArgumentsAndResources(t *testing.T) {
	for _, c := range []struct {
		fault     faults.Fault
		kind      string
		args      string
		resources string
	}{
		{resource.NewCPULoad(), "cpu.load", "7f3c0a1e-strike-1-1|cpu|cpu memory pids|80|0|100|0", "load:cpu"},
		{&resource.CPULoad{Share: 0.955 - 0.01, Workers: 3, Weight: 1000, Ramp: time.Minute}, "cpu.load", "7f3c0a1e-strike-1-1|cpu|cpu memory pids|95|3|1000|60", "load:cpu"},
		{resource.NewNoisyNeighbour(), "cpu.noisy_neighbour", "7f3c0a1e-strike-1-1|noise|cpu memory pids|50|0", "load:cpu"},
		{&resource.ForkStorm{Share: 0.95, Workers: 3}, "process.fork_storm", "7f3c0a1e-strike-1-1|forks|cpu memory pids|95|3", "load:cpu"},
		{resource.NewFDExhaust(), "process.fd_exhaust", "memcached.service|7f3c0a1e-strike-1-1|2", "unit:memcached.service"},
		{resource.NewSyscall(), "process.syscall", "7f3c0a1e-strike-1-1|syscall|memcached.service|fsync,fdatasync|fsync,fdatasync:delay_enter=200000|made late by 200ms|1", "unit:memcached.service"},
		{failing(), "process.syscall", "7f3c0a1e-strike-1-1|syscall|memcached.service|read,recvfrom,recvmsg|read,recvfrom,recvmsg:error=EIO|failed with EIO|1", "unit:memcached.service"},
		{&resource.Syscall{Calls: []string{"write"}, Error: "ENOSPC", Every: 10}, "process.syscall", "7f3c0a1e-strike-1-1|syscall|memcached.service|write|write:error=ENOSPC:when=10+10|failed with ENOSPC|10", "unit:memcached.service"},
		{resource.NewMemoryLoad(), "memory.load", "7f3c0a1e-strike-1-1|memory|memory pids|256|0|512|0", "load:memory"},
		{&resource.MemoryLoad{Use: 0.9, Reserve: 1 << 30}, "memory.load", "7f3c0a1e-strike-1-1|memory|memory pids|0|90|1024|0", "load:memory"},
		{&resource.MemoryLeak{Use: 0.9, Reserve: 1 << 30, Ramp: time.Minute}, "memory.leak", "7f3c0a1e-strike-1-1|leak|memory pids|memcached.service|90|1024|60", "unit:memcached.service load:memory"},
		{resource.NewIOLoad(), "io.load", "7f3c0a1e-strike-1-1|io|memory pids|/var/tmp|20|1|64|512|0", "load:io"},
		{resource.NewCPUThrottle(), "cpu.throttle", "memcached.service|7f3c0a1e-strike-1-1|cpu|10", "unit:memcached.service"},
		{&resource.IOThrottle{Path: "/srv", Write: 1e6}, "io.throttle", "memcached.service|7f3c0a1e-strike-1-1|io|/srv|0|1000000", "unit:memcached.service"},
	} {
		s, err := c.fault.Scripts(target(t, "ctl-1", c.kind))
		require.NoError(t, err)
		require.Equal(t, c.args, strings.Join(s.Args, "|"))
		require.Equal(t, strings.Fields(c.resources), s.Resources)
	}
}

func TestArgumentsThatAreRefused(t *testing.T) {
	const much = document.Bytes(1 << 30)
	for _, c := range []struct {
		fault faults.Fault
		want  string
	}{
		{&resource.CPULoad{Share: 0.96, Weight: 100}, "share: 96% is not between 1% and 95%: the rest is left to sshd and the undo"},
		{&resource.CPULoad{Share: 0.001, Weight: 100}, "share: 0.1% is not between"},
		{&resource.CPULoad{Share: 0.5, Weight: 100, Workers: -1}, "workers: -1 is not between 1 and 1024"},
		{&resource.CPULoad{Share: 0.5, Weight: 0}, "weight: 0 is not between 1 and 1000"},
		{&resource.CPULoad{Share: 0.5, Weight: 1, Ramp: time.Second}, "ramp: 1s is not 2s to 10m in whole seconds"},
		{&resource.IOLoad{Directory: "/var/tmp", Workers: 1, Size: much, Reserve: much, Ramp: time.Minute}, "ramp: as fast as the disk is is no rate to grow to; give a rate"},
		{&resource.MemoryLoad{Reserve: much, Ramp: 11 * time.Minute}, "ramp: 11m0s is not"},
		{&resource.MemoryLeak{Use: 0.96, Reserve: much}, "check memory.leak: use: 96% is not between 10% and 95%"},
		{&resource.MemoryLeak{Use: 0.09, Reserve: much}, "use: 9% is not"},
		{&resource.MemoryLeak{Use: 0.8, Reserve: 1}, "reserve: 1B is under 64MiB, in which the undo has to run"},
		{&resource.MemoryLeak{Use: 0.8, Reserve: much, Ramp: time.Second}, "ramp: 1s is not"},
		{&resource.FDExhaust{Left: -1}, "check process.fd_exhaust: left: -1 is not between 0 and 1024"},
		{&resource.Syscall{Every: 1}, "check process.syscall: calls: none is named"},
		{&resource.Syscall{Calls: []string{"futex"}, Every: 1}, `calls: "futex" is none of read, readv, `},
		{&resource.Syscall{Calls: []string{"read:error=EIO"}, Every: 1}, `calls: "read:error=EIO" is none of read, `},
		{&resource.Syscall{Calls: []string{"read", "write", "read"}, Every: 1}, "calls: read is named twice"},
		{&resource.Syscall{Calls: []string{"read"}, Error: "EAGAIN", Every: 1}, `error: "EAGAIN" is none of EIO, ENOSPC, `},
		{&resource.Syscall{Calls: []string{"read"}, Error: "EIO", Delay: time.Second, Every: 1}, "has either error or delay, not both"},
		{&resource.Syscall{Calls: []string{"read"}, Delay: 11 * time.Second, Every: 1}, "delay: 11s is not between 1ms and 10s"},
		{&resource.Syscall{Calls: []string{"read"}, Delay: time.Microsecond, Every: 1}, "delay: 1µs is not between 1ms and 10s"},
		{&resource.Syscall{Calls: []string{"read"}}, "every: 0 is not between 1 and 65535"},
		{&resource.Syscall{Calls: []string{"read"}, Every: 65536}, "every: 65536 is not between"},
		{&resource.NoisyNeighbour{Share: 0.96}, "check cpu.noisy_neighbour: share: 96% is not between 1% and 95%"},
		{&resource.NoisyNeighbour{Share: 0.5, Pairs: 257}, "pairs: 257 is not between 1 and 256"},
		{&resource.ForkStorm{}, "check process.fork_storm: share: 0% is not between"},
		{&resource.ForkStorm{Share: 0.5, Workers: -1}, "workers: -1 is not between 1 and 256"},
		{&resource.MemoryLoad{Size: much, Use: 0.5, Reserve: much}, "has either size or use, not both"},
		{&resource.MemoryLoad{Size: 1000, Reserve: much}, "size: 1000B is under 1MiB"},
		{&resource.MemoryLoad{Use: 1, Reserve: much}, "use: 100% is not between 1% and 99%"},
		{&resource.MemoryLoad{Size: much}, "reserve: 0B is under 64MiB, in which the undo has to run"},
		{&resource.IOLoad{Directory: "var", Workers: 1, Size: much, Reserve: much}, `directory: "var" is not an absolute path`},
		{&resource.IOLoad{Directory: "/a;b", Workers: 1, Size: much, Reserve: much}, `directory: "/a;b" is not an absolute path`},
		{&resource.IOLoad{Directory: "/a", Rate: 5, Workers: 1, Size: much, Reserve: much}, "rate: 5B is under 1MiB"},
		{&resource.IOLoad{Directory: "/a", Workers: 65, Size: much, Reserve: much}, "workers: 65 is not between 1 and 64"},
		{&resource.IOLoad{Directory: "/a", Workers: 1, Size: 1, Reserve: much}, "size: 1B is under 1MiB"},
		{&resource.IOLoad{Directory: "/a", Workers: 1, Size: much, Reserve: 1}, "reserve: 1B is under 64MiB"},
		{&resource.CPUThrottle{Quota: 0.001}, "quota: 0.1% is not between 1% and 10000% of a processor"},
		{&resource.IOThrottle{Path: "/var/../lib", Read: much}, `path: "/var/../lib" is not an absolute path`},
		{&resource.IOThrottle{Path: "/var", Read: 5}, "read: 5B is under 4KiB"},
		{&resource.IOThrottle{Path: "/var"}, "neither read nor write has a limit"},
	} {
		_, err := c.fault.Scripts(target(t, "ctl-1", "throttle"))
		require.ErrorContains(t, err, c.want)
	}
}

func TestTargetsThatAreRefused(t *testing.T) {
	service, node := target(t, "ctl-1", "throttle"), target(t, "ctl-1", "load")
	for _, fault := range []faults.Fault{resource.NewCPULoad(), resource.NewMemoryLoad(), resource.NewIOLoad(), resource.NewNoisyNeighbour(), resource.NewForkStorm()} {
		_, err := fault.Scripts(service)
		require.ErrorContains(t, err, "memcached@ctl-1 is a service, and this fault strikes whole nodes")
		alone := node
		alone.Cloud = nil
		_, err = fault.Scripts(alone)
		require.ErrorContains(t, err, "nobody knows what runs there")
	}
	for _, fault := range []faults.Fault{resource.NewCPUThrottle(), resource.NewIOThrottle(), resource.NewFDExhaust(), resource.NewMemoryLeak(), resource.NewSyscall()} {
		_, err := fault.Scripts(node)
		require.ErrorContains(t, err, "ctl-1 is a whole node, and this fault strikes a service")
		kolla := service
		kolla.Service = &inventory.Service{Name: "glance-api", Runtime: inventory.Runtime{Kind: inventory.Container, Name: "glance_api"}}
		s, err := fault.Scripts(kolla)
		if _, disks := fault.(*resource.IOThrottle); disks {
			require.ErrorContains(t, err, `glance-api runs as container "glance_api", whose limits for disks its engine keeps`)
			continue
		}
		require.NoError(t, err)
		require.Contains(t, s.Resources, "container:glance_api")
		kolla.Service = &inventory.Service{Name: "glance-api", Runtime: inventory.Runtime{Kind: inventory.Container, Name: "-rm"}}
		_, err = fault.Scripts(kolla)
		require.ErrorContains(t, err, `"-rm" is not the name of a container`)
		odd := service
		odd.Service = &inventory.Service{Name: "odd", Runtime: inventory.Runtime{Kind: inventory.Unit, Name: "a;b.service"}}
		_, err = fault.Scripts(odd)
		require.ErrorContains(t, err, `"a;b.service" is not the name of a .service unit`)
	}
}
