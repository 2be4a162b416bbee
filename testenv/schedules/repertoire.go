package main

import "strings"

// number is a kind of fault as schedules draw it.
type number struct {
	kind string
	args string // as in a scenario; empty where its defaults do
	of   string // the service that it is for; empty for any that may be lost
	lab  bool   // the nodes of a lab can have it, too
}

// repertoire are the kinds that schedules draw: all that the controllers of an
// embedded cloud can have as they are. What is missing wants a disk, a target of
// iSCSI, a server of Nova's, a limit of memory or a container that is not there.
func repertoire() []number {
	return []number{
		{kind: "service.stop", lab: true},
		{kind: "service.kill", lab: true},
		{kind: "service.freeze", lab: true},
		{kind: "service.unplug", lab: true},
		{kind: "service.restart", lab: true},
		{kind: "service.crash_loop", lab: true},
		{kind: "service.hang_port", lab: true},
		{kind: "service.reload", of: "haproxy", lab: true},
		{kind: "process.fd_exhaust", lab: true},
		{kind: "cpu.throttle", lab: true},
		{kind: "link.delay", args: "{to: memcached, delay: 50ms}", of: "keystone", lab: true},
		{kind: "link.rate", args: "{to: memcached}", of: "keystone", lab: true},
		{kind: "link.reset", args: "{to: memcached}", of: "keystone", lab: true},
		{kind: "galera.desync", of: "mariadb", lab: true},
		{kind: "galera.non_primary", of: "mariadb", lab: true},
		{kind: "rabbitmq.stop_app", of: "rabbitmq", lab: true},
		{kind: "rabbitmq.close_connections", of: "rabbitmq", lab: true},
		{kind: "rabbitmq.memory_alarm", of: "rabbitmq", lab: true},
		{kind: "memcached.flush", of: "memcached", lab: true},
		{kind: "network.partition", of: onNode, lab: true},
		{kind: "network.loss", of: onNode, lab: true},
		{kind: "network.dns", of: onNode, lab: true},
		{kind: "network.connections", of: onNode, lab: true},
		{kind: "network.ports", of: onNode, lab: true},
		{kind: "network.delay", args: "{interface: eth0}", of: onNode},
		{kind: "network.duplicate", args: "{interface: eth0}", of: onNode},
		{kind: "network.rate", args: "{interface: eth0}", of: onNode, lab: true},
		{kind: "node.isolate", of: onNode, lab: true},
		{kind: "node.reboot", of: onNode, lab: true},
		{kind: "power.off", of: onNode, lab: true},
		{kind: "power.cycle", of: onNode, lab: true},
		{kind: "power.reset", of: onNode, lab: true},
		{kind: "cpu.load", of: onNode, lab: true},
		{kind: "cpu.noisy_neighbour", of: onNode, lab: true},
		{kind: "memory.load", of: onNode, lab: true},
		{kind: "process.fork_storm", of: onNode, lab: true},
		{kind: "disk.fill", args: "{mount: /}", of: onNode, lab: true},
		{kind: "disk.inodes", args: "{mount: /}", of: onNode, lab: true},
		{kind: "file.remove", args: "{path: /etc/hostname}", of: onNode, lab: true},
		{kind: "file.corrupt", args: "{path: /etc/hostname}", of: onNode, lab: true},
		{kind: "clock.step", args: "{by: 1m}", of: onNode},
	}
}

// onNode is a number's service where it strikes a whole node.
const onNode = "node"

// target is whom a number strikes, with a service that has been drawn for it.
func (n number) target(drawn string) string {
	switch n.of {
	case onNode:
		return "role: controller"
	case "":
		return "service: " + drawn
	}
	return "service: " + n.of
}

// fault is a number as it stands in a scenario, but for target and time.
func (n number) fault() string {
	return strings.TrimSuffix("fault: "+n.kind+", args: "+n.args, ", args: ")
}
