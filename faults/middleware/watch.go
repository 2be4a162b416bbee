package middleware

import (
	"fmt"
	"time"

	"github.com/openstack-eris/eris/faults/script"
)

// program lays what runs beside the unit of a momentary fault, looks on for a while
// and says that it is over.
func program(text string) string {
	return "cat >program.sh <<'END_OF_PROGRAM'\n" + script.Ended() + text + "END_OF_PROGRAM\n"
}

// watchable refuses a time that is no whole number of seconds, or longer than
// anybody looks on.
func watchable(watch time.Duration) error {
	if watch < time.Second || watch > time.Minute || watch%time.Second != 0 {
		return fmt.Errorf("watch: %s is not 1s to 60s in whole seconds", watch)
	}
	return nil
}
