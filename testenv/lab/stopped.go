package lab

import (
	"cmp"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// stopped names what stands still on a node: processes that were stopped by a
// signal, and cgroups that were frozen, units for instance. Their ports may
// still be connected to and their connections live on, so that they seem well. The
// units are those that they are of, and a process is named with its own.
func stopped(p paths, node string) (names, units []string, err error) {
	group := filepath.Join(p.group, node)
	pids, err := cgroupProcesses(group)
	if err != nil {
		return nil, nil, err
	}
	still, of := map[string]bool{}, map[string]bool{}
	for _, pid := range pids {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid)) // one that has ended stands nowhere
		if name, state := nameAndState(string(text)); err == nil && state == "T" {
			groups, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cgroup", pid))
			unit := ""
			for line := range strings.Lines(string(groups)) {
				unit = cmp.Or(unit, unitIn(line))
			}
			if unit != "" { // many a process is called uwsgi or python3
				name += " of " + unit
			}
			still[name], of[unit] = true, true
		}
	}
	all, err := hierarchies()
	if err != nil {
		return nil, nil, err
	}
	for _, h := range all {
		err := filepath.WalkDir(filepath.Join(h.path, group), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.Name() != "cgroup.events" {
				return skipVanished(err)
			}
			text, err := os.ReadFile(path)
			if slices.Contains(strings.Split(string(text), "\n"), "frozen 1") {
				still[filepath.Base(filepath.Dir(path))] = true
				of[unitIn(filepath.Dir(path))] = true
			}
			return skipVanished(err)
		})
		if err != nil {
			return nil, nil, fmt.Errorf("look for what stands still on %s: %w", node, err)
		}
	}
	delete(of, "")
	return slices.Sorted(maps.Keys(still)), slices.Sorted(maps.Keys(of)), nil
}

// unitIn is the unit of a cgroup, the innermost one; empty when it is in none.
func unitIn(group string) string {
	elements := strings.Split(strings.TrimSpace(group), "/")
	slices.Reverse(elements)
	i := slices.IndexFunc(elements, func(e string) bool { return strings.HasSuffix(e, ".service") })
	if i < 0 {
		return ""
	}
	return elements[i]
}

// nameAndState reads proc_pid_stat(5): "PID (NAME) STATE ...", where the name
// may have anything in it.
func nameAndState(stat string) (name, state string) {
	open, end := strings.IndexByte(stat, '('), strings.LastIndexByte(stat, ')')
	if open < 0 || end < open {
		return "", ""
	}
	if fields := strings.Fields(stat[end+1:]); len(fields) > 0 {
		state = fields[0]
	}
	return stat[open+1 : end], state
}
