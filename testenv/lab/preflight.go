package lab

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
)

// Unfit says why a machine cannot carry a lab: all reasons at once, each with
// what helps. Nothing has been done then.
type Unfit struct{ Problems []string }

// Error lists the problems, a line each.
func (u *Unfit) Error() string {
	return "this machine cannot carry the lab:\n  - " + strings.Join(u.Problems, "\n  - ")
}

// host is the machine that is to carry a lab, as far as a lab must know it.
type host interface {
	// facts are as of now. folders are those whose room is asked for; they
	// need not exist.
	facts(folders ...string) (facts, error)
	// reach fails where what a release's packages are fetched from cannot be had.
	reach(ctx context.Context, suite string) error
}

type facts struct {
	root         bool
	totalMiB     int               // memory
	availableMiB int               // of it, for a new program without pushing out others
	rooms        map[string]room   // by folder
	unreadable   map[string]string // why the room of a folder is not known
	missing      []string          // packages that a lab needs and that are not there
	apt          bool              // whether they can be installed by apt-get
	controllers  []string          // of cgroups
	crowded      bool              // whether they cannot be handed down, for processes that are in the way
	loop         bool              // whether disks can be made of files
	bridged      bool              // whether bridged packets pass iptables, or can be made to
	debian       bool              // whether this is Debian, whose mirror the image comes from
}

// room is the place that a folder is or will be in.
type room struct {
	device  uint64 // two folders of one file system share its room
	freeMiB int
	mount   string   // where it is mounted
	options []string // of the mount, those that can be in the way: ro, nodev, noexec
}

// needs is what one command takes of the machine beyond what the lab has.
type needs struct {
	memoryMiB int
	room      map[string]int // folder -> MiB
	bridged   bool           // security groups are iptables' work on bridges
	image     string         // the folder that images are built in
	byHand    bool           // no packages are installed on it
	build     string         // release of the image that has to be built; empty where it is cached
}

// needsOf is what bringing a lab up takes, less what is there already.
func needsOf(o Options, profile *Profile) needs {
	p := o.paths()
	n := needs{memoryMiB: profile.MemoryMiB, room: map[string]int{}, bridged: profile.does(filtersBridges), image: o.CacheDir, byHand: o.ByHand}
	n.room[o.CacheDir] = 0
	if _, err := os.Stat(imagePath(o, profile)); err != nil {
		n.room[o.CacheDir] += profile.Room.Image
		n.build = profile.Suite
	}
	if _, err := os.Stat(snapshotPath(o, profile)); err != nil {
		n.room[o.CacheDir] += (profile.Room.Nodes + 2) / 3
	}
	n.memoryMiB -= memoryMiB(p.group)
	n.room[o.StateDir] = profile.Room.Nodes - usedMiB(p.dir)
	return n
}

