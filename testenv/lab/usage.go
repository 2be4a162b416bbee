package lab

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// usage is what this machine can tell of a node without asking it.
func usage(p paths, n NodeSpec) (NodeStatus, error) {
	s := NodeStatus{Name: n.Name, Address: n.Address.String(), Services: []ServiceStatus{}, Facts: map[string]string{}}
	pid, err := leader(p, n.Name)
	if err != nil || pid == 0 {
		return s, err
	}
	group := filepath.Join(p.group, n.Name)
	s.On, s.UpS, s.Memory, s.CPUS = true, int64(age(pid).Seconds()), memoryMiB(group), cpuTime(group).Seconds()
	return s, nil
}

func usageOf(p paths, profile *Profile) ([]NodeStatus, error) {
	var all []NodeStatus
	for _, n := range profile.Nodes {
		s, err := usage(p, n)
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}

// memoryMiB is what a cgroup holds of this machine's memory, without the cache of
// files, which the kernel drops where others want memory (total_active_file and
// total_inactive_file of version 1, without total_ in version 2). 0 when there is no
// such cgroup.
func memoryMiB(group string) int {
	all, err := hierarchies()
	if err != nil {
		return 0
	}
	for _, h := range all {
		dir := filepath.Join(h.path, group)
		for _, v := range []struct{ usage, of string }{{"memory.usage_in_bytes", "total_"}, {"memory.current", ""}} {
			if used, ok := readNumber(filepath.Join(dir, v.usage)); ok {
				stat := filepath.Join(dir, "memory.stat")
				return int((used - statistic(stat, v.of+"active_file") - statistic(stat, v.of+"inactive_file")) >> 20)
			}
		}
	}
	return 0
}

// cpuTime is the processor time that a cgroup has used; 0 when there is none.
func cpuTime(group string) time.Duration {
	all, err := hierarchies()
	if err != nil {
		return 0
	}
	for _, h := range all {
		dir := filepath.Join(h.path, group)
		if ns, ok := readNumber(filepath.Join(dir, "cpuacct.usage")); ok {
			return time.Duration(ns)
		}
		if us := statistic(filepath.Join(dir, "cpu.stat"), "usage_usec"); us > 0 {
			return time.Duration(us) * time.Microsecond
		}
	}
	return 0
}

func readNumber(file string) (int64, bool) {
	text, err := os.ReadFile(file)
	if err != nil {
		return 0, false
	}
	n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
	return n, err == nil
}

// statistic is one value of a file of `key value` lines; 0 when not there.
func statistic(file, key string) int64 {
	text, err := os.ReadFile(file)
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		if n, err := strconv.ParseInt(value, 10, 64); err == nil && name == key {
			return n
		}
	}
	return 0
}

// age is how long ago a process was started.
func age(pid int) time.Duration {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	up, err := os.ReadFile("/proc/uptime")
	if err != nil {
		return 0
	}
	return parseAge(string(text), string(up))
}

// parseAge reads proc_pid_stat(5): after the name in parentheses, the
// twentieth field is the start in ticks after the machine's own; a tick is a
// hundredth of a second for every user of this interface.
func parseAge(stat, uptime string) time.Duration {
	_, rest, _ := strings.Cut(stat[strings.LastIndexByte(stat, ')')+1:], " ")
	fields := strings.Fields(rest)
	seconds, _, _ := strings.Cut(uptime, " ")
	up, err := strconv.ParseFloat(seconds, 64)
	if err != nil || len(fields) < 20 {
		return 0
	}
	ticks, err := strconv.ParseInt(fields[19], 10, 64)
	if err != nil {
		return 0
	}
	return time.Duration(up*float64(time.Second)) - time.Duration(ticks)*10*time.Millisecond
}
