package logged

import "github.com/openstack-eris/eris/collectors/record"

// FitAll is what bounds the lines of all nodes.
func FitAll(all []*record.Logged, room int) { fitAll(all, room) }
