package misuse

import (
	"net/http"

	clients "github.com/gophercloud/gophercloud/v2/openstack"

	"github.com/openstack-eris/eris/loadgen/openstack"
)

// service is an API that is misused.
type service struct {
	name string
	find openstack.Finder
	uses []use
	// lists are what can be listed, with parameters that have to be refused.
	lists []list
	// versions is the header by which a version of the API is asked for that there
	// is not; empty where the service has none.
	versions string
	prefix   string // of that header's value
	// lives is something cheap that can be made, deleted and then used too late;
	// nil where there is none.
	lives *life
	// more are wrong requests of other forms.
	more []wrong
	// named is the field of a document with the name by which, and by its id, what was made
	// of it is deleted; empty where the id will do.
	named string
}

// use is a right request but for the ids in it, which are of nothing.
type use struct {
	method string
	path   []string
	body   map[string]any
	fields []field
}

// field is one of a use's document, with what is known of it.
type field struct {
	at   string // "server.name"
	need bool   // the request is wrong without it
	like kind
	most int // longest text, or largest number; 0: it is not known
}

// kind is what a field has to be.
type kind int

const (
	words  kind = iota // a text
	number             // a whole number from 0 or 1 on
	count              // a whole number of which nobody says what is too much
	flag               // true or false
	many               // a list
	which              // an id, or one of some words
)

type list struct {
	path  []string
	wrong map[string][]string // parameters and their values that have to be refused
}

// life is how something is made and deleted, and what is asked of it afterwards.
type life struct {
	make  use
	after []use // {id} is what was made
}

// id stands for the id of nothing in paths and documents, and name for the name
// that all bears which the iteration asks for.
const (
	anID  = "{id}"
	aName = "{name}"
)

// services are those that are known, and what is known of them: the schemas of
// their requests, where they say that something is refused.
//
// Sources: the API references at https://docs.openstack.org/api-ref/, and the
// schemas in nova/api/openstack/compute/schemas, cinder/api/schemas,
// keystone/*/schema.py, neutron_lib/api/definitions and glance/api/v2/images.py.
func services() []service {
	return []service{keystone(), nova(), neutron(), glance(), cinder(), placement(), heat(), octavia(), swift()}
}

func looks(path ...string) use   { return use{method: http.MethodGet, path: path} }
func deletes(path ...string) use { return use{method: http.MethodDelete, path: path} }
func document(key string, value map[string]any) map[string]any {
	return map[string]any{key: value}
}

func keystone() service {
	const longestProject, longestUser = 64, 255
	return service{
		name: "keystone", find: clients.NewIdentityV3,
		uses: []use{
			looks("users", anID), looks("projects", anID), deletes("users", anID), deletes("projects", anID),
			{
				http.MethodPost, []string{"projects"}, document("project", map[string]any{"name": aName, "domain_id": anID, "enabled": false}),
				[]field{{"project.name", true, words, longestProject}, {"project.enabled", false, flag, 0}, {"project", true, many, 0}},
			},
			{
				http.MethodPost, []string{"users"}, document("user", map[string]any{"name": aName, "domain_id": anID, "enabled": false}),
				[]field{{"user.name", true, words, longestUser}, {"user.enabled", false, flag, 0}, {"user", true, many, 0}},
			},
		},
	}
}

func nova() service {
	const longestName = 255
	server := func() map[string]any {
		return document("server", map[string]any{"name": aName, "flavorRef": anID, "imageRef": anID, "min_count": 1, "metadata": map[string]any{"a": "b"}, "networks": []any{map[string]any{"uuid": anID}}})
	}
	return service{
		name: "nova", find: clients.NewComputeV2, versions: "X-Openstack-Nova-Api-Version",
		uses: []use{
			looks("servers", anID), deletes("servers", anID),
			{
				http.MethodPost, []string{"servers"}, server(),
				[]field{
					{"server.name", true, words, longestName}, {"server.flavorRef", true, which, 0}, {"server.imageRef", false, which, 0}, {"server.min_count", false, number, 0},
					{"server.metadata", false, many, 0}, {"server", true, many, 0},
				},
			},
			{http.MethodPost, []string{"servers", anID, "action"}, map[string]any{"os-start": nil}, nil},
			{
				http.MethodPost, []string{"servers", anID, "action"}, document("reboot", map[string]any{"type": "SOFT"}),
				[]field{{"reboot.type", true, which, 0}, {"reboot", true, many, 0}},
			},
		},
		lists: []list{{[]string{"servers"}, map[string][]string{"limit": {"-1", "many"}, "changes-since": {"yesterday"}}}},
	}
}

