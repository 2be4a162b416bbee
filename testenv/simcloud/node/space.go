package node

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"syscall"

	"github.com/openstack-eris/eris/testenv/simcloud/link"
	"github.com/openstack-eris/eris/testenv/simcloud/memfs"
	"github.com/openstack-eris/eris/testenv/simcloud/systemd"
)

// namespaces is where ip keeps the names.
const namespaces = "/run/netns/"

// firstSpace is the number of a boot's first namespace but its own.
const firstSpace = 4026532001

// Space is a network namespace of one boot of a node. It outlives its name for as
// long as a process is in it.
type Space struct {
	Links *link.Set
	boot  *spaces
	inode uint64 // of the namespace, by which its processes are known: net:[4026532001]
	pids  []int
}

// spaces are the namespaces of one boot.
type spaces struct {
	fs      *memfs.FS
	manager *systemd.Manager
	mu      sync.Mutex
	named   map[string]*Space
	kept    []*Space // that have a name or a process, or had when the last one was made
}

// free is the number of a new namespace: as of the kernel, the lowest that none has
// now, so that one that is gone leaves its number to the next. The caller holds the
// lock.
func (s *spaces) free() uint64 {
	s.kept = slices.DeleteFunc(s.kept, func(each *Space) bool {
		return len(each.pids) == 0 && !slices.Contains(slices.Collect(maps.Values(s.named)), each)
	})
	number := uint64(firstSpace)
	for slices.ContainsFunc(s.kept, func(each *Space) bool { return each.inode == number }) {
		number++
	}
	return number
}

// Space returns the namespace of a name, made where there is none; nil while the
// node has no power.
func (n *Node) Space(name string) *Space {
	n.mu.Lock()
	b := n.boot
	n.mu.Unlock()
	if b == nil {
		return nil
	}
	b.spaces.mu.Lock()
	defer b.spaces.mu.Unlock()
	if b.spaces.named[name] == nil {
		if err := n.files.WriteFile(namespaces+name, nil, 0o444); err != nil {
			n.note("", "error", err.Error())
			return nil
		}
		made := &Space{Links: link.NewSpace(), boot: b.spaces, inode: b.spaces.free()}
		if err := n.files.Renumber(namespaces+name, made.inode); err != nil {
			n.note("", "error", err.Error())
			return nil
		}
		b.spaces.named[name] = made
		b.spaces.kept = append(b.spaces.kept, made)
	}
	return b.spaces.named[name]
}

// Links are those of a namespace by its name; nil where there is none.
func (n *Node) Links(name string) *link.Set {
	n.mu.Lock()
	b := n.boot
	n.mu.Unlock()
	if b == nil {
		return nil
	}
	links, _ := b.spaces.Space(name)
	return links
}

// Named tells whether a name of this boot leads to the namespace.
func (s *Space) Named(name string) bool {
	s.boot.mu.Lock()
	defer s.boot.mu.Unlock()
	return s.boot.named[name] == s
}

// Held tells whether a process is in it.
func (s *Space) Held() bool {
	s.boot.mu.Lock()
	defer s.boot.mu.Unlock()
	return len(s.pids) > 0
}

// Spawn starts a process in it, in a control group.
func (s *Space) Spawn(group string, args []string) (pid int, err error) {
	s.boot.mu.Lock()
	defer s.boot.mu.Unlock()
	pid, err = s.boot.manager.Spawn(group, args, nil, func(syscall.Signal) {
		s.boot.mu.Lock()
		defer s.boot.mu.Unlock()
		s.pids = slices.DeleteFunc(s.pids, func(one int) bool { return one == pid })
	})
	if err != nil {
		return 0, err
	}
	s.pids = append(s.pids, pid)
	own := fmt.Sprintf("/proc/%d/ns", pid)
	return pid, errors.Join(s.boot.fs.Remove(own+"/net"), s.boot.fs.Symlink(fmt.Sprintf("net:[%d]", s.inode), own+"/net"))
}

func (s *spaces) Names() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	names := []string{}
	for name := range s.named {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func (s *spaces) Space(name string) (*link.Set, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	space := s.named[name]
	if space == nil {
		return nil, false
	}
	return space.Links, true
}

func (s *spaces) Holders(name string) []int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if space := s.named[name]; space != nil {
		return slices.Clone(space.pids)
	}
	return nil
}

func (s *spaces) Delete(name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.named, name)
	return s.fs.Remove(namespaces + name)
}
