package lab

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// A snapshot is the first-time state of a lab: its secret, from which keys,
// passwords and clouds.yaml follow, the disk of every node, and what nodes
// share. It is taken of all nodes while they stand still, so that a lab which
// is made of it comes up as after a power loss of everything.
//
//	CACHE/snapshots/LAB/PROFILE-HASH/{lab.json,secret,nodes/NODE.img,shares/}
//
// It gets that name when it is complete; until then it is called *.making.

// ErrNoSnapshot says that there is no snapshot to go back to.
var ErrNoSnapshot = errors.New("there is no snapshot of this lab as its roles are now; `eris lab up --fresh` makes the lab and its snapshot anew")

const snapshotForm = "1" // another when snapshots of before cannot be read

// snapshotPath is where the snapshot of a lab is: by a hash of everything that
// its state follows from, so that a changed role makes a new one.
func snapshotPath(o Options, profile *Profile) string {
	return filepath.Join(o.CacheDir, "snapshots", o.Name, profile.Name+"-"+profile.fingerprint(o))
}

// fingerprint is a hash of the lab's name, the image, the profile, and every
// file of its roles and of what roles share.
func (p *Profile) fingerprint(o Options) string {
	sum := sha256.New()
	fmt.Fprintf(sum, "%s\n%s\n%s\n", snapshotForm, o.Name, filepath.Base(imagePath(o, p)))
	roots := []string{p.file, "roles/shared"}
	for _, part := range p.order {
		roots = append(roots, "roles/"+part)
	}
	for _, root := range roots {
		err := fs.WalkDir(p.files, root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			content, err := fs.ReadFile(p.files, path)
			fmt.Fprintf(sum, "%s %d\n%s\n", path, len(content), content)
			return err
		})
		if err != nil && !errors.Is(err, fs.ErrNotExist) { // there may be nothing that they share
			panic(err) // embedded or held in memory, and read before
		}
	}
	return hex.EncodeToString(sum.Sum(nil))[:16]
}

// haveSnapshot tells whether a lab can be made of its snapshot.
func haveSnapshot(o Options, profile *Profile) bool {
	_, err := os.Stat(snapshotPath(o, profile))
	return err == nil
}

// takeSnapshot copies a lab that is up and healthy. The nodes stand still for
// as long; afterwards they go on, whatever becomes of the copy. An older one of
// the same lab and profile is removed: no `up` would use it again.
func takeSnapshot(ctx context.Context, o Options, profile *Profile, s stamp) (err error) {
	final := snapshotPath(o, profile)
	unlock, err := lock(ctx, filepath.Join(o.CacheDir, "snapshot.lock"), func() {
		o.Progress("snapshot", "another eris works on snapshots; waiting")
	})
	if err != nil {
		return err
	}
	defer unlock()
	older := snapshotsOf(final, profile)
	making := final + ".making" // among the older ones, where one was cut off
	for _, path := range older {
		if err := removeWhole(path); err != nil {
			return fmt.Errorf("remove an older snapshot: %w", err)
		}
	}
	if err := os.MkdirAll(filepath.Join(making, "nodes"), 0o700); err != nil {
		return fmt.Errorf("take snapshot: %w", err)
	}
	if err := copyStill(ctx, o, profile, making); err != nil {
		return errors.Join(fmt.Errorf("take snapshot: %w", err), os.RemoveAll(making))
	}
	text, err := json.Marshal(s)
	if err == nil {
		err = os.WriteFile(filepath.Join(making, "lab.json"), text, 0o600)
	}
	if err == nil {
		_, err = run(ctx, "sync", "--file-system", making) // a name must not be on disk before what it names
	}
	if err == nil {
		err = os.Rename(making, final)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("take snapshot: %w", err), os.RemoveAll(making))
	}
	return nil
}

// snapshotsOf are the snapshots beside one that are of the same profile, also
// those that are half made or half removed: not those of one whose name only begins so.
func snapshotsOf(path string, profile *Profile) []string {
	form := filepath.Join(filepath.Dir(path), profile.Name+"-"+strings.Repeat("[0-9a-f]", 16))
	var all []string
	for _, end := range []string{"", ".making", ".removing", ".making.removing"} {
		found, _ := filepath.Glob(form + end)
		all = append(all, found...)
	}
	return all
}

// copyStill copies everything while no node runs, and lets them go on.
func copyStill(ctx context.Context, o Options, profile *Profile, into string) (err error) {
	p := o.paths()
	began := time.Now()
	if err := freeze(ctx, p); err != nil {
		return err
	}
	defer func() {
		err = errors.Join(err, thaw(p))
		o.Progress("snapshot", fmt.Sprintf("the nodes stood still for %.1f s", time.Since(began).Seconds()))
	}()
	o.Progress("snapshot", "the nodes stand still; copying their disks")
	for _, n := range profile.Nodes {
		if err := freezeDisk(p, n.Name); err != nil {
			return err
		}
	}
	if err := copySparse(ctx, p.secret, filepath.Join(into, "secret")); err != nil {
		return err
	}
	for _, n := range profile.Nodes {
		if err := copySparse(ctx, p.diskFile(n.Name), filepath.Join(into, "nodes", n.Name+".img")); err != nil {
			return err
		}
	}
	if _, err := os.Stat(p.shares); err == nil {
		return copySparse(ctx, p.shares, filepath.Join(into, "shares"))
	}
	return nil
}

// copySparse copies a file or a folder with its owners, without its holes and,
// where the file system can, without its bytes.
func copySparse(ctx context.Context, from, to string) error {
	_, err := run(ctx, "cp", "--archive", "--no-target-directory", "--sparse=always", "--reflink=auto", from, to)
	return err
}

// fromSnapshot fills the folder of a lab, which has nothing but its stamp, out
// of its snapshot.
func fromSnapshot(ctx context.Context, o Options, profile *Profile) error {
	p, from := o.paths(), snapshotPath(o, profile)
	if err := copySparse(ctx, filepath.Join(from, "secret"), p.secret); err != nil {
		return fmt.Errorf("restore snapshot: %w", err)
	}
	for _, n := range profile.Nodes {
		if err := os.MkdirAll(p.node(n.Name), 0o755); err != nil {
			return fmt.Errorf("restore snapshot: %w", err)
		}
		if err := copySparse(ctx, filepath.Join(from, "nodes", n.Name+".img"), p.diskFile(n.Name)); err != nil {
			return fmt.Errorf("restore disk of %s: %w", n.Name, err)
		}
	}
	if shares := filepath.Join(from, "shares"); slices.Contains(childrenOf(from), "shares") {
		if err := copySparse(ctx, shares, p.shares); err != nil {
			return fmt.Errorf("restore what nodes share: %w", err)
		}
	}
	return nil
}

// childrenOf names what is in a folder; nothing when there is none.
func childrenOf(dir string) []string {
	entries, _ := os.ReadDir(dir)
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}
