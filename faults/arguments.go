package faults

import (
	"fmt"
	"time"
)

// UsualOff is how long a node is off that is switched off for a moment, where
// nothing else is said.
const UsualOff = 5 * time.Second

// The bounds of such a moment. A power supply has to have lost what it stores, and
// what stays off for longer is power.off.
const (
	shortestOff = time.Second
	longestOff  = 5 * time.Minute
)

// CheckOffFor refuses a time that no power supply notices, or that is no moment.
func CheckOffFor(d time.Duration) error {
	if d < shortestOff || d > longestOff {
		return fmt.Errorf("off_for: %s is not between %s and %s", d, shortestOff, longestOff)
	}
	return nil
}

// CheckWatch refuses a time to look on at a momentary fault that is no whole number
// of seconds, or longer than anybody looks on.
func CheckWatch(d time.Duration) error {
	if d < time.Second || d > time.Minute || d%time.Second != 0 {
		return fmt.Errorf("watch: %s is not 1s to 60s in whole seconds", d)
	}
	return nil
}
