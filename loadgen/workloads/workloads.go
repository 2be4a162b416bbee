// Package workloads is the catalogue of everything that a load can do.
package workloads

import (
	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/command"
	"github.com/openstack-eris/eris/loadgen/dataplane/dns"
	"github.com/openstack-eris/eris/loadgen/dataplane/http"
	"github.com/openstack-eris/eris/loadgen/dataplane/icmp"
	"github.com/openstack-eris/eris/loadgen/dataplane/rabbitmq"
	"github.com/openstack-eris/eris/loadgen/dataplane/ssh"
	"github.com/openstack-eris/eris/loadgen/dataplane/tcp"
	"github.com/openstack-eris/eris/loadgen/dataplane/udp"
	"github.com/openstack-eris/eris/loadgen/openstack/cinder"
	"github.com/openstack-eris/eris/loadgen/openstack/glance"
	"github.com/openstack-eris/eris/loadgen/openstack/heat"
	"github.com/openstack-eris/eris/loadgen/openstack/horizon"
	"github.com/openstack-eris/eris/loadgen/openstack/keystone"
	"github.com/openstack-eris/eris/loadgen/openstack/misuse"
	"github.com/openstack-eris/eris/loadgen/openstack/neutron"
	"github.com/openstack-eris/eris/loadgen/openstack/nova"
	"github.com/openstack-eris/eris/loadgen/openstack/octavia"
	"github.com/openstack-eris/eris/loadgen/openstack/quotas"
	"github.com/openstack-eris/eris/loadgen/openstack/swift"
)

// All returns the catalogue of workloads by the names that scenarios use.
func All() *document.Kinds[loadgen.Workload] {
	var kinds document.Kinds[loadgen.Workload]
	add := func(name, summary string, make func() loadgen.Workload) {
		kinds.Add(document.Kind[loadgen.Workload]{Name: name, Summary: summary, New: make})
	}
	keystoneKinds(add)
	novaKinds(add)
	neutronKinds(add)
	glanceKinds(add)
	quotasKinds(add)
	cinderKinds(add)
	add("swift.create_container_and_object_then_delete_all", "makes a container, uploads objects, lists and downloads them, compares and deletes all",
		func() loadgen.Workload { return swift.NewCreateContainerAndObjectThenDeleteAll() })
	add("heat.create_update_delete_stack", "makes a stack, updates it to have one resource more and deletes it",
		func() loadgen.Workload { return heat.NewCreateUpdateDeleteStack() })
	add("octavia.create_and_delete_loadbalancers", "makes a load balancer with a listener, a pool and members and deletes it",
		func() loadgen.Workload { return octavia.NewCreateAndDeleteLoadbalancers() })
	add("horizon.login", "logs in to the dashboard, opens its first page and logs out",
		func() loadgen.Workload { return &horizon.Login{} })
	add("api.misuse", "asks the services' APIs for what they have to refuse",
		func() loadgen.Workload { return misuse.New(Services()) })
	add("exec.command", "runs a program, such as Rally or Tempest, and takes what it tells of its tests",
		func() loadgen.Workload { return command.NewRun() })
	add("tcp.connect", "opens a connection of TCP and closes it",
		func() loadgen.Workload { return &tcp.Connect{} })
	add("tcp.echo", "sends bytes to an echo service, and wants the same back",
		func() loadgen.Workload { return tcp.NewEcho() })
	add("tcp.hold", "holds a session for a while, with an echo now and then",
		func() loadgen.Workload { return tcp.NewHold() })
	add("udp.sequence", "sends numbered datagrams to an echo service: what is lost, doubled or overtaken",
		func() loadgen.Workload { return udp.NewSequence() })
	add("icmp.echo", "pings an address: which echo requests are lost, doubled or overtaken",
		func() loadgen.Workload { return icmp.NewEcho() })
	add("rabbitmq.sequence", "sends numbered messages through a queue of its own in RabbitMQ: what is lost, refused, doubled or overtaken",
		func() loadgen.Workload { return rabbitmq.NewSequence() })
	add("dns.query", "asks a name server once",
		func() loadgen.Workload { return dns.NewQuery() })
	add("ssh.login", "logs in to an instance and runs a command that does nothing",
		func() loadgen.Workload { return ssh.NewLogin() })
	add("ssh.iperf3", "has iperf3 on an instance measure how much its network carries",
		func() loadgen.Workload { return ssh.NewIperf3() })
	add("ssh.fio", "has fio on an instance read and write a file of its own",
		func() loadgen.Workload { return ssh.NewFio() })
	add("http.get", "sends one HTTP request and looks at status and body",
		func() loadgen.Workload { return http.NewGet() })
	return &kinds
}

