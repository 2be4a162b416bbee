package lab

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Prune removes the images and snapshots that no lab on this machine stands on
// and that no `up` would use as profiles and roles are now; with all, also
// those that an `up` would use, and the packages of which images were built. It returns
// what it removed.
func Prune(ctx context.Context, o Options, all bool) ([]string, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	if err := needRoot(); err != nil {
		return nil, err
	}
	for _, name := range []string{"image.lock", "snapshot.lock"} { // nobody makes one meanwhile
		unlock, err := lock(ctx, filepath.Join(o.CacheDir, name), func() {
			o.Progress("prune", "another eris makes an image or a snapshot; waiting for it")
		})
		if err != nil {
			return nil, err
		}
		defer unlock()
	}
	found, _ := filepath.Glob(filepath.Join(o.CacheDir, "images", "*"))
	snapshots, _ := filepath.Glob(filepath.Join(o.CacheDir, "snapshots", "*", "*"))
	removed := []string{}
	for _, path := range append(found, snapshots...) {
		gone, err := pruneOne(o, path, snapshots, all)
		if err != nil {
			return removed, fmt.Errorf("prune: %w", err)
		}
		if gone {
			removed = append(removed, path)
		}
	}
	if packages := filepath.Join(o.CacheDir, "packages"); all {
		if _, err := os.Stat(packages); err == nil {
			o.Progress("prune", fmt.Sprintf("removing %s, %d MiB", packages, usedMiB(packages)))
			if err := os.RemoveAll(packages); err != nil {
				return removed, fmt.Errorf("prune: %w", err)
			}
			removed = append(removed, packages)
		}
	}
	return removed, nil
}

// pruneOne removes an image or a snapshot that nobody uses, and says of one that
// stays why it does. What is used is looked for while nobody can begin to: a lab
// may have been made of it while others were removed.
func pruneOne(o Options, path string, snapshots []string, all bool) (removed bool, err error) {
	release, err := seize(path)
	if err != nil {
		return false, err
	}
	if release == nil {
		o.Progress("prune", "left "+path+": another eris is making a lab of it")
		return false, nil
	}
	defer release()
	used, err := usedCache(o, snapshots, all)
	if err != nil {
		return false, err
	}
	if why := used[path]; why != "" {
		o.Progress("prune", "left "+path+": "+why)
		return false, nil
	}
	o.Progress("prune", fmt.Sprintf("removing %s, %d MiB", path, usedMiB(path)))
	if err := removeWhole(path); err != nil {
		return false, err
	}
	_ = os.Remove(filepath.Dir(path)) // of a lab without snapshots; refused while there is one
	return true, nil
}

// removeWhole removes an image or a snapshot. It loses its name first: half of
// one that has it would be taken for all of it.
func removeWhole(path string) error {
	going := path
	if !strings.HasSuffix(path, ".removing") {
		going += ".removing"
		if err := os.RemoveAll(going); err != nil { // of a removal that was cut off
			return err
		}
		if err := os.Rename(path, going); err != nil {
			return err
		}
	}
	return os.RemoveAll(going)
}

// usedCache is every image and snapshot that stays, and why.
func usedCache(o Options, snapshots []string, all bool) (map[string]string, error) {
	used := map[string]string{}
	mounts, err := readMounts()
	if err != nil {
		return nil, err
	}
	for _, m := range mounts { // also of a lab that is being made, and of one in another state folder
		for option := range strings.SplitSeq(m.super, ",") {
			if lower, ok := strings.CutPrefix(option, "lowerdir="); ok && m.fstype == "overlay" {
				used[lower] = "nodes stand on it"
			}
		}
	}
	var stamps []string
	for _, dir := range stateDirs(o) {
		found, _ := filepath.Glob(filepath.Join(dir, "*", "lab.json"))
		stamps = append(stamps, found...)
	}
	for _, file := range stamps {
		s, err := readStampFile(file)
		if err != nil && !errors.Is(err, ErrNotUp) {
			return nil, err
		}
		lab := o
		lab.Name = filepath.Base(filepath.Dir(file))
		lab.Definitions = ""
		why := "lab " + lab.Name + " of " + filepath.Dir(filepath.Dir(file)) + " stands on it"
		used[s.Image] = why
		used[filepath.Join(o.CacheDir, "snapshots", lab.Name, s.Profile+"-"+s.Roles)] = why
		if profile, err := s.load(lab); err == nil {
			used[snapshotPath(lab, profile)] = why
		}
	}
	if all {
		return used, nil
	}
	return used, usedNext(o, snapshots, used)
}

// usedNext adds what an `up` would use: of every profile that is built in or
// defined, and of those that labs were made of whose snapshots there are.
func usedNext(o Options, snapshots []string, used map[string]string) error {
	next := func(path string, profile *Profile) {
		if used[path] == "" {
			used[path] = "the next up of profile " + profile.Name + " is made of it; --all removes it"
		}
	}
	for _, path := range snapshots {
		lab := o
		lab.Name, lab.Definitions = filepath.Base(filepath.Dir(path)), ""
		s, err := readStampFile(filepath.Join(path, "lab.json"))
		if err != nil || s.From == "" { // half of one, or one of the profiles below
			continue
		}
		if profile, err := s.load(lab); err == nil {
			next(snapshotPath(lab, profile), profile)
			next(imagePath(lab, profile), profile)
		}
	}
	for _, dir := range slices.Compact([]string{"", o.Definitions}) {
		d, err := define(dir)
		if err != nil {
			return err
		}
		for _, name := range d.profiles() {
			profile, err := d.profile(name)
			if err != nil {
				return err
			}
			next(imagePath(o, profile), profile)
			for _, path := range snapshots {
				lab := o
				lab.Name = filepath.Base(filepath.Dir(path))
				if want := snapshotPath(lab, profile); slices.Contains(snapshots, want) {
					next(want, profile)
				}
			}
		}
	}
	return nil
}
