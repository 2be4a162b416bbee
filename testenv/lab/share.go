package lab

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// source is where the share lies on this machine.
func (s Share) source(p paths) string { return filepath.Join(p.dir, "shares", s.Name) }

// makeShares makes the shared folders, owned as the same path of the image is.
func makeShares(p paths, profile *Profile, image string) error {
	for _, s := range profile.Shares {
		if err := os.MkdirAll(s.source(p), 0o755); err != nil {
			return fmt.Errorf("make share %s: %w", s.Name, err)
		}
		info, err := os.Stat(filepath.Join(image, s.Path))
		if err != nil {
			return fmt.Errorf("make share %s: the image has no such folder: %w", s.Name, err)
		}
		owner, ok := info.Sys().(*syscall.Stat_t)
		if !ok {
			return fmt.Errorf("make share %s: %s has no owner", s.Name, s.Path)
		}
		if err := errors.Join(os.Chown(s.source(p), int(owner.Uid), int(owner.Gid)), os.Chmod(s.source(p), info.Mode().Perm())); err != nil {
			return fmt.Errorf("make share %s: %w", s.Name, err)
		}
	}
	return nil
}

// shareBinds are systemd-nspawn's options for the shares of a node.
func shareBinds(p paths, profile *Profile, node NodeSpec) []string {
	var binds []string
	for _, s := range profile.Shares {
		if s.Role == node.Role {
			binds = append(binds, fmt.Sprintf("--bind=%s:%s", s.source(p), s.Path))
		}
	}
	return binds
}
