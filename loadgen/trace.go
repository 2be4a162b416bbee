package loadgen

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// Trace is arrivals as they were recorded somewhere: a file of their offsets
// from the first moment of the recording, one duration a line (250ms, 1.5s), in
// order. Empty lines, and what follows a #, are left out.
type Trace struct {
	File string `yaml:"file" required:"true" help:"offsets from the load's start, one duration a line, in order"`

	due trace
	sum string
}

// What a trace may be at most: 8 MB in memory.
const (
	traceBytes    = 32 << 20
	traceArrivals = 1_000_000
	traceWrong    = 10 // errors told
)

// String is what it is, in words.
func (t *Trace) String() string {
	if len(t.due) == 0 {
		return "the trace " + t.File
	}
	last := time.Duration(t.due[len(t.due)-1] * float64(time.Second))
	return fmt.Sprintf("the trace %s, %d arrivals in %v", t.File, len(t.due), last)
}

// ReadFiles takes in the file, which is relative to dir. The errors have their
// places, FILE:LINE.
func (t *Trace) ReadFiles(dir string) error {
	name := t.File
	if !filepath.IsAbs(name) {
		name = filepath.Join(dir, name)
	}
	file, err := os.Open(name)
	if err != nil {
		return fmt.Errorf("read trace: %w", err)
	}
	text, err := io.ReadAll(io.LimitReader(file, traceBytes+1))
	if err = errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("read trace: %w", err)
	}
	if len(text) > traceBytes {
		return fmt.Errorf("read trace: %s is larger than %d MiB", t.File, traceBytes>>20)
	}
	sum := sha256.Sum256(text)
	t.sum = hex.EncodeToString(sum[:])
	t.due, err = readTrace(t.File, text)
	return err
}

// Files is the sha256 of the file, in hex, by its name.
func (t *Trace) Files() map[string]string { return map[string]string{t.File: t.sum} }

func readTrace(name string, text []byte) (trace, error) {
	var (
		due  trace
		last time.Duration
		errs []error
	)
	lines := bufio.NewScanner(bytes.NewReader(text))
	for n := 1; lines.Scan() && len(errs) < traceWrong; n++ {
		word, _, _ := bytes.Cut(lines.Bytes(), []byte("#"))
		if word = bytes.TrimSpace(word); len(word) == 0 {
			continue
		}
		at, err := time.ParseDuration(string(word))
		switch {
		case err != nil:
			errs = append(errs, fmt.Errorf("%s:%d: %q is no duration: write it with a unit, such as 250ms or 1.5s", name, n, word))
		case at < 0:
			errs = append(errs, fmt.Errorf("%s:%d: %v lies before the start", name, n, at))
		case at < last:
			errs = append(errs, fmt.Errorf("%s:%d: %v lies before the %v above it", name, n, at, last))
		case len(due) == traceArrivals:
			return nil, fmt.Errorf("%s:%d: a trace has at most %d arrivals", name, n, traceArrivals)
		default:
			due, last = append(due, at.Seconds()), at
		}
	}
	if err := lines.Err(); err != nil {
		errs = append(errs, fmt.Errorf("read trace %s: %w", name, err))
	}
	if len(errs) == 0 && len(due) == 0 {
		errs = append(errs, fmt.Errorf("%s has no arrival", name))
	}
	return due, errors.Join(errs...)
}
