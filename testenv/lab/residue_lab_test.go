//go:build lab || openstack

package lab

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// residue lists everything on this machine that belongs to a lab: by its
// folder, its names, its network, and the cgroups that a node makes where it
// must not. netns is the inode of its network while that was up.
func residue(t *testing.T, o Options, netns string) []string {
	t.Helper()
	o, err := o.withDefaults()
	require.NoError(t, err)
	p := o.paths()
	var left []string
	mounts, err := readMounts()
	require.NoError(t, err)
	for _, m := range mounts {
		if strings.HasPrefix(m.path, p.dir+"/") || m.path == p.netnsFile() {
			left = append(left, "mount "+m.path)
		}
	}
	for _, device := range loopsUnder(p.dir) {
		left = append(left, "loop device "+device)
	}
	traces, err := filepath.Glob("/run/systemd/nspawn/*/" + o.Name + "-*")
	require.NoError(t, err)
	for _, path := range append(traces, p.netnsFile(), p.dir, p.claim) {
		if _, err := os.Lstat(path); err == nil {
			left = append(left, "file "+path)
		}
	}
	all, err := hierarchies()
	require.NoError(t, err)
	for _, h := range all {
		if _, err := os.Stat(filepath.Join(h.path, p.group)); err == nil {
			left = append(left, "cgroup "+filepath.Join(h.path, p.group))
		}
	}
	if others, err := os.ReadDir(filepath.Dir(p.claim)); err == nil && len(others) == 0 { // it is kept for any lab
		if _, err := os.Lstat(hostWatchers().before); err == nil {
			left = append(left, "file "+hostWatchers().before)
		}
	}
	for _, pid := range allProcesses() {
		if why := belongs(pid, p, netns); why != "" {
			left = append(left, fmt.Sprintf("process %d (%s)", pid, why))
		}
	}
	return left
}

// belongs tells why a living process is one of the lab's. A dead one that
// this machine's init has not collected yet is nobody's.
func belongs(pid int, p paths, netns string) string {
	dir := fmt.Sprintf("/proc/%d/", pid)
	if status, err := os.ReadFile(dir + "status"); err != nil || strings.Contains(string(status), "\nState:\tZ") {
		return ""
	}
	if cgroups, err := os.ReadFile(dir + "cgroup"); err == nil && strings.Contains(string(cgroups), "/"+p.group+"/") {
		return "cgroup"
	}
	if link, err := os.Readlink(dir + "ns/net"); err == nil && link == netns {
		return "network"
	}
	if slices.Contains(markedProcesses(p), pid) {
		return "mark"
	}
	return ""
}

// strays lists the cgroups at the top of every hierarchy that systemd makes:
// if a node's systemd got out of its own cgroup, one of these is new.
func strays(t *testing.T) []string {
	t.Helper()
	all, err := hierarchies()
	require.NoError(t, err)
	var found []string
	for _, h := range all {
		for _, name := range []string{"system.slice", "user.slice", "init.scope", "payload", "supervisor"} {
			if _, err := os.Stat(filepath.Join(h.path, name)); err == nil {
				found = append(found, filepath.Join(h.path, name))
			}
		}
	}
	return found
}

// rules are the packet filters' rules of this machine's own network: those of nft,
// which iptables-nft's are among, and those of iptables-legacy, which are not.
func rules(t *testing.T) string {
	t.Helper()
	text, err := run(t.Context(), "nft", "--stateless", "list", "ruleset")
	require.NoError(t, err)
	for _, family := range []string{"ip", "ip6"} {
		tables, err := os.ReadFile("/proc/net/" + family + "_tables_names")
		if errors.Is(err, fs.ErrNotExist) { // its module is not loaded: there are none
			continue
		}
		require.NoError(t, err)
		text += family + " tables of iptables-legacy: " + string(tables)
		if program := family + "tables-legacy-save"; len(tables) > 0 && haveProgram(program) {
			saved, err := run(t.Context(), program)
			require.NoError(t, err)
			text += counters.ReplaceAllString(saved, "")
		}
	}
	return text
}

// links are those of this machine's own network.
func links(t *testing.T) []string {
	t.Helper()
	found, err := os.ReadDir("/sys/class/net")
	require.NoError(t, err)
	var names []string
	for _, link := range found {
		names = append(names, link.Name())
	}
	return names
}

// counters are what iptables-save says that changes by itself.
var counters = regexp.MustCompile(`(?m)^#.*\n|\[\d+:\d+\]`)

// networkInode names the lab's network as /proc/PID/ns/net does; empty while
// no process of the lab is in it.
func networkInode(t *testing.T, o Options) string {
	t.Helper()
	o, err := o.withDefaults()
	require.NoError(t, err)
	for _, pid := range namespaceUsers(o.paths()) {
		if link, err := os.Readlink(fmt.Sprintf("/proc/%d/ns/net", pid)); err == nil {
			return link
		}
	}
	return ""
}
