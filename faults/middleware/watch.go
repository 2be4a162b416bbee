package middleware

import "github.com/openstack-eris/eris/faults/script"

// program lays what runs beside the unit of a momentary fault, looks on for a while
// and says that it is over.
func program(text string) string {
	return script.Program(script.Ended() + text)
}
