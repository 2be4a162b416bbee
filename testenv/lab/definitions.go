package lab

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Definitions are the files that labs are made of: those built in and, before
// them, those of a folder of the user's own, laid out the same:
//
//	profiles/NAME.yaml
//	roles/NAME/role.yaml, and beside it what it names
//	roles/shared/FILE
//
// A file of the folder stands in for the built-in one of the same path. The
// folder is read once, so that what a lab is made of is the same from the
// beginning of its making to the end, whoever writes to the folder meanwhile.
type definitions struct {
	own fs.FS  // nil without a folder
	dir string // of the own ones
}

// Bounds of a folder of definitions: somebody has named the wrong one.
const (
	mostDefined   = 16 << 20 // bytes in all
	definedFolder = "--definitions wants a folder with profiles/NAME.yaml and roles/NAME/role.yaml"
)

// define reads a folder; an empty name stands for none.
func define(dir string) (*definitions, error) {
	d := &definitions{dir: dir}
	if dir == "" {
		return d, nil
	}
	var held bytes.Buffer // what the standard library reads as a file system
	w := zip.NewWriter(&held)
	found := 0
	for _, top := range []string{"profiles", "roles"} {
		switch info, err := os.Stat(filepath.Join(dir, top)); {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err == nil && !info.IsDir():
			return nil, fmt.Errorf("read definitions: %s is no folder: %s", filepath.Join(dir, top), definedFolder)
		}
		found++
		if err := pack(w, dir, top); err != nil {
			return nil, fmt.Errorf("read definitions: %w", err)
		}
	}
	if found == 0 {
		return nil, fmt.Errorf("read definitions: %s has neither profiles nor roles: %s", dir, definedFolder)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("hold definitions: %w", err)
	}
	own, err := zip.NewReader(bytes.NewReader(held.Bytes()), int64(held.Len()))
	if err != nil {
		return nil, fmt.Errorf("hold definitions: %w", err)
	}
	d.own = own
	return d, nil
}

// pack keeps the files below a folder. Those that are hidden, or what an editor
// leaves beside them, are nobody's.
func pack(w *zip.Writer, dir, folder string) error {
	size := 0
	return fs.WalkDir(os.DirFS(dir), folder, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if base := path.Base(name); strings.HasPrefix(base, ".") || strings.HasSuffix(base, "~") {
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if entry.IsDir() {
			return nil
		}
		place := filepath.Join(dir, name)
		if info, err := os.Stat(place); err != nil || !info.Mode().IsRegular() {
			return errors.Join(fmt.Errorf("%s is no file", place), err) // or a link to a folder, which would be read at another time
		}
		if why := misplaced(name); why != "" {
			return fmt.Errorf("%s: %s", place, why)
		}
		text, err := os.ReadFile(place)
		if size += len(text); err == nil && size > mostDefined {
			err = fmt.Errorf("%s: more than %d MiB in all: %s", place, mostDefined>>20, definedFolder)
		}
		if err != nil {
			return err
		}
		into, err := w.Create(name)
		if err == nil {
			_, err = into.Write(text)
		}
		return err
	})
}

// misplaced says why a file would be read by nobody; empty where somebody does.
func misplaced(name string) string {
	elements := strings.Split(name, "/")
	switch {
	case elements[0] == "profiles" && (len(elements) != 2 || path.Ext(name) != ".yaml"):
		return "nobody reads it: a profile is profiles/NAME.yaml"
	case elements[0] == "roles" && len(elements) < 3:
		return "nobody reads it: a role is roles/NAME/role.yaml"
	}
	return ""
}

// Open opens the own file of that name, or else the one that is built in.
func (d *definitions) Open(name string) (fs.File, error) {
	if d.own != nil {
		file, err := d.own.Open(name)
		if err == nil || !errors.Is(err, fs.ErrNotExist) {
			return file, err
		}
	}
	return builtin.Open(name)
}

// ReadDir lists what is in a folder here or there, by name.
func (d *definitions) ReadDir(name string) ([]fs.DirEntry, error) {
	all, err := fs.ReadDir(builtin, name)
	if d.own == nil {
		return all, err
	}
	own, ownErr := fs.ReadDir(d.own, name)
	if ownErr != nil && err != nil {
		return nil, err
	}
	for _, entry := range all {
		if !slices.ContainsFunc(own, func(o fs.DirEntry) bool { return o.Name() == entry.Name() }) {
			own = append(own, entry)
		}
	}
	slices.SortFunc(own, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return own, nil
}

// place is where a file is, for whoever is to mend it.
func (d *definitions) place(name string) string {
	if d.own != nil {
		if _, err := fs.Stat(d.own, name); err == nil {
			return filepath.Join(d.dir, name)
		}
	}
	return name
}

func placeOf(files fs.FS, name string) string {
	if d, is := files.(*definitions); is {
		return d.place(name)
	}
	return name
}

// profiles lists the profiles by name.
func (d *definitions) profiles() []string {
	entries, err := d.ReadDir("profiles")
	if err != nil {
		panic(err) // embedded: cannot be absent
	}
	var names []string
	for _, entry := range entries {
		names = append(names, strings.TrimSuffix(entry.Name(), ".yaml"))
	}
	return names
}

// profile reads a profile and the roles that it uses.
func (d *definitions) profile(name string) (*Profile, error) {
	if !slices.Contains(d.profiles(), name) {
		return nil, fmt.Errorf("load profile %q: there is none; known are %v", name, d.profiles())
	}
	p, err := readProfile(d, path.Join("profiles", name+".yaml"))
	if err != nil || d.own == nil {
		return p, err
	}
	// of what is built in, the tests have seen that it can be filled
	keys, err := newKeys(make([]byte, 32), p)
	if err != nil {
		return nil, err
	}
	if err := (&renderer{name: "trial", profile: p, keys: keys}).fillAll(); err != nil {
		return nil, fmt.Errorf("profile %s of %s: %w", name, d.dir, err)
	}
	return p, nil
}
