// Package cinder holds the faults of how nodes reach the volumes of Cinder: the
// iSCSI sessions of a node that has volumes attached.
package cinder

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
	return []document.Kind[faults.Fault]{{
		Name:    "cinder.iscsi_logout",
		Summary: "logs a node out of an iSCSI target, so that its volumes are gone by that path",
		New:     func() faults.Fault { return &ISCSILogout{} },
	}}
}
