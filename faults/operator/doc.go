// Package operator holds the fault that an operator brings: script.run. Its
// steps are the operator's own scripts, in any language that the node has, under
// the contract of every other fault: laid and armed with a dead-man, observed,
// undone by whoever comes first, verified.
//
// What Eris lays on the node is one of its own scripts for each step, with the
// operator's text in it. It writes that text to a file of this step's own and
// hands it to the interpreter that its first line names, so that a step needs
// nothing on the node but itself: before arming, after a reboot, and when a
// person runs it by hand. /run may be mounted noexec, so the kernel is not asked
// to run the file.
//
// The texts are read once, when the scenario is loaded; what a plan shows the
// sum of is what runs.
package operator

import (
	"embed"

	"github.com/openstack-eris/eris/faults/script"
)

//go:embed *.sh
var files embed.FS

// text returns the family's scripts of those names, one after the other.
func text(names ...string) string { return script.Text(files, names...) }
