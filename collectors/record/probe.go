package record

import (
	"bytes"
	"errors"
	"fmt"
	"os"
)

// probeSize is what must fit before a run may start: the journal and the first
// minutes of the samples of a brisk load.
const probeSize = 8 << 20

// Probe proves that a record can be laid down under dir, by writing a file of
// 8 MiB there, flushing it to the disk and removing it. It makes dir if there
// is none. A run that fails it is refused before anything is touched: a fault
// whose intent cannot be written down must not happen.
func Probe(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("probe record directory: %w", err)
	}
	f, err := os.CreateTemp(dir, ".probe-*")
	if err != nil {
		return fmt.Errorf("probe record directory: %w", err)
	}
	err = writeSynced(f, bytes.Repeat([]byte{0xE5}, probeSize))
	if err = errors.Join(err, remove(f.Name())); err != nil {
		return fmt.Errorf("probe record directory %s: %w", dir, err)
	}
	return nil
}
