package guest

import (
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// cache is where an unpacked kernel is kept; it may be deleted at any time that
// no guest boots.
const cache = "/var/cache/eris/guest"

// kernel is one of Debian's, unpacked and not installed.
type kernel struct {
	image   string // file that is booted
	folder  string // in which lib/modules is
	version string // as uname says it
}

// fetch has apt bring the kernel that linux-image-amd64 stands for, unless it
// is there.
func fetch(ctx context.Context) (kernel, error) {
	name, err := newest(ctx)
	if err != nil {
		return kernel{}, err
	}
	version := strings.TrimPrefix(name, "linux-image-")
	dir := filepath.Join(cache, name)
	k := kernel{filepath.Join(dir, "boot", "vmlinuz-"+version), dir, version}
	if _, err := os.Stat(k.image); err == nil {
		return k, nil
	}
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return kernel{}, fmt.Errorf("make folder: %w", err)
	}
	half, err := os.MkdirTemp(cache, "half-")
	if err != nil {
		return kernel{}, fmt.Errorf("make folder: %w", err)
	}
	defer func() { _ = os.RemoveAll(half) }()
	const download = `cd "$1" && apt-get -q -o APT::Sandbox::User=root -o Acquire::Retries=3 download "$2" && dpkg-deb -x ./*.deb tree && rm ./*.deb && PATH=$PATH:/usr/sbin:/sbin depmod -b tree "$3"`
	if err := run(ctx, "sh", "-c", download, "fetch", half, name, version); err != nil {
		return kernel{}, err
	}
	if err := os.Rename(filepath.Join(half, "tree"), dir); err != nil && !os.IsExist(err) {
		return kernel{}, fmt.Errorf("keep kernel: %w", err) // another guest may have kept it just now
	}
	return k, nil
}

// newest is the package that linux-image-amd64 depends on.
func newest(ctx context.Context) (string, error) {
	const stands = "linux-image-amd64"
	said, err := output(ctx, "apt-cache", "show", "--no-all-versions", stands)
	if err != nil {
		if err = run(ctx, "apt-get", "-q", "update"); err == nil {
			said, err = output(ctx, "apt-cache", "show", "--no-all-versions", stands)
		}
	}
	if err != nil {
		return "", err
	}
	found := regexp.MustCompile(`(?m)^Depends: (linux-image-[^ ,]+)`).FindStringSubmatch(said)
	if found == nil {
		return "", fmt.Errorf("read %s: it depends on no kernel", stands)
	}
	return found[1], nil
}

// modules are the files of those and of all that they need, and the indices by
// which modprobe finds them, below the kernel's folder.
func (k kernel) modules(names []string) ([]string, error) {
	below := path.Join("lib/modules", k.version)
	text, err := os.ReadFile(filepath.Join(k.folder, below, "modules.dep"))
	if err != nil {
		return nil, fmt.Errorf("read modules: %w", err)
	}
	files := []string{}
	missing := slices.Clone(names)
	for line := range strings.Lines(string(text)) {
		file, needed, _ := strings.Cut(strings.TrimSpace(line), ":")
		name := strings.TrimSuffix(path.Base(file), ".ko")
		if slices.Contains(names, name) {
			missing = slices.DeleteFunc(missing, func(other string) bool { return other == name })
			for _, each := range append(strings.Fields(needed), file) {
				files = append(files, path.Join(below, each))
			}
		}
	}
	if len(missing) > 0 {
		return nil, fmt.Errorf("find modules: the kernel %s has no %s", k.version, strings.Join(missing, ", "))
	}
	indices, err := filepath.Glob(filepath.Join(k.folder, below, "modules.*"))
	for _, index := range indices {
		files = append(files, path.Join(below, filepath.Base(index)))
	}
	slices.Sort(files)
	return slices.Compact(files), err
}
