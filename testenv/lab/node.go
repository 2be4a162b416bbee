package lab

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// writeFiles lays the node's configuration into its root, whole files only.
func writeFiles(r *renderer, p paths, node NodeSpec) error {
	root := p.root(node.Name)
	users, err := readUsers(root)
	if err != nil {
		return err
	}
	for _, part := range r.profile.order {
		if !slices.Contains(r.profile.Roles[node.Role], part) {
			continue
		}
		for _, f := range r.profile.parts[part].Files {
			text, err := r.file(part, node, f)
			if err != nil {
				return err
			}
			if err := users.write(root, f, text); err != nil {
				return fmt.Errorf("write %s of %s: %w", f.Path, node.Name, err)
			}
		}
	}
	return nil
}

// users maps the names of a node's users and groups to their numbers, which
// differ from this machine's.
type users struct{ uid, gid map[string]int }

func readUsers(root string) (users, error) {
	uid, err1 := readIDs(filepath.Join(root, "etc/passwd"))
	gid, err2 := readIDs(filepath.Join(root, "etc/group"))
	return users{uid, gid}, errors.Join(err1, err2)
}

// readIDs reads name:x:number:… lines.
func readIDs(file string) (map[string]int, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read users of the image: %w", err)
	}
	ids := map[string]int{}
	for line := range strings.Lines(string(text)) {
		fields := strings.SplitN(line, ":", 4)
		var id int
		if len(fields) == 4 {
			if _, err := fmt.Sscanf(fields[2], "%d", &id); err == nil {
				ids[fields[0]] = id
			}
		}
	}
	return ids, nil
}

func (u users) write(root string, f File, text []byte) error {
	owner, group := "root", "root"
	if f.Owner != "" {
		owner, group, _ = strings.Cut(f.Owner, ":")
	}
	uid, known := u.uid[owner]
	gid, knownGroup := u.gid[group]
	if !known || !knownGroup {
		return fmt.Errorf("owner %s:%s: not in the image", owner, group)
	}
	mode, err := f.mode()
	if err != nil {
		return err
	}
	path := filepath.Join(root, f.Path)
	dir := filepath.Dir(path)
	if _, err := os.Stat(dir); os.IsNotExist(err) { // a folder made for the file belongs to its owner
		folderMode := os.FileMode(0o755)
		if mode&0o077 == 0 {
			folderMode = 0o700
		}
		if err := errors.Join(os.MkdirAll(dir, folderMode), os.Chown(dir, uid, gid)); err != nil {
			return err
		}
	}
	// the image may have a symbolic link here that leads out of the root
	if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
		return err
	}
	if err := os.WriteFile(path, text, mode); err != nil {
		return err
	}
	return errors.Join(os.Chown(path, uid, gid), os.Chmod(path, mode))
}
