package guest

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// start is the guest's first program. A script's last words go to the second
// serial line, which the kernel writes nothing to; when it switches itself off, qemu ends.
const start = `#!/bin/sh
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mount -t tmpfs run /run
ip link set lo up
sh /script </dev/null >/dev/ttyS1 2>&1
echo "` + ended + `$?" >/dev/ttyS1
stty -F /dev/ttyS1 >/dev/null
echo o >/proc/sysrq-trigger
sleep 60
`

// essential are the programs that start, and the kernel, need.
func essential() []string { return []string{"sh", "mount", "ip", "stty", "modprobe", "sleep"} }

// archive is the guest's whole root, as the kernel unpacks it.
func (g Guest) archive(ctx context.Context, k kernel) ([]byte, error) {
	files := map[string][]byte{"init": []byte(start), "script": []byte(g.Script)}
	for name, text := range g.Files {
		files[strings.TrimPrefix(path.Clean(name), "/")] = []byte(text)
	}
	modules, err := k.modules(g.Modules)
	if err != nil {
		return nil, err
	}
	for _, name := range modules {
		if files[name], err = os.ReadFile(filepath.Join(k.folder, name)); err != nil {
			return nil, fmt.Errorf("read module: %w", err)
		}
	}
	for _, name := range append(essential(), g.Programs...) {
		if err := add(ctx, files, name); err != nil {
			return nil, err
		}
	}
	return pack(files), nil
}

// add puts a program and the libraries that it is linked with among the files.
func add(ctx context.Context, files map[string][]byte, name string) error {
	file, err := program(name)
	if err != nil {
		return err
	}
	to := "bin/" + name
	if name == "modprobe" {
		to = "sbin/" + name // where the kernel looks for it
	}
	if files[to], err = os.ReadFile(file); err != nil {
		return fmt.Errorf("read program: %w", err)
	}
	linked, err := output(ctx, "ldd", file)
	if err != nil {
		return nil //nolint:nilerr // ldd fails for what is linked with nothing
	}
	for _, match := range regexp.MustCompile(`(/\S+) \(0x`).FindAllStringSubmatch(linked, -1) {
		if files[match[1][1:]], err = os.ReadFile(match[1]); err != nil {
			return fmt.Errorf("read library: %w", err)
		}
	}
	return nil
}

// pack writes files by their paths, and the folders that they are in, in the
// format newc of cpio, which is that of an initramfs: see buffer-format.rst in
// the kernel's Documentation/driver-api/early-userspace.
func pack(files map[string][]byte) []byte {
	const folder, program, device = 0o040755, 0o100755, 0o020600
	folders := map[string]bool{"proc": true, "sys": true, "dev": true, "run": true, "tmp": true, "root": true}
	for name := range files {
		for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
			folders[dir] = true
		}
	}
	var b bytes.Buffer
	number := 0
	put := func(name string, mode, major, minor int, data []byte) {
		number++
		fmt.Fprintf(&b, "070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%s\x00",
			number, mode, 0, 0, 1, 0, len(data), 0, 0, major, minor, len(name)+1, 0, name)
		b.Write(make([]byte, -b.Len()&3))
		b.Write(data)
		b.Write(make([]byte, -b.Len()&3))
	}
	for _, name := range slices.Sorted(maps.Keys(folders)) {
		put(name, folder, 0, 0, nil)
	}
	put("dev/console", device, 5, 1, nil)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		put(name, program, 0, 0, files[name])
	}
	put("TRAILER!!!", 0, 0, 0, nil)
	return b.Bytes()
}
