package record

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Joined says of a record that it was made of that of a run and of what others have
// measured meanwhile, each of which is a load of it.
type Joined struct {
	Run     string         `json:"run"` // id of the run
	Results []JoinedResult `json:"results"`
}

// JoinedResult is what somebody else has measured, put on the run's axis.
type JoinedResult struct {
	Load     string `json:"load,omitempty"` // as which it is there; empty: nothing of it lies in the run's time
	Workload string `json:"workload"`       // as its tool calls it
	File     string `json:"file"`
	SHA256   string `json:"sha256"`  // of the file
	Version  string `json:"version"` // of the Eris that has joined it
	// Offset is how far its tool's clock was behind the run's, as somebody has said; nil
	// where nobody has, and the two were taken for the same.
	Offset *time.Duration `json:"offset_ns,omitempty"`
	// Arrivals that began in the run's time, and of those the ones that its end cut off;
	// and those that began before it and after it, which are left out.
	Arrivals int64 `json:"arrivals"`
	Cut      int64 `json:"cut,omitempty"`
	Before   int64 `json:"before,omitempty"`
	After    int64 `json:"after,omitempty"`
	// Hooks are faults of the record that the tool has made; HooksOut were left out, since
	// they did not begin in the run's time, or since somebody has said so.
	Hooks    []string `json:"hooks,omitempty"`
	HooksOut int      `json:"hooks_out,omitempty"`
}

// What says in words how much of a result is there, and what was left out.
func (r JoinedResult) What() string {
	text := fmt.Sprintf("%d arrivals of %s", r.Arrivals, r.File)
	var rest []string
	for _, part := range []struct {
		n    int64
		what string
	}{{r.Cut, "cut by the run's end"}, {r.Before, "before the run left out"}, {r.After, "after it left out"}, {int64(r.HooksOut), "hooks left out"}} {
		if part.n > 0 {
			rest = append(rest, fmt.Sprintf("%d %s", part.n, part.what))
		}
	}
	if len(rest) > 0 {
		text += " (" + strings.Join(rest, ", ") + ")"
	}
	return text
}

// Of is the id of the run that the record is of: its own, or that to which others' results
// were joined.
func (s RunStarted) Of() string {
	if s.Joined != nil {
		return s.Joined.Run
	}
	return s.Run
}

// Adopt copies into the record what that of a run has beside its journal: all that its
// MANIFEST lists. What the writer has already by one of these names is an error.
func (w *Writer) Adopt(from *Run) error {
	names, err := manifestFiles(from.dir)
	if err != nil {
		return w.note(fmt.Errorf("copy record: %w", err))
	}
	names = slices.DeleteFunc(names, func(name string) bool { return name == "journal.ndjson" })
	for _, name := range names {
		if err := copyFile(filepath.Join(w.dir, name), filepath.Join(from.dir, name)); err != nil {
			return w.note(fmt.Errorf("copy record: %w", err))
		}
	}
	return nil
}

// copyFile keeps what is captured for its owner.
func copyFile(to, from string) error {
	folder, file := os.FileMode(0o755), os.FileMode(0o644)
	if filepath.Base(filepath.Dir(to)) == capturesDir {
		folder, file = 0o700, 0o600
	}
	if err := os.MkdirAll(filepath.Dir(to), folder); err != nil {
		return err
	}
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }() // it was read
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, file)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Sync(), out.Close())
}
