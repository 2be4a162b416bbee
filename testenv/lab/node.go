package lab

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
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

// boot starts a node whose root is mounted. The node outlives this process;
// a supervising shell in the node's cgroup starts it anew when it reboots.
func boot(p paths, profile *Profile, lab string, node NodeSpec) error {
	cgroups, err := makeCgroups(p.group, node.Name)
	if err != nil {
		return fmt.Errorf("boot %s: %w", node.Name, err)
	}
	console, err := os.OpenFile(filepath.Join(p.node(node.Name), "console.log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("boot %s: %w", node.Name, err)
	}
	defer func() { _ = console.Close() }()
	argv := append([]string{"--net=" + p.netnsFile(), "--", "sh", "-eu", "-c", script("boot.sh"), "boot"},
		bootArguments(p, profile, lab, node, cgroups)...)
	cmd := exec.Command("nsenter", argv...) //nolint:noctx // the node outlives every context of ours
	cmd.Stdout, cmd.Stderr = console, console
	cmd.Env = []string{
		"PATH=/usr/sbin:/usr/bin:/sbin:/bin", marker + "=" + p.dir,
		"SYSTEMD_NSPAWN_API_VFS_WRITABLE=network", "SYSTEMD_NSPAWN_LOCK=0",
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("boot %s: %w", node.Name, err)
	}
	go func() { _ = cmd.Wait() }() // only so that no zombie stays while this process lives
	return nil
}

// bootArguments are the positional arguments of boot.sh.
func bootArguments(p paths, profile *Profile, lab string, node NodeSpec, cgroups []string) []string {
	var extra []string
	for i, n := range profile.Networks[1:] {
		extra = append(extra, fmt.Sprintf("x%d-%s:eth%d:%s", i+1, node.Name, i+1, n.Bridge))
	}
	return []string{
		strings.Join(cgroups, " "), p.root(node.Name), lab + "-" + node.Name, node.Name,
		profile.Networks[0].Bridge, strings.Join(extra, " "), strings.Join(shareBinds(p, profile, node), " "),
	}
}

// waitBooted waits until systemd on the node is up and its sshd listens.
func waitBooted(ctx context.Context, p paths, node NodeSpec) error {
	ctx, cancel := context.WithTimeout(ctx, 90*time.Second)
	defer cancel()
	d := dialer{netns: p.netnsFile(), timeout: time.Second}
	err := poll(ctx, node.Name+" to boot", 100*time.Millisecond, func() error {
		pid, err := leader(p, node.Name)
		if err != nil {
			return err
		}
		if pid == 0 {
			return errors.New("it does not run; see " + filepath.Join(p.node(node.Name), "console.log"))
		}
		conn, err := d.dial(ctx, "tcp", node.Address.String()+":22")
		if err != nil {
			return err
		}
		return conn.Close()
	})
	if err != nil {
		return &NodeError{Node: node.Name, Journal: console(p, node.Name), Err: err}
	}
	return nil
}
