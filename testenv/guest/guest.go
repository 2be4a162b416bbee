package guest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Guest is what is booted.
type Guest struct {
	Programs []string          // of this machine, by name
	Modules  []string          // of the kernel, with those that they need; loaded when something asks for them
	Files    map[string]string // by absolute path
	Script   string            // run by sh as root when /proc, /sys, /dev and /run are there
	// Disk gives it a disk with a file system, /dev/vda, for which it wants the module
	// virtio_blk, and lets it boot again, with the same script, when its kernel
	// goes: nothing but the disk outlives that.
	Disk bool
}

// ended is the line behind the last one of a script.
const ended = "guest: the script ended with "

// Run boots the guest, and returns what its script printed once it has ended
// with 0. An error has the end of what was printed and of what the kernel said.
func (g Guest) Run(ctx context.Context) (string, error) {
	kernel, err := fetch(ctx)
	if err != nil {
		return "", fmt.Errorf("fetch kernel: %w", err)
	}
	dir, err := os.MkdirTemp("", "eris-guest-")
	if err != nil {
		return "", fmt.Errorf("make folder: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	root, err := g.archive(ctx, kernel)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "root"), root, 0o600)
	}
	if err != nil {
		return "", fmt.Errorf("lay root: %w", err)
	}
	console, said := filepath.Join(dir, "console"), filepath.Join(dir, "said")
	options := []string{
		"-nodefaults", "-no-user-config", "-display", "none", "-accel", "tcg", "-cpu", "max", "-smp", "2", "-m", "512",
		"-kernel", kernel.image, "-initrd", filepath.Join(dir, "root"), "-append", "console=ttyS0 loglevel=4 panic=-1",
		"-serial", "file:" + console, "-serial", "file:" + said,
	}
	again, err := g.disk(ctx, dir)
	if err != nil {
		return "", fmt.Errorf("make disk: %w", err)
	}
	failed := run(ctx, "qemu-system-x86_64", append(options, again...)...)
	out, err := os.ReadFile(said)
	text, code, whole := strings.Cut(strings.ReplaceAll(string(out), "\r", ""), ended)
	if err = errors.Join(failed, err); err == nil && whole && code == "0\n" {
		return text, nil
	}
	booted, _ := os.ReadFile(console) // a help for people
	if err == nil {
		err = fmt.Errorf("its script ended with %q", code)
	}
	return text, fmt.Errorf("run guest: %w\n%s%s", err, end(text), end(string(booted)))
}

// disk makes the guest's disk, and returns what qemu is told of it and of a guest that
// boots again.
func (g Guest) disk(ctx context.Context, dir string) (options []string, err error) {
	if !g.Disk {
		return []string{"-no-reboot"}, nil
	}
	file := filepath.Join(dir, "disk")
	if err := run(ctx, "mke2fs", "-q", "-t", "ext4", file, "16M"); err != nil {
		return nil, err
	}
	return []string{"-drive", "file=" + file + ",format=raw,if=virtio,cache=directsync"}, nil
}

// end is as much of a text as a message bears.
func end(text string) string { return text[max(0, len(text)-4000):] }

// run runs a program of this machine, which is ended with ctx.
func run(ctx context.Context, name string, args ...string) error {
	_, err := output(ctx, name, args...)
	return err
}

// output is what a program of this machine prints.
func output(ctx context.Context, name string, args ...string) (string, error) {
	path, err := program(name)
	if err != nil {
		return "", err
	}
	var wrong bytes.Buffer
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Stderr = &wrong
	out, err := cmd.Output()
	if err != nil {
		err = fmt.Errorf("run %s: %w: %s", name, err, strings.TrimSpace(wrong.String()))
	}
	return string(out), err
}

// program finds one also where only root's PATH leads.
func program(name string) (string, error) {
	for _, dir := range append(filepath.SplitList(os.Getenv("PATH")), "/usr/sbin", "/sbin") {
		if path, err := exec.LookPath(filepath.Join(dir, name)); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("find program: %s is not installed", name)
}
