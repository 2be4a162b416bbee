package node

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/openstack-eris/eris/testenv/simcloud/systemd"
)

// Unit is one daemon that the node runs.
type Unit struct {
	Name        string // with suffix
	Description string
	Type        string // simple when empty
	Exec        string // command line, for show
	Reload      string // command line of a reload; none when empty
	Restart     string // no when empty
	KillMode    string // control-group when empty; what it starts in a Space lives on in any case
	Disabled    bool   // no boot starts it
	Daemon      systemd.Daemon
}

func (n *Node) daemons() map[string]systemd.Daemon {
	all := map[string]systemd.Daemon{}
	for _, u := range n.opt.Units {
		all[u.Name] = u.Daemon
	}
	return all
}

// install lays what is on the disk of a new node.
func (n *Node) install() error {
	files := map[string]string{
		"/etc/hostname":   n.opt.Name + "\n",
		"/etc/machine-id": strings.ReplaceAll(n.uuid(), "-", "") + "\n",
		"/etc/os-release": "PRETTY_NAME=\"Simulated Debian GNU/Linux 12 (bookworm)\"\nID=debian\nVERSION_ID=\"12\"\n",
		"/etc/hosts":      "127.0.0.1 localhost\n" + n.opt.Address + " " + n.opt.Name + "\n",
		Marker:            n.opt.Cloud + "\n",

		"/usr/lib/tc/normal.dist": "# the simulated tc knows it by itself\n",
	}
	if n.opt.Resolver != "" {
		files["/etc/resolv.conf"] = "nameserver " + n.opt.Resolver + "\n"
	}
	for _, u := range n.opt.Units { // what starts them, whatever that is called
		files["/lib/systemd/system/"+u.Name] = unitFile(u)
	}
	for name, text := range files {
		if err := n.files.WriteFile(name, []byte(text), 0o644); err != nil {
			return err
		}
	}
	for name, text := range n.opt.Files {
		if err := n.files.WriteFile(name, []byte(text), 0o640); err != nil {
			return err
		}
	}
	wants := "/etc/systemd/system/multi-user.target.wants"
	for _, dir := range []string{wants, "/root", "/var/lib", "/var/log", "/var/tmp", "/usr/bin", "/bin"} {
		if err := n.files.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	for _, u := range n.opt.Units {
		if u.Disabled {
			continue
		}
		if err := n.files.Symlink("/lib/systemd/system/"+u.Name, wants+"/"+u.Name); err != nil {
			return err
		}
	}
	return nil
}

func unitFile(u Unit) string {
	kind, restart := u.Type, u.Restart
	if kind == "" {
		kind = "simple"
	}
	if restart == "" {
		restart = "no"
	}
	mode := ""
	if u.KillMode != "" {
		mode = "KillMode=" + u.KillMode + "\n"
	}
	reload := ""
	if u.Reload != "" {
		reload = "ExecReload=" + u.Reload + "\n"
	}
	return fmt.Sprintf("[Unit]\nDescription=%s\n\n[Service]\nType=%s\nExecStart=%s\n%s%sRestart=%s\n\n[Install]\nWantedBy=multi-user.target\n",
		u.Description, kind, u.Exec, reload, mode, restart)
}

// layout lays what a boot makes: /run, and the generated files.
func (n *Node) layout(manager *systemd.Manager) error {
	folders := []string{"/run/lock", "/tmp", "/proc", "/sys/fs/cgroup/system.slice"}
	if !n.opt.Systemless {
		folders = append(folders, "/run/systemd/system", "/run/systemd/transient")
	}
	for _, dir := range folders {
		if err := n.files.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	// Real nodes have the unified hierarchy at one of two places.
	if err := n.files.Symlink("/sys/fs/cgroup", "/sys/fs/cgroup/unified"); err != nil {
		return err
	}
	// The first process is systemd's.
	if err := errors.Join(n.files.MkdirAll("/proc/1/ns", 0o555), n.files.Symlink("net:[4026531840]", "/proc/1/ns/net"),
		n.files.MkdirAll("/proc/self/ns", 0o555), n.files.Symlink("net:[4026531840]", "/proc/self/ns/net")); err != nil {
		return err
	}
	bootID := n.uuid()
	n.mu.Lock()
	n.bootID = bootID
	n.mu.Unlock()
	controllers := func() []byte { return []byte("cpuset cpu io memory hugetlb pids\n") }
	for _, name := range []string{"cgroup.controllers", "cgroup.subtree_control", "system.slice/cgroup.controllers", "system.slice/cgroup.subtree_control"} {
		if err := n.files.Generate("/sys/fs/cgroup/"+name, controllers, nil); err != nil {
			return err
		}
	}
	since := func() time.Duration { return time.Since(manager.Booted()) }
	for name, gen := range map[string]func() []byte{
		"/dev/urandom":                    n.urandom,
		"/proc/uptime":                    func() []byte { return n.uptime(since(), manager) },
		"/proc/stat":                      func() []byte { return n.stat(since(), manager) },
		"/proc/loadavg":                   func() []byte { return n.loadavg(manager) },
		"/proc/meminfo":                   func() []byte { return n.meminfo(manager.Taken()) },
		"/proc/mounts":                    n.procMounts,
		"/proc/self/mountinfo":            n.mountinfo,
		"/proc/net/tcp":                   n.procNetTCP,
		"/proc/sys/kernel/random/boot_id": func() []byte { return []byte(bootID + "\n") },
		"/proc/version":                   func() []byte { return []byte("Linux version 6.1.0-simulated\n") },
		"/proc/kallsyms":                  kallsyms,
		"/proc/sys/fs/file-nr":            func() []byte { return []byte("1024\t0\t1000000\n") },
		"/proc/sys/kernel/pid_max":        func() []byte { return []byte("4194304\n") },
		"/proc/sys/kernel/hostname":       func() []byte { return []byte(n.opt.Name + "\n") },
	} {
		if err := n.files.Generate(name, gen, nil); err != nil {
			return err
		}
	}
	return n.layLimits()
}

// urandom is so much of it as one look takes.
func (n *Node) urandom() []byte {
	n.mu.Lock()
	defer n.mu.Unlock()
	data := make([]byte, 4096)
	for i := range data {
		data[i] = byte(n.opt.Rand.Uint32())
	}
	return data
}

// kallsyms names what of its modules this kernel has built in, as far as a fault asks.
func kallsyms() []byte {
	var b strings.Builder
	for _, name := range []string{"htb_enqueue", "tbf_enqueue", "netem_enqueue", "u32_classify", "dm_create", "delay_ctr", "flakey_ctr", "ctnetlink_new_conntrack"} {
		b.WriteString("0000000000000000 t " + name + "\n")
	}
	return []byte(b.String())
}

// BootID is the kernel's id of this boot.
func (n *Node) BootID() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.bootID
}

func (n *Node) uuid() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	a, b := n.opt.Rand.Uint64(), n.opt.Rand.Uint64()
	return fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", a>>32, a>>16&0xffff, a&0xfff, b>>48&0xfff, b&0xffffffffffff)
}

// random is a source of its own for one boot, drawn from the node's.
func (n *Node) random() *rand.Rand {
	n.mu.Lock()
	defer n.mu.Unlock()
	return rand.New(rand.NewPCG(n.opt.Rand.Uint64(), n.opt.Rand.Uint64()))
}

func cutEnv(pair string) (name, value string, found bool) { return strings.Cut(pair, "=") }
