// Package clock holds the faults of a node's wall clock: one that is wrong.
//
// What is restored is how much the wall clock is ahead of the uptime, which
// nobody can set: so the undo comes to the same time whenever it runs, and
// however often. The dead-man counts uptime too. What keeps the clock right is
// stopped before it is moved, and started again once it is back.
package clock

import (
	"embed"

	"github.com/openstack-eris/eris/faults/script"
)

//go:embed *.sh
var files embed.FS

// text returns the family's scripts of those names, one after the other.
func text(names ...string) string { return script.Text(files, names...) }
