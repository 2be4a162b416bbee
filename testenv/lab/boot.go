package lab

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// boot switches a node on whose root is mounted. The node outlives this
// process; a supervising shell beside its cgroup starts it anew when it
// reboots.
func boot(ctx context.Context, p paths, profile *Profile, lab string, node NodeSpec) error {
	if err := layPower(p, profile, lab, node); err != nil {
		return fmt.Errorf("boot %s: %w", node.Name, err)
	}
	if _, err := run(ctx, p.inLab("bash", p.script("power.sh"), p.node(node.Name), "boot")...); err != nil {
		return fmt.Errorf("boot %s: %w", node.Name, err)
	}
	return nil
}

// layPower makes a node's cgroups and leaves beside its disk what the scripts
// must know of it.
func layPower(p paths, profile *Profile, lab string, node NodeSpec) error {
	cgroups, err := makeCgroups(p.group, node.Name)
	if err != nil {
		return err
	}
	return replaceFile(filepath.Join(p.node(node.Name), "power.conf"), powerConf(p, profile, lab, node, cgroups))
}

// inLab is a command line that runs a program in the lab's network, bearing
// the lab's mark, and with what a node needs of its surroundings.
func (p paths) inLab(argv ...string) []string {
	return append([]string{
		"nsenter", "--net=" + p.netnsFile(), "--", "env", marker + "=" + p.dir,
		"SYSTEMD_NSPAWN_API_VFS_WRITABLE=network", "SYSTEMD_NSPAWN_LOCK=0",
	}, argv...)
}

// powerConf is all that the scripts must know of a node, as shell variables,
// so that a BMC can boot it while no Eris is there.
func powerConf(p paths, profile *Profile, lab string, node NodeSpec, cgroups []string) string {
	var extra []string
	bridges := profile.bridges(node)
	for i, bridge := range bridges[1:] {
		extra = append(extra, fmt.Sprintf("x%d-%s:eth%d:%s", i+1, node.Name, i+1, bridge))
	}
	var text strings.Builder
	for _, pair := range [][2]string{
		{"cgroups", strings.Join(cgroups, " ")}, {"root", p.root(node.Name)}, {"machine", lab + "-" + node.Name},
		{"host", node.Name}, {"bridge", bridges[0]}, {"extra", strings.Join(extra, " ")},
		{"shares", strings.Join(shareBinds(p, profile, node), " ")},
	} {
		fmt.Fprintf(&text, "%s='%s'\n", pair[0], strings.ReplaceAll(pair[1], "'", `'\''`))
	}
	return text.String()
}

// waitBooted waits until systemd on the node is up and its sshd listens, and says
// now and then that it still waits.
func waitBooted(ctx context.Context, o Options, node NodeSpec) error {
	p := o.paths()
	ctx, cancel := context.WithTimeout(ctx, 90*time.Second)
	defer cancel()
	d := dialer{netns: p.netnsFile(), timeout: time.Second}
	n, what := newNews(o.about("nodes")), node.Name+" to boot"
	err := poll(ctx, what, 100*time.Millisecond, func() (err error) {
		defer func() {
			if err != nil {
				n.still(what, err)
			}
		}()
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
		return witness{node: node.Name, at: onConsole}.testimony(ctx, p, nil, err)
	}
	return nil
}

// layScripts puts the scripts of power and boot into the lab's folder.
func layScripts(p paths) error {
	if err := os.MkdirAll(p.script(""), 0o700); err != nil {
		return fmt.Errorf("lay scripts: %w", err)
	}
	for _, name := range []string{"boot.sh", "apart.sh", "power.sh", "bmc.sh"} {
		if err := replaceFile(p.script(name), script(name)); err != nil {
			return fmt.Errorf("lay scripts: %w", err)
		}
	}
	return nil
}

// replaceFile writes a file that a shell may just be reading: the old one
// stays as it is for whoever has it open.
func replaceFile(path, text string) error {
	if err := os.WriteFile(path+".new", []byte(text), 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}