func neutron() service {
	const longestName, ports = 255, 65535
	network := use{
		http.MethodPost, []string{"networks"}, document("network", map[string]any{"name": aName, "admin_state_up": true}),
		[]field{{"network.name", false, words, longestName}, {"network.admin_state_up", false, flag, 0}, {"network", true, many, 0}},
	}
	return service{
		name: "neutron", find: clients.NewNetworkV2,
		uses: []use{
			looks("networks", anID), looks("ports", anID), looks("routers", anID), deletes("networks", anID), deletes("subnets", anID), deletes("floatingips", anID),
			network,
			{http.MethodPut, []string{"networks", anID}, document("network", map[string]any{"name": aName}), []field{{"network.name", false, words, longestName}}},
			{http.MethodPut, []string{"routers", anID, "add_router_interface"}, map[string]any{"subnet_id": anID}, []field{{"subnet_id", true, which, 0}}},
			{
				http.MethodPost, []string{"subnets"}, document("subnet", map[string]any{"name": aName, "network_id": anID, "cidr": "192.0.2.0/24", "ip_version": 4, "enable_dhcp": false}),
				[]field{
					{"subnet.network_id", true, which, 0}, {"subnet.cidr", true, which, 0}, {"subnet.ip_version", true, number, 6}, {"subnet.enable_dhcp", false, flag, 0},
					{"subnet.name", false, words, longestName}, {"subnet", true, many, 0},
				},
			},
			{
				http.MethodPost, []string{"ports"}, document("port", map[string]any{"name": aName, "network_id": anID, "admin_state_up": false, "fixed_ips": []any{}}),
				[]field{{"port.network_id", true, which, 0}, {"port.admin_state_up", false, flag, 0}, {"port.name", false, words, longestName}, {"port", true, many, 0}},
			},
			{
				http.MethodPost, []string{"security-group-rules"},
				document("security_group_rule", map[string]any{"security_group_id": anID, "direction": "ingress", "ethertype": "IPv4", "protocol": "tcp", "port_range_min": 80, "port_range_max": 80}),
				[]field{
					{"security_group_rule.security_group_id", true, which, 0}, {"security_group_rule.direction", true, which, 0}, {"security_group_rule.ethertype", false, which, 0},
					{"security_group_rule.port_range_max", false, number, ports}, {"security_group_rule", true, many, 0},
				},
			},
		},
		lists: []list{{[]string{"networks"}, map[string][]string{"limit": {"many", "-1"}}}},
		lives: &life{
			network,
			[]use{
				looks("networks", anID), deletes("networks", anID),
				{http.MethodPost, []string{"subnets"}, document("subnet", map[string]any{"name": aName, "network_id": anID, "cidr": "192.0.2.0/24", "ip_version": 4}), nil},
				{http.MethodPost, []string{"ports"}, document("port", map[string]any{"name": aName, "network_id": anID}), nil},
			},
		},
	}
}

func glance() service {
	const longestName = 255
	image := use{
		http.MethodPost, []string{"images"}, map[string]any{"name": aName, "disk_format": "raw", "container_format": "bare", "min_disk": 0, "protected": false, "tags": []any{}},
		[]field{
			{"name", false, words, longestName}, {"disk_format", false, which, 0}, {"container_format", false, which, 0}, {"min_disk", false, count, 0}, {"protected", false, flag, 0},
		},
	}
	return service{
		name: "glance", find: clients.NewImageV2,
		uses:  []use{looks("images", anID), deletes("images", anID), looks("images", anID, "file"), image},
		lists: []list{{[]string{"images"}, map[string][]string{"limit": {"many", "-1"}}}},
		lives: &life{
			image,
			[]use{looks("images", anID), deletes("images", anID), looks("images", anID, "file")},
		},
	}
}

func cinder() service {
	const longestName = 255
	return service{
		name: "cinder", find: clients.NewBlockStorageV3, versions: "Openstack-Api-Version", prefix: "volume ",
		uses: []use{
			looks("volumes", anID), deletes("volumes", anID), looks("snapshots", anID), deletes("snapshots", anID), looks("backups", anID),
			{
				http.MethodPost, []string{"volumes"}, document("volume", map[string]any{"name": aName, "size": 1, "snapshot_id": anID}),
				[]field{{"volume.size", false, number, 0}, {"volume.name", false, words, longestName}, {"volume", true, many, 0}},
			},
			{
				http.MethodPost, []string{"snapshots"}, document("snapshot", map[string]any{"name": aName, "volume_id": anID, "force": false}),
				[]field{{"snapshot.volume_id", true, which, 0}, {"snapshot.name", false, words, longestName}, {"snapshot.force", false, flag, 0}, {"snapshot", true, many, 0}},
			},
			{
				http.MethodPost, []string{"volumes", anID, "action"}, document("os-extend", map[string]any{"new_size": 2}),
				[]field{{"os-extend.new_size", true, number, 0}, {"os-extend", true, many, 0}},
			},
		},
		lists: []list{{[]string{"volumes"}, map[string][]string{"limit": {"many", "-1"}}}},
	}
}

func placement() service {
	return service{
		name: "placement", find: clients.NewPlacementV1, versions: "Openstack-Api-Version", prefix: "placement ",
		uses: []use{looks("resource_providers", anID), deletes("resource_providers", anID), looks("allocations", anID, "none")},
	}
}
