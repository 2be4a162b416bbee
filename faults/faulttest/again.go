package faulttest

import "time"

// Always looks so many times, with a pause between, and tells whether each look says
// so. What a fault does shows every time; what a busy machine does, hardly.
func Always(tries int, pause time.Duration, look func() bool) bool {
	for try := range tries {
		if try > 0 {
			time.Sleep(pause) // what a busy machine does has passed by then
		}
		if !look() {
			return false
		}
	}
	return true
}
