package lab

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

// A lab's network namespace, cgroups and machines are named after it alone, so
// that two of one name in different state folders would be one: what is done to
// the second would be done to the nodes of the first. So a name is claimed for
// one state folder at a time, by a link to the lab's folder:
//
//	/run/eris-lab/NAME -> STATE/NAME
//
// It is there from before anything is made until down has taken all of it away,
// and goes with a restart of this machine as what it stands for does.
const claims = "/run/eris-lab"

// ErrTaken says that a lab of that name is there in another state folder.
var ErrTaken = errors.New("one name cannot be used twice at a time")

// owner is the folder of the lab that has the name; empty when none has.
func (p paths) owner() (string, error) {
	dir, err := os.Readlink(p.claim)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read whose name it is: %w", err)
	}
	return dir, nil
}

// Find are the options of the lab that has a name, whatever its state folder
// is; those of the usual one when none has it.
func Find(name string) Options { return find(Options{Name: name}) }

func find(o Options) Options {
	full, err := o.withDefaults()
	if err != nil {
		return o // and whoever uses it is told
	}
	if owner, err := full.paths().owner(); err == nil && owner != "" {
		o.StateDir = filepath.Dir(owner)
	}
	return o
}

// OfInventory are the options of the lab whose own inventory a file is, and
// false for any other file.
func OfInventory(file string) (Options, bool) { return ofInventory(Options{}, file) }

func ofInventory(o Options, file string) (Options, bool) {
	dir, err := resolve(filepath.Dir(file))
	if err != nil {
		return o, false
	}
	o.Name = filepath.Base(dir)
	o = find(o)
	full, err := o.withDefaults()
	return o, err == nil && full.paths().dir == dir && filepath.Base(file) == filepath.Base(full.paths().inventory)
}

// taken gives ErrTaken when the name is that of a lab in another state folder.
func (p paths) taken() error {
	owner, err := p.owner()
	if err != nil || owner == "" || owner == p.dir {
		return err
	}
	name, state := filepath.Base(owner), filepath.Dir(owner)
	return fmt.Errorf("lab %s is there with the state folder %s (`eris lab down --name %s --state %s` takes it away): %w", name, state, name, state, ErrTaken)
}

// alone runs f while no other eris changes what all labs of this machine share, which
// the folder of their names stands for; it waits for that until ctx ends. f does not ask for
// it again.
func alone(ctx context.Context, folder string, f func() error) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return fmt.Errorf("lock what labs share: %w", err)
	}
	lock, err := os.Open(folder)
	if err != nil {
		return fmt.Errorf("lock what labs share: %w", err)
	}
	defer func() { _ = lock.Close() }() // which unlocks it
	err = poll(ctx, "another eris to let go of "+folder, 50*time.Millisecond, func() error {
		return unix.Flock(int(lock.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	})
	if err != nil {
		return fmt.Errorf("lock what labs share: %w", err)
	}
	return f()
}

// takeName takes the name for this lab, or gives ErrTaken.
func (p paths) takeName() error {
	if err := os.MkdirAll(filepath.Dir(p.claim), 0o755); err != nil {
		return fmt.Errorf("claim the lab's name: %w", err)
	}
	for {
		err := os.Symlink(p.dir, p.claim)
		if err == nil {
			return nil
		}
		if !errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("claim the lab's name: %w", err)
		}
		if owner, err := p.owner(); err != nil || owner != "" { // else it was given back just now
			return errors.Join(err, p.taken())
		}
	}
}

// giveNameBack is for when nothing of the lab is left.
func (p paths) giveNameBack() error {
	if owner, err := p.owner(); err != nil || owner != p.dir {
		return err
	}
	if err := os.Remove(p.claim); err != nil {
		return fmt.Errorf("give the lab's name back: %w", err)
	}
	return nil
}
