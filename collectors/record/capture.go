package record

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// capturesDir is where captured files are, beside the journal. They may hold what is secret:
// nobody but their owner reads them, and nothing is published of them.
const capturesDir = "captures"

// CaptureEvent is a step of a capture on a node.
type CaptureEvent struct {
	Capture string       `json:"capture"` // its name in the scenario
	Kind    string       `json:"kind"`
	Node    string       `json:"node,omitempty"` // none of one that is skipped
	State   CaptureState `json:"state"`
	Trigger string       `json:"trigger,omitempty"` // of one that begins: what it saw; that is skipped: why
	// From and To are of which part of the run there is something in the file, by the run's
	// clock; of one that begins, To is when that is to be over.
	From  time.Duration `json:"from_ns"`
	To    time.Duration `json:"to_ns"`
	File  string        `json:"file,omitempty"` // its path in the record
	Bytes int64         `json:"bytes,omitempty"`
	Has   string        `json:"has,omitempty"`   // what is in it, in words
	Cut   string        `json:"cut,omitempty"`   // why something is missing in it; empty where nothing is
	Error string        `json:"error,omitempty"` // of one that failed: why there is nothing
}

// CaptureState is a step of a capture.
type CaptureState string

// The states of a capture.
const (
	CaptureBegins  CaptureState = "begins"
	CaptureKept    CaptureState = "kept"
	CaptureFailed  CaptureState = "failed"
	CaptureSkipped CaptureState = "skipped" // its moment did not come
)

// CaptureFile opens a file of the record for what is captured on a node, and gives its path in
// the record. It is for its owner alone, and beside the writer's other files: that it cannot be
// written is told to who writes it, and ends no run. Remove takes away one in which there is
// nothing.
func (w *Writer) CaptureFile(capture, node, ext string) (*CapturedFile, error) {
	return w.captureFile(capture, node, ext, "")
}

// CaptureAgain is CaptureFile for one that is there already: the new file takes its place when
// it is closed, and until then the other is what the record has.
func (w *Writer) CaptureAgain(capture, node, ext string) (*CapturedFile, error) {
	return w.captureFile(capture, node, ext, ".again")
}

func (w *Writer) captureFile(capture, node, ext, suffix string) (*CapturedFile, error) {
	name := capture + "." + node + ext // a capture's name has no dot
	if !plainName(name) {
		return nil, fmt.Errorf("keep capture %q: that is no plain file name", name)
	}
	if err := os.MkdirAll(filepath.Join(w.dir, capturesDir), 0o700); err != nil {
		return nil, fmt.Errorf("keep capture: %w", err)
	}
	path := filepath.Join(w.dir, capturesDir, name)
	file, err := os.OpenFile(path+suffix, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("keep capture: %w", err)
	}
	return &CapturedFile{file: file, Name: capturesDir + "/" + name, path: path}, nil
}

// CapturedFile is a file of a record into which something is captured.
type CapturedFile struct {
	Name string // its path in the record, with slashes
	file *os.File
	path string // its place when it is closed
}

// Write appends to it.
func (f *CapturedFile) Write(p []byte) (int, error) { return f.file.Write(p) }

// Close has the disk keep it, in its place.
func (f *CapturedFile) Close() error {
	err := errors.Join(f.file.Sync(), f.file.Close())
	if err == nil && f.file.Name() != f.path {
		err = os.Rename(f.file.Name(), f.path)
	}
	return err
}

// Remove closes it and takes it away.
func (f *CapturedFile) Remove() error { return errors.Join(f.file.Close(), remove(f.file.Name())) }
