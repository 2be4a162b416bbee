// Package middleware holds the faults of what OpenStack's services stand on and
// share: the balancer in front of them, the database, the queue and the caches
// behind them, the keys of tokens. They are told to do what their own
// administrators tell them, by their own interfaces, and a process that starts
// anew has forgotten it. Keys are files, and are put back as files.
//
// The fingerprint is what the process says of itself, without what changes by
// itself. While a process that runs does not answer, neither a fingerprint nor an
// undo is done, and both are tried again.
package middleware

import (
	"embed"

	"github.com/openstack-eris/eris/faults/script"
)

//go:embed *.sh
var files embed.FS

// text returns the family's scripts of those names, one after the other.
func text(names ...string) string { return script.Text(files, names...) }
