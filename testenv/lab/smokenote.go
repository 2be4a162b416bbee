package lab

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// smokeNote says that a smoke check may have made things in the cloud: a file with
// the name that all of them bear, locked for as long as the check lives, however it
// ends. It goes when the cloud knows nothing of them any more.
type smokeNote struct {
	file *os.File
	path string
}

// noteSmoke writes one before anything is made. It has its name once it is locked.
func noteSmoke(folder, name string) (*smokeNote, error) {
	hidden := filepath.Join(folder, "."+name)
	err := os.MkdirAll(folder, 0o700)
	var note *smokeNote
	if err == nil {
		note, err = openSmokeNote(hidden, os.O_CREATE|os.O_EXCL)
	}
	if err == nil {
		note.path = filepath.Join(folder, name)
		err = os.Rename(hidden, note.path)
	}
	if err != nil {
		return nil, fmt.Errorf("note the smoke check: %w", err)
	}
	return note, nil
}

// openSmokeNote has unix.EWOULDBLOCK for that of a check that lives.
func openSmokeNote(path string, how int) (*smokeNote, error) {
	f, err := os.OpenFile(path, os.O_RDWR|how, 0o600)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		_ = f.Close()
		return nil, err
	}
	return &smokeNote{f, path}, nil
}

// end forgets the check, or keeps in mind that something of it is left.
func (n *smokeNote) end(left bool) error {
	defer func() { _ = n.file.Close() }()
	if left {
		return nil
	}
	return os.Remove(n.path)
}

// clear takes away what checks left that were killed, or whose deleting failed.
func (w *smokeWorld) clear(ctx context.Context) error {
	var errs []error
	for _, name := range childrenOf(w.notes) {
		if strings.HasPrefix(name, ".") { // of a check that has made nothing yet
			continue
		}
		note, err := openSmokeNote(filepath.Join(w.notes, name), 0)
		if errors.Is(err, unix.EWOULDBLOCK) || errors.Is(err, fs.ErrNotExist) { // it lives, or has just ended
			continue
		}
		if err != nil {
			errs = append(errs, err)
			continue
		}
		earlier := *w
		earlier.name = name
		earlier.keyAsked, earlier.serverAsked, earlier.floatingAsked = true, true, true
		err = earlier.deleteAll(ctx)
		errs = append(errs, err, note.end(err != nil))
	}
	return errors.Join(errs...)
}
