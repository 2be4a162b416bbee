// Package fabric are the faults of what lies between nodes: a switch is struck on the
// machine that holds it, and costs all that is behind it.
package fabric

import (
	"embed"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/script"
)

//go:embed *.sh
var files embed.FS

// text returns the family's scripts of those names, one after the other.
func text(names ...string) string { return script.Text(files, names...) }

// Kinds are the kinds of fault of this family, each with its defaults.
func Kinds() []document.Kind[faults.Fault] {
	return []document.Kind[faults.Fault]{
		{
			Name:    "network.switch",
			Summary: "takes a switch's power away, and with it all nodes behind it",
			New:     func() faults.Fault { return &Switch{} },
		},
	}
}
