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
		Name: "sockets", Summary: "Counts TCP sockets by port and state.",
		New: func() Collector { return NewSockets() },
	})
	kinds.Add(document.Kind[Collector]{
		Name: "service", Summary: "Asks for state, restarts and health of services.",
		New: func() Collector { return &Service{} },
	})
	kinds.Add(document.Kind[Collector]{
		Name: "disk", Summary: "Counts what disks read and write.",
		New: func() Collector { return &Disk{} },
	})
	kinds.Add(document.Kind[Collector]{
		Name: "net", Summary: "Counts bytes, errors and drops of interfaces.",
		New: func() Collector { return &Net{} },
	})
	kinds.Add(document.Kind[Collector]{
		Name: "pressure", Summary: "Reads how long tasks waited for processors, disks and memory.",
		New: func() Collector { return &Pressure{} },
	})
	kinds.Add(document.Kind[Collector]{
		Name: "galera", Summary: "Asks Galera members for their place in the cluster.",
		New: func() Collector { return &Galera{} },
	})
	kinds.Add(document.Kind[Collector]{
		Name: "rabbitmq", Summary: "Asks brokers for members, queues and connections.",
		New: func() Collector { return &RabbitMQ{} },
	})
	kinds.Add(document.Kind[Collector]{
		Name: "memcached", Summary: "Asks memcached for items, connections and hits.",
		New: func() Collector { return &Memcached{} },
	})
	kinds.Add(document.Kind[Collector]{
		Name: "haproxy", Summary: "Asks haproxy for its backends and servers.",
		New: func() Collector { return NewHAProxy() },
	})
	kinds.Add(document.Kind[Collector]{
		Name: "keepalived", Summary: "Looks which node has the virtual address.",
		New: func() Collector { return &Keepalived{} },
	})
	kinds.Add(document.Kind[Collector]{
		Name: "unit", Summary: "Reads what the units of services take: processors, memory, tasks.",
		New: func() Collector { return &Unit{} },
	})
	kinds.Add(document.Kind[Collector]{
		Name: "processes", Summary: "Reads what the processes of a name take: processors, memory, threads, files.",
		New: func() Collector { return &Processes{} },
	})
	kinds.Add(document.Kind[Collector]{
		Name: "logs", Summary: "Counts the errors in the log files of services.",
		New: func() Collector { return NewLogs() },
	})
	kinds.Add(document.Kind[Collector]{
		Name: "journal", Summary: "Counts the errors that the journal has of services' units.",
		New: func() Collector { return NewJournal() },
	})
	kinds.Add(document.Kind[Collector]{
		Name: "exec", Summary: "Runs a program of yours on nodes, and reads the values that it prints.",
		New: func() Collector { return NewExec() },
	})
	addParts(&kinds)
	addDirect(&kinds)
	return &kinds
}

// addParts adds those of parts of a cloud that have tools of their own, and the probes between nodes.
func addParts(kinds *document.Kinds[Collector]) {
	kinds.Add(document.Kind[Collector]{
		Name: "ovn", Summary: "Asks OVN's databases for their place in their clusters, ovn-northd and ovn-controller for their state.",
		New: func() Collector { return NewOVN() },
	})
	kinds.Add(document.Kind[Collector]{
		Name: "ceph", Summary: "Asks a Ceph cluster for its health, monitors, OSDs, placement groups and objects.",
		New: func() Collector { return &Ceph{} },
	})
	kinds.Add(document.Kind[Collector]{
		Name: "libvirt", Summary: "Asks libvirt for its domains by state.",
		New: func() Collector { return NewLibvirt() },
	})
	kinds.Add(document.Kind[Collector]{
		Name: "packets", Summary: "Sends from nodes to others, and counts what comes back.",
		New: func() Collector { return NewPackets() },
	})
}

// addDirect adds those that are asked from here.
func addDirect(kinds *document.Kinds[Collector]) {
	kinds.Add(document.Kind[Collector]{
		Name: "nova_services", Summary: "Asks Nova which of its services report and are enabled.",
		New: func() Collector { return NewNovaServices() },
	})
	kinds.Add(document.Kind[Collector]{
		Name: "neutron_agents", Summary: "Asks Neutron which of its agents report and are enabled.",
		New: func() Collector { return NewNeutronAgents() },
	})
	kinds.Add(document.Kind[Collector]{
		Name: "cinder_services", Summary: "Asks Cinder which of its services report and are enabled.",
		New: func() Collector { return NewCinderServices() },
	})
	kinds.Add(document.Kind[Collector]{
		Name: "hypervisors", Summary: "Asks Nova for its hypervisors, and what of them is used.",
		New: func() Collector { return NewHypervisors() },
	})
	kinds.Add(document.Kind[Collector]{
		Name: "quotas", Summary: "Asks Nova, Neutron and Cinder how much of its quotas a project has used.",
		New: func() Collector { return NewQuotas() },
	})
	kinds.Add(document.Kind[Collector]{
		Name: "prometheus", Summary: "Asks a Prometheus for the values of expressions of yours.",
		New: func() Collector { return NewPrometheus() },
	})
	kinds.Add(document.Kind[Collector]{
		Name: "scrape", Summary: "Fetches what an exporter serves, such as node_exporter, and keeps what you name.",
		New: func() Collector { return NewScrape() },
	})
}