// adder puts a workload into the catalogue.
type adder = func(name, summary string, make func() loadgen.Workload)

func keystoneKinds(add adder) {
	add("keystone.issue_token", "asks Keystone for a token with the credentials of clouds.yaml",
		func() loadgen.Workload { return &keystone.IssueToken{} })
	add("keystone.validate_token", "has Keystone validate a token, as services do with every call",
		func() loadgen.Workload { return &keystone.ValidateToken{} })
	add("keystone.create_and_delete_user", "makes a user that nobody can use and deletes it",
		func() loadgen.Workload { return &keystone.CreateAndDeleteUser{} })
	add("keystone.create_and_delete_role", "makes a role that nobody has, asks for it and deletes it",
		func() loadgen.Workload { return &keystone.CreateAndDeleteRole{} })
	add("keystone.create_and_delete_project", "makes a project and a user with a role in it and deletes them",
		func() loadgen.Workload { return keystone.NewCreateAndDeleteProject() })
}

func novaKinds(add adder) {
	add("nova.list_servers", "lists the project's servers, one page",
		func() loadgen.Workload { return nova.NewListServers() })
	add("nova.list_flavors", "lists the flavors, one page",
		func() loadgen.Workload { return nova.NewListFlavors() })
	add("nova.boot_and_delete_server", "boots a server, waits until it is ACTIVE, deletes it and waits until it is gone",
		func() loadgen.Workload { return nova.NewBootAndDeleteServer() })
	add("nova.boot_and_list_server", "boots a server, looks for it in the list of servers and deletes it",
		func() loadgen.Workload { return nova.NewBootAndListServer() })
	add("nova.boot_and_show_server", "boots a server, asks for it once more and deletes it",
		func() loadgen.Workload { return nova.NewBootAndShowServer() })
	for _, each := range [][3]string{
		{"nova.pause_and_unpause_server", "pause_unpause", "boots a server, pauses it, takes that back and deletes it"},
		{"nova.suspend_and_resume_server", "suspend_resume", "boots a server, suspends it, resumes it and deletes it"},
		{"nova.shelve_and_unshelve_server", "shelve_unshelve", "boots a server, shelves it, takes that back and deletes it"},
		{"nova.boot_lock_unlock_and_delete", "lock_unlock", "boots a server, locks it, unlocks it and deletes it"},
	} {
		add(each[0], each[2], func() loadgen.Workload { return nova.NewBouncing(each[1]) })
	}
	add("nova.boot_and_bounce_server", "boots a server, reboots, stops, pauses it and the like as it is told, and deletes it",
		func() loadgen.Workload { return nova.NewBootAndBounceServer() })
	add("nova.boot_and_rebuild_server", "boots a server, rebuilds it and deletes it",
		func() loadgen.Workload { return nova.NewBootAndRebuildServer() })
	add("nova.boot_and_get_console_output", "boots a server, reads its console and deletes it",
		func() loadgen.Workload { return nova.NewBootAndGetConsoleOutput() })
	add("nova.resize_server", "boots a server, resizes it, confirms that or takes it back, and deletes it",
		func() loadgen.Workload { return nova.NewResizeServer() })
	add("nova.boot_and_migrate_server", "boots a server, moves it to another host, confirms that or takes it back, and deletes it",
		func() loadgen.Workload { return nova.NewBootAndMigrateServer() })
	add("nova.boot_and_live_migrate_server", "boots a server, moves it to another host while it runs, and deletes it",
		func() loadgen.Workload { return nova.NewBootAndLiveMigrateServer() })
	add("nova.evacuate_server", "keeps servers, and has those built anew elsewhere whose host Nova takes for down",
		func() loadgen.Workload { return nova.NewEvacuateServer() })
	add("nova.snapshot_server", "boots a server, makes an image of it, boots another of that and deletes all",
		func() loadgen.Workload { return nova.NewSnapshotServer() })
	add("nova.race_actions_on_server", "boots a server, asks for several things to be done with it at once, and deletes it",
		func() loadgen.Workload { return nova.NewRaceActionsOnServer() })
	add("nova.race_snapshots_of_server", "boots a server, asks for several images of it at once, and deletes all",
		func() loadgen.Workload { return nova.NewRaceSnapshotsOfServer() })
	add("nova.boot_server_from_volume_and_delete", "makes a volume of an image, boots a server from it and deletes both",
		func() loadgen.Workload { return nova.NewBootServerFromVolumeAndDelete() })
	add("vm.boot_and_run_command", "boots a server with a floating IP, logs in by SSH, runs a command there and deletes both",
		func() loadgen.Workload { return nova.NewBootAndRunCommand() })
}

