package loadgen

import (
	"errors"
	"time"

	"golang.org/x/sys/unix"
)

// nap blocks the thread for d in the kernel; false where it cannot. A signal
// may end it early.
func nap(d time.Duration) bool {
	spec := unix.NsecToTimespec(int64(d))
	err := unix.Nanosleep(&spec, nil)
	return err == nil || errors.Is(err, unix.EINTR)
}
