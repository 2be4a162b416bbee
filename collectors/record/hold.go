package record

import (
	"errors"
	"os"
	"syscall"
)

// hold marks the journal as one that is being written, until its file is closed
// or the process ends, however that is. Where the file system has no locks
// nothing is marked. Who asks has it for a moment, which is waited for.
func hold(journal *os.File) {
	_ = syscall.Flock(int(journal.Fd()), syscall.LOCK_EX)
}

// Written tells whether a process of this machine still writes the record. It
// knows nothing of one elsewhere. An error says that it is not known.
func (r *Run) Written() (bool, error) {
	file, err := os.Open(r.path("journal.ndjson"))
	if err != nil {
		return false, err
	}
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_SH|syscall.LOCK_NB)
	_ = file.Close() // and with it the lock; it was not written to
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return true, nil
	}
	return false, err
}