// problems is everything that stands in the way.
func (f facts) problems(n needs) []string {
	var all []string
	bad := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }
	if !f.root {
		bad("you are not root, and namespaces, mounts and cgroups need it: run it with sudo")
	}
	if len(f.missing) > 0 {
		list := strings.Join(f.missing, " ")
		switch {
		case !f.apt:
			bad("%s missing, and there is no apt-get to install it: a lab needs Debian", list)
		case !f.root:
			bad("%s missing: apt-get install %s (as root, eris installs it by itself)", list, list)
		case n.byHand:
			bad("%s missing: apt-get install %s (without --no-install, eris installs it by itself)", list, list)
		}
	}
	if n.memoryMiB > 0 && f.availableMiB < n.memoryMiB {
		help := "end other programs or labs (eris lab down --name NAME)"
		if f.totalMiB < n.memoryMiB {
			help = "a larger machine, or a smaller profile (--profile keystone)"
		}
		bad("%d MiB of memory needed, %d of %d available: %s", n.memoryMiB, f.availableMiB, f.totalMiB, help)
	}
	for _, folder := range slices.Sorted(maps.Keys(f.unreadable)) {
		bad("%s: name other folders (--cache, --state)", f.unreadable[folder])
	}
	all = append(all, f.roomProblems(n.room)...)
	all = append(all, f.mountProblems(n)...)
	for _, controller := range neededControllers() {
		switch {
		case slices.Contains(f.controllers, controller):
		case controller == "freezer":
			bad("%s", freezerMissing)
		default:
			bad("the cgroup controller %s is not mounted under /sys/fs/cgroup: start the kernel without cgroup_disable=%s, a container with --privileged", controller, controller)
		}
	}
	if f.crowded {
		bad("processes are in the topmost cgroup of this container, which then hands no controller down: " +
			"mkdir /sys/fs/cgroup/init; for p in $(cat /sys/fs/cgroup/cgroup.procs); do echo $p >/sys/fs/cgroup/init/cgroup.procs; done")
	}
	if n.bridged && !f.bridged {
		bad("the kernel's module br_netfilter is neither loaded nor to be had, and security groups filter nothing without it: modprobe br_netfilter, in a container on its host")
	}
	if !f.debian {
		bad("this is not Debian, from whose mirror the nodes are made")
	}
	if !f.loop {
		bad("/dev/loop-control is not there: modprobe loop, in a container --privileged")
	}
	return all
}

// roomProblems adds up what folders of the same file system need together.
func (f facts) roomProblems(want map[string]int) []string {
	sum, folders := map[uint64]int{}, map[uint64][]string{}
	for _, folder := range slices.Sorted(maps.Keys(want)) {
		if mib := want[folder]; mib > 0 && f.unreadable[folder] == "" {
			device := f.rooms[folder].device
			sum[device] += mib
			folders[device] = append(folders[device], folder)
		}
	}
	var all []string
	for _, device := range slices.Sorted(maps.Keys(sum)) {
		if free := f.rooms[folders[device][0]].freeMiB; free < sum[device] {
			all = append(all, fmt.Sprintf("%d MiB of room needed in %s, %d free: make room (eris lab prune), or name other folders (--cache, --state)",
				sum[device], strings.Join(folders[device], " and "), free))
		}
	}
	return all
}

// mountProblems are folders whose mount forbids what is done in them. A node's
// disk and root have mounts of their own: what the options of the folder beneath
// forbid does not hold there, nor does it for an image that is only read.
func (f facts) mountProblems(n needs) []string {
	var all []string
	for _, folder := range slices.Sorted(maps.Keys(n.room)) {
		r := f.rooms[folder]
		var wrong, mended []string
		for _, option := range r.options {
			switch {
			case option == "ro":
				wrong, mended = append(wrong, option), append(mended, "rw")
			case n.build != "" && folder == n.image:
				wrong, mended = append(wrong, option), append(mended, strings.TrimPrefix(option, "no"))
			}
		}
		if len(wrong) == 0 {
			continue
		}
		all = append(all, fmt.Sprintf("%s is on %s, which is mounted %s, and %s: mount -o remount,%s %s, or name other folders (--cache, --state)",
			folder, r.mount, strings.Join(wrong, ","), mountReason(wrong), strings.Join(mended, ","), r.mount))
	}
	return all
}

func mountReason(wrong []string) string {
	if slices.Contains(wrong, "ro") {
		return "has to be written to"
	}
	return "the image that is built there has devices and programs of its own"
}

// preflight refuses a machine that cannot carry the lab, before anything is
// done to it.
func preflight(ctx context.Context, o Options, profile *Profile) error {
	f, err := o.host.facts(o.CacheDir, o.StateDir)
	if err != nil {
		return err
	}
	n := needsOf(o, profile)
	if problems := append(f.problems(n), unreachable(ctx, o.host, f, n)...); len(problems) > 0 {
		return &Unfit{Problems: problems}
	}
	return nil
}
