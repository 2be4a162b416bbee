package record

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
)

// lineMost is the longest line that a record has: an event with a long diff,
// or a histogram.
const lineMost = 4 << 20

// lines gives the whole lines of the first size bytes of a file. What follows
// the last newline is a torn tail and is left out. A missing file has none.
func lines(path string, size int64) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		f, err := os.Open(path)
		if errors.Is(err, os.ErrNotExist) {
			return
		}
		if err != nil {
			yield(nil, err)
			return
		}
		defer func() { _ = f.Close() }() // read only
		scan := bufio.NewScanner(io.LimitReader(f, size))
		scan.Buffer(make([]byte, 64<<10), lineMost)
		for scan.Scan() {
			if !yield(scan.Bytes(), nil) {
				return
			}
		}
		if err := scan.Err(); err != nil {
			yield(nil, fmt.Errorf("read %s: %w", path, err))
		}
	}
}

// wholeLines is the length of a file up to and with its last newline, and the
// length of what follows. Both are 0 when there is no such file.
func wholeLines(path string) (whole, torn int64, err error) {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return 0, 0, nil
	}
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return 0, 0, err
	}
	size := info.Size()
	buf := make([]byte, 64<<10)
	for end := size; end > 0; {
		start := max(end-int64(len(buf)), 0)
		n, err := f.ReadAt(buf[:end-start], start)
		if err != nil && !errors.Is(err, io.EOF) {
			return 0, 0, err
		}
		if i := bytes.LastIndexByte(buf[:n], '\n'); i >= 0 {
			whole := start + int64(i) + 1
			return whole, size - whole, nil
		}
		end = start
	}
	return 0, size, nil
}
