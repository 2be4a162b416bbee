package inventory

import "slices"

// Default is what Eris knows of a service's redundancy without being told.
type Default struct {
	Services []string
	Rule     Rule
	Why      string
}

// Defaults is the table of known services; docs/redundancy.md gives its
// reasons. What it does not name tolerates no loss.
func Defaults() []Default {
	return []Default{
		{
			Services: []string{
				"keystone", "nova-api", "nova-metadata", "glance-api", "glance", "neutron-server", "neutron-api",
				"cinder-api", "placement", "placement-api", "heat-api", "heat-api-cfn", "horizon", "barbican-api",
				"octavia-api", "designate-api", "swift-proxy", "manila-api", "magnum-api", "ironic-api", "aodh-api", "gnocchi-api",
				"mistral-api", "masakari-api", "senlin-api", "vitrage-api",
			},
			Rule: Rule{Kind: AllButOne},
			Why:  "a stateless API behind a balancer: one member answers for all",
		},
		{
			Services: []string{
				"nova-conductor", "nova-scheduler", "cinder-scheduler", "heat-engine", "neutron-rpc-server", "octavia-worker",
				"mistral-engine", "mistral-executor", "aodh-listener", "aodh-notifier", "masakari-engine",
				"senlin-engine", "senlin-conductor", "vitrage-notifier", "vitrage-persistor",
			},
			Rule: Rule{Kind: AllButOne},
			Why:  "stateless workers on one message queue: any member takes the work",
		},
		{
			Services: []string{"haproxy", "keepalived"},
			Rule:     Rule{Kind: AllButOne},
			Why:      "the virtual address moves to any member that is left (VRRP); losing its holder costs the move",
		},
		{
			Services: []string{"mariadb", "mysql", "galera", "percona"},
			Rule:     Rule{Kind: Majority},
			Why:      "Galera keeps a primary component with more than half of all weight, and stops without it",
		},
		{
			Services: []string{"rabbitmq", "rabbitmq-server"},
			Rule:     Rule{Kind: Majority},
			Why:      "a quorum queue needs the majority of its replicas (Raft)",
		},
		{
			Services: []string{"memcached"},
			Rule:     Rule{Kind: AllButOne},
			Why:      "clients hash over the members that are left; the lost share of the cache is cold",
		},
		{
			Services: []string{"etcd", "ovn-nb", "ovn-sb", "ovn-northbound", "ovn-southbound", "ceph-mon", "zookeeper", "pacemaker", "corosync"},
			Rule:     Rule{Kind: Majority},
			Why:      "the members vote, and more than half have to agree",
		},
		{
			Services: []string{"nova-compute", "cinder-volume", "libvirt", "ceph-osd"},
			Rule:     Rule{Kind: Tolerate},
			Why:      "each member carries what no other one has: its instances, volumes or data",
		},
	}
}

// singleWhy is the reason of the rule for what the table does not name.
const singleWhy = "not known to be redundant: Eris never assumes it; declare a group to allow more"

// defaultFor returns the default of a service, which is tolerance 0 when the
// table does not name it.
func defaultFor(service string) (Rule, string) {
	for _, d := range Defaults() {
		if slices.Contains(d.Services, service) {
			return d.Rule, d.Why
		}
	}
	return Rule{Kind: Tolerate, Count: 0}, singleWhy
}
