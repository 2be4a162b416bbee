package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/openstack-eris/eris/reports/publish"
)

// replaceSite makes a folder beside the one that is named, and puts it in its place when
// it is whole. It says what it does about what others have left.
func replaceSite(say io.Writer, folder string, write func(folder string) error) (err error) {
	folder = filepath.Clean(folder)
	if _, err := isSite(folder); err != nil {
		return refuse(err, "--out names a folder that is not there, is empty, or has a site of eris publish")
	}
	parent := filepath.Dir(folder)
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return fmt.Errorf("make site: %w", err)
	}
	if err := clearLeft(say, folder); err != nil {
		return fmt.Errorf("make site: %w", err)
	}
	made, err := os.MkdirTemp(parent, workPrefix(folder)+"*")
	if err != nil {
		return fmt.Errorf("make site: %w", err)
	}
	held, err := hold(made)
	if err != nil {
		return errors.Join(fmt.Errorf("make site: %w", err), os.RemoveAll(made))
	}
	defer func() {
		if old := filepath.Join(made, oldDir); err != nil && taken(old) {
			err = fmt.Errorf("%w; the site that was there is in %s, and the next publish puts it back", err, old)
		} else {
			err = errors.Join(err, os.RemoveAll(made))
		}
		_ = held.Close() // not before the folder is gone: without its lock it would be taken for a dead one's
	}()
	fresh := filepath.Join(made, freshDir)
	if err := write(fresh); err != nil {
		return err
	}
	return exchange(folder, fresh, filepath.Join(made, oldDir))
}

// taken tells whether a path is taken.
func taken(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// exchange puts a folder in the place of another, which it keeps as old.
func exchange(folder, fresh, old string) error {
	there, err := isSite(folder) // it may be another by now
	if err != nil {
		return fmt.Errorf("replace site: %w", err)
	}
	if there {
		if err := os.Rename(folder, old); err != nil {
			return fmt.Errorf("replace site: %w", err)
		}
	}
	if err := os.Rename(fresh, folder); err != nil {
		err = fmt.Errorf("replace site: %w", err)
		if there {
			err = errors.Join(err, os.Rename(old, folder))
		}
		return err
	}
	return nil
}

// isSite tells whether a folder is there that may be replaced.
func isSite(folder string) (there bool, err error) {
	entries, err := os.ReadDir(folder)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("look at what is to be replaced: %w", err)
	case len(entries) == 0:
		return true, nil
	}
	index, err := os.ReadFile(filepath.Join(folder, "index.html"))
	if err != nil || !strings.Contains(string(index), `<meta name="generator" content="`+publish.Generator+`">`) {
		return false, fmt.Errorf("%s is no site that eris publish has made", folder)
	}
	return true, nil
}