func neutronKinds(add adder) {
	add("neutron.create_and_delete_network", "makes a network and deletes it",
		func() loadgen.Workload { return &neutron.CreateAndDeleteNetwork{} })
	add("neutron.create_and_delete_subnet", "makes a network with subnets and deletes them",
		func() loadgen.Workload { return neutron.NewCreateAndDeleteSubnet() })
	add("neutron.create_and_delete_port", "makes a network with a subnet and ports and deletes them",
		func() loadgen.Workload { return neutron.NewCreateAndDeletePort() })
	add("neutron.create_and_delete_router", "makes a router with a gateway and an interface and deletes it",
		func() loadgen.Workload { return &neutron.CreateAndDeleteRouter{} })
	add("neutron.create_and_delete_security_group", "makes a security group with rules and deletes it",
		func() loadgen.Workload { return neutron.NewCreateAndDeleteSecurityGroup() })
	add("neutron.create_and_delete_floating_ip", "makes a floating IP, associates it with a port, takes it off and deletes it",
		func() loadgen.Workload { return &neutron.CreateAndDeleteFloatingIP{} })
	add("neutron.race_updates_of_port", "makes a network with a port, changes the port several times at once, and deletes both",
		func() loadgen.Workload { return neutron.NewRaceUpdatesOfPort() })
	add("neutron.list_networks", "lists the networks that the project can use, one page",
		func() loadgen.Workload { return &neutron.ListNetworks{} })
}

func glanceKinds(add adder) {
	add("glance.list_images", "lists the images that the project can see, one page",
		func() loadgen.Workload { return &glance.ListImages{} })
	add("glance.create_and_delete_image", "uploads an image, downloads it, compares the two and deletes it",
		func() loadgen.Workload { return glance.NewCreateAndDeleteImage() })
}

func cinderKinds(add adder) {
	add("cinder.list_volumes", "lists the project's volumes, one page",
		func() loadgen.Workload { return cinder.NewListVolumes() })
	add("cinder.create_and_delete_volume", "makes a volume and deletes it",
		func() loadgen.Workload { return cinder.NewCreateAndDeleteVolume() })
	add("cinder.create_and_delete_snapshot", "makes a snapshot of a volume and deletes it",
		func() loadgen.Workload { return cinder.NewCreateAndDeleteSnapshot() })
	add("cinder.create_and_extend_volume", "makes a volume, makes it larger and deletes it",
		func() loadgen.Workload { return cinder.NewCreateAndExtendVolume() })
	add("cinder.create_volume_and_clone", "makes a volume of another and deletes it",
		func() loadgen.Workload { return cinder.NewCreateVolumeAndClone() })
	add("cinder.create_volume_from_snapshot", "makes a snapshot of a volume and a volume of that, and deletes both",
		func() loadgen.Workload { return cinder.NewCreateVolumeFromSnapshot() })
	add("cinder.create_and_restore_volume_backup", "backs a volume up, restores it and deletes both",
		func() loadgen.Workload { return cinder.NewCreateAndRestoreVolumeBackup() })
	add("cinder.create_and_attach_volume", "boots a server, attaches a volume to it, detaches it and deletes both",
		func() loadgen.Workload { return nova.NewCreateAndAttachVolume() })
}

func quotasKinds(add adder) {
	for _, service := range []string{"nova", "cinder", "neutron"} {
		add("quotas."+service+"_update_and_delete", "makes a project, sets a quota of it, takes that back and deletes it",
			func() loadgen.Workload { return quotas.NewUpdateAndDelete(service) })
	}
}
