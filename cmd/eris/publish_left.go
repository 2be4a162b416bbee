package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// A site is made in a folder beside its own, so that it can be put in its place in one
// step. In it are the new site, the old one for a moment, and a file that whoever makes
// the site has locked as long as it lives: the kernel gives the lock back when it is
// killed. So the folder of one that is dead is told from that of one that is at work.
const (
	freshDir, oldDir = "new", "old"
	holdFile         = "eris-publish.lock"
	holdText         = "eris publish makes a site in this folder\n"
)

// workPrefix is how the names of such folders begin. A number follows.
func workPrefix(site string) string { return "." + filepath.Base(site) + "." }

// hold marks a folder as one that is worked in. The mark appears under its name when it is
// locked already. Where the file system has no locks there is none, and nobody will
// take the folder away.
func hold(folder string) (*os.File, error) {
	begun := filepath.Join(folder, "begun")
	file, err := os.OpenFile(begun, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if !lock(file) {
		return file, nil
	}
	if _, err := file.WriteString(holdText); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	if err := os.Rename(begun, filepath.Join(folder, holdFile)); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// lock takes a file's lock, if nobody has it. It is given back when the file is closed, or
// the process ends.
func lock(file *os.File) bool {
	return syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil
}

// clearLeft takes away what publishes of a site that were killed have left beside it. The
// site itself, which one may have taken out of its place, is put back first.
func clearLeft(say io.Writer, site string) error {
	entries, err := os.ReadDir(filepath.Dir(site))
	if err != nil {
		return err
	}
	for _, entry := range entries {
		number, is := strings.CutPrefix(entry.Name(), workPrefix(site))
		if !is || number == "" || strings.Trim(number, "0123456789") != "" || !entry.IsDir() {
			continue
		}
		left := filepath.Join(filepath.Dir(site), entry.Name())
		held := abandoned(left)
		if held == nil {
			continue
		}
		if err := errors.Join(clearOne(say, site, left), held.Close()); err != nil {
			return err
		}
	}
	return nil
}

// clearOne is called with the lock of the folder that is left.
func clearOne(say io.Writer, site, left string) error {
	old := filepath.Join(left, oldDir)
	has, err := isSite(old)
	if err != nil { // a publish takes away nothing else
		fmt.Fprintf(say, "%s: left alone: %v\n", left, err)
		return nil
	}
	if has && isMissing(site) {
		if err := os.Rename(old, site); err != nil {
			return fmt.Errorf("put back the site that a publish that was killed has taken away: %w", err)
		}
		fmt.Fprintf(say, "%s: put back, since an eris publish that was killed had taken it out of its place\n", site)
	}
	if err := os.RemoveAll(left); err != nil {
		return fmt.Errorf("take away what a publish that was killed has left: %w", err)
	}
	fmt.Fprintf(say, "%s: taken away, since an eris publish that was killed had left it\n", left)
	return nil
}

// isMissing tells whether nothing is there, or a folder with nothing in it.
func isMissing(site string) bool {
	entries, err := os.ReadDir(site)
	return errors.Is(err, os.ErrNotExist) || err == nil && len(entries) == 0
}

// abandoned gives the lock of a folder in which a publish that is dead has worked, and nil
// where that is not certain: nobody holds the mark, the mark is one, and nothing but what
// a publish makes is beside it.
func abandoned(folder string) *os.File {
	entries, err := os.ReadDir(folder)
	if err != nil || slices.ContainsFunc(entries, func(e os.DirEntry) bool {
		dir := e.Name() == freshDir || e.Name() == oldDir
		return !dir && e.Name() != holdFile || dir != e.IsDir()
	}) {
		return nil
	}
	file, err := os.OpenFile(filepath.Join(folder, holdFile), os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil
	}
	text, err := io.ReadAll(io.LimitReader(file, int64(len(holdText))+1))
	if err == nil && string(text) == holdText && lock(file) {
		return file
	}
	_ = file.Close() // it was read
	return nil
}
