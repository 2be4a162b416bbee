package record

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// manifestName is the file with the sha256 of every file of the record, in the
// form that sha256sum -c reads. Itself, run.json and the reports are not in
// it: they are computed from the rest and may be written again.
const manifestName = "MANIFEST"

func inManifest(name string) bool {
	top, _, nested := strings.Cut(name, "/")
	if nested {
		return top != "reports"
	}
	return name != manifestName && name != "run.json" && !strings.HasPrefix(name, "report.") && name[0] != '.'
}

// writeManifest lists the files of a record by their sums.
func writeManifest(dir string) error {
	names, err := manifestFiles(dir)
	if err != nil {
		return fmt.Errorf("write manifest: %w", err)
	}
	var b strings.Builder
	for _, name := range names {
		sum, err := sumFile(filepath.Join(dir, name))
		if err != nil {
			return fmt.Errorf("write manifest: %w", err)
		}
		fmt.Fprintf(&b, "%s  %s\n", sum, name)
	}
	return WriteFile(filepath.Join(dir, manifestName), []byte(b.String()))
}

// manifestFiles are the files of a record that are in its MANIFEST. Its directory may be
// named by a link, such as latest.
func manifestFiles(dir string) ([]string, error) {
	dir, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return nil, err
	}
	var names []string
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err == nil && inManifest(filepath.ToSlash(name)) {
			names = append(names, filepath.ToSlash(name))
		}
		return err
	})
	slices.Sort(names)
	return names, err
}

func sumFile(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	_, err = io.Copy(h, f)
	return hex.EncodeToString(h.Sum(nil)), errors.Join(err, f.Close())
}

// Verify compares a record with its MANIFEST and returns what differs, one
// sentence a file. A record without a MANIFEST (the run was cut off) gives an
// error that wraps fs.ErrNotExist.
func Verify(dir string) (differences []string, err error) {
	f, err := os.Open(filepath.Join(dir, manifestName))
	if err != nil {
		return nil, fmt.Errorf("verify record: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	names, err := manifestFiles(dir)
	if err != nil {
		return nil, fmt.Errorf("verify record: %w", err)
	}
	listed := map[string]bool{}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		want, name, ok := strings.Cut(lines.Text(), "  ")
		if !ok || !filepath.IsLocal(name) {
			return nil, fmt.Errorf("verify record: manifest line %q is not a sum and a path", lines.Text())
		}
		listed[name] = true
		if sum, err := sumFile(filepath.Join(dir, name)); err != nil {
			differences = append(differences, name+" is missing")
		} else if sum != want {
			differences = append(differences, name+" was changed")
		}
	}
	for _, name := range names {
		if !listed[name] {
			differences = append(differences, name+" was added")
		}
	}
	return differences, lines.Err()
}
