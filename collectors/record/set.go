package record

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// setSchema is what a set's file says that it is.
const setSchema = "eris.set/v1"

// setFile is that file, in the set's directory.
const setFile = "set.json"

// Set is several runs of the same, such as the repetitions of an experiment: a directory
// with a run's directory for each, and set.json.
type Set struct {
	Schema string   `json:"schema"`
	Name   string   `json:"name"` // of what was repeated
	Runs   []string `json:"runs"` // their ids, in order
}

// CreateSet makes runs/<id>/ for a set in parent, and parent itself. The directory of a
// run in it is made by [Create].
func CreateSet(parent, name string, start time.Time) (dir string, err error) {
	dir = filepath.Join(parent, NewID(name, start))
	if err := errors.Join(os.MkdirAll(parent, 0o755), os.Mkdir(dir, 0o755)); err != nil {
		return "", fmt.Errorf("create set: %w", err)
	}
	return dir, nil
}

// WriteSet writes down which runs the set in dir has so far, and points parent/latest at
// it.
func WriteSet(dir, name string, runs []string) error {
	text, err := json.MarshalIndent(Set{setSchema, name, runs}, "", "  ")
	if err != nil {
		return fmt.Errorf("write set: %w", err)
	}
	err = errors.Join(remove(filepath.Join(dir, "latest")), WriteFile(filepath.Join(dir, setFile), append(text, '\n')))
	if err != nil {
		return fmt.Errorf("write set: %w", err)
	}
	return link(filepath.Dir(dir), "latest", filepath.Base(dir))
}

// OpenSet reads what a set's directory has. It is false of a directory that is none.
func OpenSet(dir string) (s Set, is bool, err error) {
	text, err := os.ReadFile(filepath.Join(dir, setFile))
	if errors.Is(err, os.ErrNotExist) {
		return Set{}, false, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &s)
	}
	switch {
	case err != nil:
		return Set{}, true, fmt.Errorf("open set %s: %w", dir, err)
	case s.Schema != setSchema:
		return Set{}, true, fmt.Errorf("open set %s: it is %q, and %s is known", dir, s.Schema, setSchema)
	case len(s.Runs) == 0:
		return Set{}, true, fmt.Errorf("open set %s: no run is in it", dir)
	}
	for _, run := range s.Runs {
		if !plainName(run) {
			return Set{}, true, fmt.Errorf("open set %s: the run %q is not a plain file name", dir, run)
		}
	}
	return s, true, nil
}
