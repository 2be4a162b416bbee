// Package resource holds the faults of what a node has for its work: time of
// its processors, memory, its disks. A load takes of them on a whole node; a
// throttle lets one service have less.
//
// A load is a transient unit of systemd, eris-ID-load-NAME.service, with bounds
// that the kernel keeps: a quota of processors, a most of memory and of
// processes, an end. It is the first that the kernel ends when memory is short,
// and what it leaves of the processors is never less than a twentieth, so that
// sshd and the undo get through. It does nothing until the inject has read in
// the kernel's own files that the bounds are there; preflight refuses a node
// whose systemd has no controller for them, as it would take the settings and
// ignore them without a word.
//
// Nothing is needed on the node that Debian's base system does not have, but for
// strace, which has a service's system calls fail. A load
// of processors is sha256sum of /dev/zero, which ends never; its size is that
// of the quota, which no tool for stress could keep better. Pairs of dd hand a
// byte through named pipes, and xargs starts a program for each byte of
// /dev/zero. Memory is taken by fallocate in a tmpfs that only the unit sees, so
// that all of it is given back when the unit ends, however it ends. Disks are
// loaded by dd.
//
// A leak is a load, too, whose process is moved into the control group of one
// service, so that what it takes counts against that service's limit.
//
// System calls are those of a service's own processes, which strace traces from a unit
// of the fault. Nothing of them is changed but what their calls are told: when strace
// ends, however it does, the kernel lets go of all of them.
//
// A throttle is a drop-in with the fault's id, read by a daemon-reload, which
// brings new limits to what runs. `systemctl set-property --runtime` would write
// a file of a name that an operator's own setting has too, and its undo could
// not tell them apart. The last drop-in by name counts, and ours begins with zz.
package resource

import (
	"embed"

	"github.com/openstack-eris/eris/faults/script"
)

//go:embed *.sh
var files embed.FS

// text returns the family's scripts of those names, one after the other.
func text(names ...string) string { return script.Text(files, names...) }
