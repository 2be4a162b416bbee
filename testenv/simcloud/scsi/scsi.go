// Package scsi simulates the SCSI disks of a node as the kernel shows them below
// /sys and /dev, and its iSCSI sessions with the program iscsiadm.
package scsi

import (
	"fmt"
	"path"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"github.com/openstack-eris/eris/testenv/simcloud/memfs"
)

// Disk is one that an adapter finds when it looks.
type Disk struct {
	Place   string // CHANNEL:TARGET:LUN at its adapter
	ID      string // its name in /dev/disk/by-id; empty: none
	WWID    string
	Sectors int64
}

// Bus is what one boot of a node has of adapters and disks. Its methods are safe for
// concurrent use.
type Bus struct {
	fs *memfs.FS

	mu       sync.Mutex
	adapters []*adapter
	named    int // disks so far: a disk that comes back has another name
	logins   int // sessions so far
	sessions []*session
	targets  []Target
}

type adapter struct {
	number int
	finds  []Disk
	names  map[string]string // sdb of those that are there, by place
}

// settings are the files of a disk that can be set, with what a new one has.
func settings() map[string]string {
	return map[string]string{
		"queue/scheduler": "[none] mq-deadline\n", "queue/read_ahead_kb": "128\n", "queue/nr_requests": "256\n", "queue/max_sectors_kb": "512\n",
	}
}

// New lays what a boot finds: an adapter with disks, and the sessions of the
// targets into which a boot logs in. The first boot has them all.
func New(fs *memfs.FS, disks []Disk, targets []Target, first bool) (*Bus, error) {
	b := &Bus{fs: fs, targets: targets}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, dir := range []string{"/dev/disk/by-id", "/sys/block", "/sys/bus/scsi/devices", "/sys/class/iscsi_session", "/sys/class/iscsi_connection"} {
		if err := fs.RemoveAll(dir); err != nil {
			return nil, err
		}
		if err := fs.MkdirAll(dir, 0o755); err != nil {
			return nil, err
		}
	}
	if len(disks) > 0 {
		if _, err := b.add(disks); err != nil {
			return nil, err
		}
	}
	for _, t := range targets {
		if t.Manual && !first {
			continue
		}
		for _, portal := range t.Portals {
			if err := b.login(t, portal); err != nil {
				return nil, err
			}
		}
	}
	return b, nil
}

// add is an adapter that comes, which looks for its disks at once. Called with mu held.
func (b *Bus) add(finds []Disk) (*adapter, error) {
	a := &adapter{number: len(b.adapters) + 2, finds: finds, names: map[string]string{}}
	b.adapters = append(b.adapters, a)
	for _, d := range finds {
		if err := b.attach(a, d); err != nil {
			return nil, err
		}
	}
	return a, b.fs.Generate(fmt.Sprintf("/sys/class/scsi_host/host%d/scan", a.number), func() []byte { return nil }, func(text []byte) error {
		b.mu.Lock()
		defer b.mu.Unlock()
		words := strings.Fields(string(text))
		if len(words) != 3 {
			return syscall.EINVAL
		}
		for _, d := range a.finds {
			if d.Place == strings.Join(words, ":") {
				return b.attach(a, d)
			}
		}
		return nil // the kernel says nothing when it finds none
	})
}

// attach makes a disk known, under the next name. Called with mu held.
func (b *Bus) attach(a *adapter, d Disk) error {
	if a.names[d.Place] != "" {
		return nil
	}
	name := "sd" + string(rune('b'+b.named%25))
	b.named++
	a.names[d.Place] = name
	at := fmt.Sprintf("/sys/bus/scsi/devices/%d:%s", a.number, d.Place)
	block := at + "/block/" + name
	for file, text := range map[string]string{
		at + "/state": "running\n", at + "/wwid": d.WWID + "\n", at + "/timeout": "30\n", at + "/queue_depth": "32\n",
		block + "/size": strconv.FormatInt(d.Sectors, 10) + "\n", block + "/ro": "0\n", block + "/dev": fmt.Sprintf("8:%d\n", 16*b.named),
		"/dev/" + name: strings.Repeat("\x00", 4096),
	} {
		if err := b.write(file, text); err != nil {
			return err
		}
	}
	for file, text := range settings() {
		if err := b.write(block+"/"+file, text); err != nil {
			return err
		}
	}
	if err := b.fs.Generate(at+"/delete", func() []byte { return nil }, func([]byte) error {
		b.mu.Lock()
		defer b.mu.Unlock()
		return b.detach(a, d)
	}); err != nil {
		return err
	}
	for link, to := range map[string]string{block + "/device": at, "/sys/block/" + name: block} {
		if err := b.fs.Symlink(to, link); err != nil {
			return err
		}
	}
	if d.ID == "" {
		return nil
	}
	return b.fs.Symlink("../../"+name, "/dev/disk/by-id/"+d.ID)
}

// detach makes the kernel forget a disk. Called with mu held.
func (b *Bus) detach(a *adapter, d Disk) error {
	name := a.names[d.Place]
	delete(a.names, d.Place)
	for _, gone := range []string{
		"/dev/disk/by-id/" + d.ID, "/dev/" + name, "/sys/block/" + name, fmt.Sprintf("/sys/bus/scsi/devices/%d:%s", a.number, d.Place),
	} {
		if path.Base(gone) == "by-id" {
			continue // it has no such name
		}
		if err := b.fs.RemoveAll(gone); err != nil {
			return err
		}
	}
	return nil
}

// write makes a file with the folders above it.
func (b *Bus) write(name, text string) error {
	if err := b.fs.MkdirAll(path.Dir(name), 0o755); err != nil {
		return err
	}
	return b.fs.WriteFile(name, []byte(text), 0o644)
}
