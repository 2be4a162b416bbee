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
// those that an `up` would use. It returns what it removed.
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
	used, err := usedCache(o, snapshots, all)
	if err != nil {
		return nil, err
	}
	removed := []string{}
	for _, path := range append(found, snapshots...) {
		if used[path] {
			continue
		}
		o.Progress("prune", fmt.Sprintf("removing %s, %d MiB", path, usedMiB(path)))
		if err := removeWhole(path); err != nil {
			return removed, fmt.Errorf("prune: %w", err)
		}
		removed = append(removed, path)
		_ = os.Remove(filepath.Dir(path)) // of a lab without snapshots; refused while there is one
	}
	return removed, nil
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

// usedCache is every image and snapshot that stays.
func usedCache(o Options, snapshots []string, all bool) (map[string]bool, error) {
	used := map[string]bool{}
	mounts, err := readMounts()
	if err != nil {
		return nil, err
	}
	for _, m := range mounts { // also of a lab that is being made, and of one in another state folder
		for option := range strings.SplitSeq(m.super, ",") {
			if lower, ok := strings.CutPrefix(option, "lowerdir="); ok && m.fstype == "overlay" {
				used[lower] = true
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
		used[s.Image] = true
		lab := o
		lab.Name = filepath.Base(filepath.Dir(file))
		if profile, err := loadProfile(s.Profile); err == nil {
			used[snapshotPath(lab, profile)] = true
		}
	}
	if all {
		return used, nil
	}
	for _, name := range Profiles() {
		profile, err := loadProfile(name)
		if err != nil {
			return nil, err
		}
		used[imagePath(o, profile)] = true
		for _, path := range snapshots {
			lab := o
			lab.Name = filepath.Base(filepath.Dir(path))
			if want := snapshotPath(lab, profile); slices.Contains(snapshots, want) {
				used[want] = true
			}
		}
	}
	return used, nil
}
