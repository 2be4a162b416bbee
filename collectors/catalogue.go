package collectors

import "github.com/openstack-eris/eris/document"

// Catalogue returns all kinds of collector.
func Catalogue() *document.Kinds[Collector] {
	var kinds document.Kinds[Collector]
	kinds.Add(document.Kind[Collector]{
		Name: "node", Summary: "Reads processors, memory and load of nodes.",
		New: func() Collector { return &Node{} },
	})
	kinds.Add(document.Kind[Collector]{
		Name: "sockets", Summary: "Counts established TCP sessions by port.",
		New: func() Collector { return &Sockets{} },
	})
	kinds.Add(document.Kind[Collector]{
		Name: "service", Summary: "Asks for state, restarts and health of services.",
		New: func() Collector { return &Service{} },
	})
	return &kinds
}
