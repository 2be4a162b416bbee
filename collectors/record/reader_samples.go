package record

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// scanSamples walks the block headers of every load and notes how far its
// blocks are whole. The payload is looked at in the last block only: a loss of
// power can leave it right in length and wrong in content.
func (r *Run) scanSamples() error {
	paths, err := r.glob("samples/*")
	if err != nil {
		return err
	}
	for _, path := range paths {
		whole, size, err := wholeBlocks(path)
		if err != nil {
			return fmt.Errorf("samples of %s: %w", filepath.Base(path), err)
		}
		r.samples[filepath.Base(path)] = whole
		if whole < size {
			r.cuts = append(r.cuts, fmt.Sprintf("the samples of %s end in a torn block (%d bytes left out)", filepath.Base(path), size-whole))
		}
	}
	return nil
}

func wholeBlocks(path string) (whole, size int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return 0, 0, err
	}
	size = info.Size()
	magic := make([]byte, len(samplesMagic))
	if n, err := f.ReadAt(magic, 0); n < len(magic) && errors.Is(err, io.EOF) {
		return 0, size, nil
	} else if string(magic) != samplesMagic {
		return 0, size, errors.New("not a file of samples, or of a later version")
	}
	whole = int64(len(samplesMagic))
	last, lastLen := int64(0), 0
	var head [blockHeader]byte
	for whole+blockHeader <= size {
		if _, err := f.ReadAt(head[:], whole); err != nil {
			return 0, size, err
		}
		n := binary.LittleEndian.Uint32(head[:])
		if n == 0 || n > blockMost || whole+blockHeader+int64(n) > size {
			break
		}
		last, lastLen = whole, int(n)
		whole += blockHeader + int64(n)
	}
	if last > 0 {
		block := make([]byte, blockHeader+lastLen)
		if _, err := f.ReadAt(block, last); err != nil {
			return 0, size, err
		}
		if checksum(block[blockHeader:]) != binary.LittleEndian.Uint32(block[4:]) {
			whole = last
		}
	}
	return whole, size, nil
}

// Samples gives a load's outcomes in the order in which they ended, roughly:
// those of one worker are in order. A torn tail is left out (CutOff tells);
// damage anywhere else is an error and the end. A load without samples has
// none. Memory is constant.
func (r *Run) Samples(load string) iter.Seq2[Sample, error] {
	return func(yield func(Sample, error) bool) {
		size, ok := r.samples[load]
		if !ok || size == 0 {
			return
		}
		f, err := os.Open(r.path("samples", load))
		if err != nil {
			yield(Sample{}, fmt.Errorf("read samples: %w", err))
			return
		}
		defer func() { _ = f.Close() }() // read only
		rest := io.NewSectionReader(f, int64(len(samplesMagic)), size-int64(len(samplesMagic)))
		if err := eachSample(rest, yield); err != nil {
			yield(Sample{}, fmt.Errorf("read samples of %s: %w", load, err))
		}
	}
}

// eachSample decodes block by block; it returns nil at the end and when yield
// has had enough.
func eachSample(from io.Reader, yield func(Sample, error) bool) error {
	var head [blockHeader]byte
	var payload []byte
	for {
		if _, err := io.ReadFull(from, head[:]); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		n := binary.LittleEndian.Uint32(head[:])
		if n == 0 || n > blockMost {
			return fmt.Errorf("%w: length %d", errDamaged, n)
		}
		payload = slices.Grow(payload[:0], int(n))[:n]
		if _, err := io.ReadFull(from, payload); err != nil {
			return err
		}
		if checksum(payload) != binary.LittleEndian.Uint32(head[4:]) {
			return fmt.Errorf("%w: checksum differs", errDamaged)
		}
		d := decoder{rest: payload}
		for s, ok := d.next(); ok; s, ok = d.next() {
			if !yield(s, nil) {
				return nil
			}
		}
		if d.err != nil {
			return d.err
		}
	}
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
