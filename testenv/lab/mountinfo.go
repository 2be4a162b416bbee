package lab

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
)

// mountPoint is one line of /proc/self/mountinfo.
type mountPoint struct {
	path   string
	fstype string
	super  string // options of the file system, for version 1 cgroups their controllers
}

func readMounts() ([]mountPoint, error) {
	text, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return nil, fmt.Errorf("read mounts: %w", err)
	}
	return parseMountinfo(string(text)), nil
}

// parseMountinfo reads the kernel's format (proc_pid_mountinfo(5)): the mount
// point is the fifth field, with octal escapes; after a lone dash come the
// type, the source and the options of the file system.
func parseMountinfo(text string) []mountPoint {
	var all []mountPoint
	for line := range strings.Lines(text) {
		before, after, found := strings.Cut(line, " - ")
		head, rest := strings.Fields(before), strings.Fields(after)
		if !found || len(head) < 5 || len(rest) < 1 {
			continue
		}
		m := mountPoint{path: unescape(head[4]), fstype: rest[0]}
		if len(rest) > 2 {
			m.super = rest[2]
		}
		all = append(all, m)
	}
	return all
}

// unescape undoes the kernel's \ooo for space, tab, newline and backslash.
func unescape(path string) string {
	var out strings.Builder
	for i := 0; i < len(path); i++ {
		if path[i] == '\\' && i+4 <= len(path) {
			if code, err := strconv.ParseUint(path[i+1:i+4], 8, 8); err == nil {
				out.WriteByte(byte(code))
				i += 3
				continue
			}
		}
		out.WriteByte(path[i])
	}
	return out.String()
}

// mountsUnder lists the mount points in a folder and the folder's own,
// deepest first and the latest of equals first: the order to unmount in.
func mountsUnder(all []mountPoint, dir string) []string {
	var under []string
	for _, m := range slices.Backward(all) {
		if m.path == dir || strings.HasPrefix(m.path, dir+"/") {
			under = append(under, m.path)
		}
	}
	slices.SortStableFunc(under, func(a, b string) int {
		return cmp.Compare(strings.Count(b, "/"), strings.Count(a, "/"))
	})
	return under
}
