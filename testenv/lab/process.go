package lab

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// marker is the environment variable by which the first process of a node is
// known before it has joined its cgroup. Its value is the lab's folder.
const marker = "ERIS_LAB_DIR"

func allProcesses() []int {
	dirs, _ := filepath.Glob("/proc/[0-9]*")
	var pids []int
	for _, dir := range dirs {
		if pid, err := strconv.Atoi(filepath.Base(dir)); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids
}

// markedProcesses lists the processes that carry the lab's mark.
func markedProcesses(p paths) []int {
	mark := []byte(marker + "=" + p.dir)
	var pids []int
	for _, pid := range allProcesses() {
		environ, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", pid))
		if err != nil {
			continue
		}
		for entry := range bytes.SplitSeq(environ, []byte{0}) {
			if bytes.Equal(entry, mark) {
				pids = append(pids, pid)
				break
			}
		}
	}
	return pids
}

// leavingProcesses lists those that have left the lab's cgroups, since they end,
// and have not ended: a node's first process waits there for all the others. The
// kernel tells where they were until they are gone. Dead ones that this machine's
// init has not collected yet are nobody's.
func leavingProcesses(p paths) []int {
	var pids []int
	for _, pid := range allProcesses() {
		dir := fmt.Sprintf("/proc/%d/", pid)
		if groups, err := os.ReadFile(dir + "cgroup"); err != nil || !bytes.Contains(groups, []byte("/"+p.group+"/")) {
			continue
		}
		if status, err := os.ReadFile(dir + "status"); err == nil && !bytes.Contains(status, []byte("\nState:\tZ")) {
			pids = append(pids, pid)
		}
	}
	return pids
}

// folderUsers lists the processes that have their working directory, their root
// or an open file in a folder.
func folderUsers(dir string) []int {
	var pids []int
	for _, pid := range allProcesses() {
		links := []string{fmt.Sprintf("/proc/%d/cwd", pid), fmt.Sprintf("/proc/%d/root", pid)}
		files, _ := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
		for _, link := range append(links, files...) {
			if target, err := os.Readlink(link); err == nil && (target == dir || strings.HasPrefix(target, dir+"/")) {
				pids = append(pids, pid)
				break
			}
		}
	}
	return pids
}

// mountKeepers lists the processes in other mount namespaces than this one's that have a
// mount in a folder, which no unmount here takes away: the first of each namespace.
func mountKeepers(dir string) []int {
	var pids []int
	namespace := func(pid string) string {
		link, _ := os.Readlink("/proc/" + pid + "/ns/mnt") // gone, or a kernel thread
		return link
	}
	seen := map[string]bool{"": true, namespace("self"): true}
	for _, pid := range allProcesses() {
		id := strconv.Itoa(pid)
		in := namespace(id)
		if seen[in] {
			continue
		}
		seen[in] = true
		text, err := os.ReadFile("/proc/" + id + "/mountinfo")
		if err == nil && len(mountsUnder(parseMountinfo(string(text)), dir)) > 0 {
			pids = append(pids, pid)
		}
	}
	return pids
}

// endProcesses ends what is in a cgroup, and returns when it is gone.
func endProcesses(ctx context.Context, group string) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	return poll(ctx, "the end of the processes in "+group, 50*time.Millisecond, func() error {
		pids, err := cgroupProcesses(group)
		if err != nil {
			return err
		}
		for _, pid := range pids {
			_ = syscall.Kill(pid, syscall.SIGKILL) // gone already is as good
		}
		if len(pids) > 0 {
			return fmt.Errorf("%d processes left", len(pids))
		}
		return nil
	})
}

// killLab ends every process of the lab, and only those: members of its
// cgroups and bearers of its mark. It returns when they are gone.
func killLab(ctx context.Context, p paths) error {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	return poll(ctx, "the end of the lab's processes", 50*time.Millisecond, func() error {
		pids, err := cgroupProcesses(p.group)
		if err != nil {
			return err
		}
		pids = slices.Concat(pids, leavingProcesses(p), markedProcesses(p))
		if err := thaw(p); err != nil { // what stands still does not end
			return err
		}
		for _, pid := range pids {
			_ = syscall.Kill(pid, syscall.SIGKILL) // gone already is as good
		}
		if err := thawNested(p.group); err != nil { // killed first, so that it does nothing more
			return err
		}
		if len(pids) > 0 {
			return fmt.Errorf("%d processes left", len(pids))
		}
		return nil
	})
}

// leader finds the node's PID 1 by its number as this machine sees it; 0
// when the node is off. In a nested process namespace it is the one whose own
// number inside is 1; a guest on the node has one too, one level further down.
func leader(p paths, node string) (int, error) {
	pids, err := cgroupProcesses(filepath.Join(p.group, node))
	if err != nil {
		return 0, err
	}
	found, least := 0, 0
	for _, pid := range pids {
		status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		if err != nil {
			continue
		}
		if depth := initDepth(string(status)); depth > 0 && (found == 0 || depth < least) {
			found, least = pid, depth
		}
	}
	return found, nil
}

// initDepth reads /proc/PID/status: how many process namespaces down from here
// the process is the first of its own; 0 when it is none, or a zombie. NSpid
// lists its number in each namespace from the outermost in.
func initDepth(status string) int {
	depth := 0
	for line := range strings.Lines(status) {
		fields := strings.Fields(line)
		if len(fields) < 2 {
			continue
		}
		switch fields[0] {
		case "State:":
			if fields[1] == "Z" || fields[1] == "X" {
				return 0
			}
		case "NSpid:":
			if fields[len(fields)-1] == "1" {
				depth = len(fields) - 2
			}
		}
	}
	return depth
}
