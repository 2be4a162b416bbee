//go:build !linux

package loadgen

import "time"

// nap is not there; waits go by timer alone.
func nap(time.Duration) bool { return false }
