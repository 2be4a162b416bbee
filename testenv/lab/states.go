package lab

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// The cache notes every state folder that a lab was made in, by a link in
// CACHE/states: what a lab stands on is known also of one in another state
// folder, and also after a restart of this machine, when nothing of it is
// mounted.

// noteState notes the state folder.
func noteState(o Options) error {
	sum := sha256.Sum256([]byte(o.StateDir))
	link := filepath.Join(o.CacheDir, "states", hex.EncodeToString(sum[:])[:16])
	err := os.MkdirAll(filepath.Dir(link), 0o755)
	if err == nil {
		err = os.Symlink(o.StateDir, link)
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("note the state folder: %w", err)
	}
	return nil
}

// stateDirs are the state folders that have been noted, and the one of o.
func stateDirs(o Options) []string {
	dirs := []string{o.StateDir}
	links, _ := filepath.Glob(filepath.Join(o.CacheDir, "states", "*"))
	for _, link := range links {
		if dir, err := os.Readlink(link); err == nil && dir != o.StateDir {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}
