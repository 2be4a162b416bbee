package rally

import (
	"maps"
	"strconv"

	"github.com/openstack-eris/eris/document"
)

// counterparts are the scenarios of Rally that a workload here does, by name.
func counterparts() map[string]counterpart {
	all := map[string]counterpart{
		"HttpRequests.check_request": {kind: "http.get", args: map[string]rule{
			"url": same("url"), "method": same("method"), "status_code": same("expect"),
		}},
	}
	for _, of := range []map[string]counterpart{keystoneCounterparts(), novaCounterparts(), neutronCounterparts(), glanceCounterparts(), cinderCounterparts(), swiftCounterparts(), heatCounterparts()} {
		maps.Copy(all, of)
	}
	maps.Copy(all, askedCounterparts(all))
	return all
}

func keystoneCounterparts() map[string]counterpart {
	const disabled = "the user is made disabled, so that nobody can use it"
	all := map[string]counterpart{
		"Authenticate.keystone": {kind: "keystone.issue_token"},
		"KeystoneBasic.authenticate_user_and_validate_token": {
			kind: "keystone.validate_token", other: []string{"the token is asked for once, and validated in each iteration"},
		},
		"KeystoneBasic.create_delete_user": {
			kind: "keystone.create_and_delete_user", args: map[string]rule{"name_length": ignored},
			other: []string{disabled},
		},
		"KeystoneBasic.create_and_get_role": {kind: "keystone.create_and_delete_role", other: []string{lateDeletion}},
		"KeystoneBasic.create_and_delete_role": {
			kind: "keystone.create_and_delete_role", other: []string{"the role is asked for as well"},
		},
		"KeystoneBasic.create_user": {
			kind: "keystone.create_and_delete_user", args: map[string]rule{"name_length": ignored}, other: []string{disabled, lateDeletion},
		},
		"KeystoneBasic.create_tenant": {
			kind: "keystone.create_and_delete_project", args: map[string]rule{"name_length": ignored},
			other: []string{"the project is given a user with a role", lateDeletion},
		},
		"KeystoneBasic.create_tenant_with_users": {
			kind: "keystone.create_and_delete_project", other: []string{lateDeletion},
			args: map[string]rule{"name_length": ignored, "users_per_tenant": only("each project is given one user", "1")},
		},
	}
	for name, service := range map[string]string{
		"Quotas.nova_update_and_delete": "nova", "Quotas.cinder_update_and_delete": "cinder",
		"Quotas.nova_update": "nova", "Quotas.cinder_update": "cinder", "Quotas.neutron_update": "neutron",
	} {
		all[name] = counterpart{
			kind:  "quotas." + service + "_update_and_delete",
			other: []string{"one quota of the service is set, to 1 to 1000, where Rally sets all of them to -1 to 1024", "the quota is that of a project that is made for it, and both are deleted again"},
		}
	}
	return all
}

func neutronCounterparts() map[string]counterpart {
	network := map[string]rule{"network_create_args": none}
	with := func(more map[string]rule) map[string]rule {
		args := maps.Clone(network)
		maps.Copy(args, more)
		return args
	}
	const ownNetwork = "each iteration makes a network of its own and deletes it"
	own := []string{"network"}
	return map[string]counterpart{
		"NeutronNetworks.create_and_delete_networks": {kind: "neutron.create_and_delete_network", args: network, own: own},
		"NeutronNetworks.create_and_delete_subnets": {kind: "neutron.create_and_delete_subnet", own: own, other: []string{ownNetwork}, args: with(map[string]rule{
			"subnet_create_args": none, "subnets_per_network": same("subnets"), "subnet_cidr_start": otherwise("the addresses are chosen here"),
		})},
		"NeutronNetworks.create_and_delete_ports": {kind: "neutron.create_and_delete_port", own: own, other: []string{ownNetwork}, args: with(map[string]rule{
			"port_create_args": none, "ports_per_network": same("ports"),
		})},
		"NeutronNetworks.create_and_delete_routers": {kind: "neutron.create_and_delete_router", own: own, args: with(map[string]rule{
			"subnet_create_args": none, "router_create_args": none, "subnets_per_network": only("one subnet with one router is made", "1"),
			"subnet_cidr_start": otherwise("the addresses are chosen here"),
		}), other: []string{"the router has a gateway to the external network"}},
		"NeutronNetworks.create_and_delete_floating_ips": {kind: "neutron.create_and_delete_floating_ip", own: own, args: map[string]rule{
			"floating_network": named("external_network"), "floating_ip_args": none,
		}, other: []string{"the address is associated with a port as well, and taken off again"}},
		"NeutronNetworks.associate_and_dissociate_floating_ips": {kind: "neutron.create_and_delete_floating_ip", own: own, args: map[string]rule{
			"floating_network": named("external_network"),
		}, other: []string{lateDeletion}},
		"NeutronSecurityGroup.create_and_delete_security_groups": {
			kind: "neutron.create_and_delete_security_group", fixed: pairs{{"rules", 0}}, args: map[string]rule{"security_group_create_args": none},
		},
		"NeutronSecurityGroup.create_and_delete_security_group_rule": {
			kind: "neutron.create_and_delete_security_group", fixed: pairs{{"rules", 1}},
			args:  map[string]rule{"security_group_args": none, "security_group_rule_args": none},
			other: []string{"the rule is deleted with its group"},
		},
	}
}

func glanceCounterparts() map[string]counterpart {
	upload := map[string]rule{
		"image_location":   only("the image is of made-up bytes, 1 MiB unless args.size says another size"),
		"container_format": only("the image is bare", "bare"), "disk_format": otherwise("the image is raw"),
		"visibility": only("the image is private", "private"), "min_disk": only("the image asks for no disk", "0"),
		"min_ram": only("the image asks for no memory", "0"), "properties": none,
	}
	return map[string]counterpart{
		"GlanceImages.list_images": {kind: "glance.list_images"},
		"GlanceImages.create_and_delete_image": {
			kind: "glance.create_and_delete_image", args: upload, other: []string{"the image is downloaded as well, and compared"},
		},
		"GlanceImages.create_and_download_image": {kind: "glance.create_and_delete_image", args: upload, other: []string{lateDeletion}},
	}
}

func swiftCounterparts() map[string]counterpart {
	all := map[string]counterpart{}
	for name, other := range map[string][]string{
		"delete_all": {"the objects are listed and downloaded as well, and compared"}, "download_object": {lateDeletion}, "list_objects": {lateDeletion},
	} {
		all["SwiftObjects.create_container_and_object_then_"+name] = counterpart{
			kind: "swift.create_container_and_object_then_delete_all", other: other,
			args: map[string]rule{"objects_per_container": same("objects"), "object_size": inBytes("size")},
		}
	}
	return all
}

func heatCounterparts() map[string]counterpart {
	args := map[string]rule{
		"template_path": stacked, "updated_template_path": restacked,
		"parameters": none, "files": none, "environment": none, "updated_parameters": none, "updated_files": none, "updated_environment": none,
	}
	return map[string]counterpart{
		"HeatStacks.create_update_delete_stack": {kind: "heat.create_update_delete_stack", args: args},
		"Octavia.create_and_delete_loadbalancers": {
			kind: "octavia.create_and_delete_loadbalancers", fixed: pairs{{"members", 0}}, other: []string{"the balancer is given a listener and a pool as well"},
			args: map[string]rule{
				"description": none, "admin_state": only("it is up", "true"), "listeners": none, "flavor_id": none, "provider": none, "vip_qos_policy_id": none,
			},
		},
		"HeatStacks.create_and_delete_stack": {kind: "heat.create_update_delete_stack", args: args, other: []string{"the stack is updated as well"}},
	}
}

func cinderCounterparts() map[string]counterpart {
	volume := func(more map[string]rule) map[string]rule {
		args := map[string]rule{
			"size": gib("size"), "volume_type": same("type"), "min_sleep": pause, "max_sleep": pause,
			"create_volume_kwargs": none, "create_backup_kwargs": none, "create_snapshot_kwargs": none,
			"image": only("the volume is empty", ""), "do_delete": only("what is made is deleted", "true"),
		}
		maps.Copy(args, more)
		return args
	}
	const ownVolume = "each iteration makes a volume of its own, and deletes it"
	own := []string{"volumes"}
	return map[string]counterpart{
		"CinderVolumes.list_volumes": {kind: "cinder.list_volumes", args: map[string]rule{
			"detailed": same("detailed"), "limit": same("limit"), "search_opts": none, "marker": none, "sort": none,
		}},
		"CinderVolumes.create_and_delete_volume":             {kind: "cinder.create_and_delete_volume", args: volume(nil)},
		"CinderVolumes.create_volume":                        {kind: "cinder.create_and_delete_volume", args: volume(nil), other: []string{lateDeletion}},
		"CinderVolumes.create_from_volume_and_delete_volume": {kind: "cinder.create_volume_and_clone", args: volume(nil), other: []string{ownVolume}, own: own},
		"CinderVolumes.create_and_extend_volume":             {kind: "cinder.create_and_extend_volume", args: volume(map[string]rule{"new_size": extended})},
		"CinderVolumes.create_and_restore_volume_backup":     {kind: "cinder.create_and_restore_volume_backup", args: volume(nil)},
		"CinderVolumes.create_and_delete_snapshot": {
			kind: "cinder.create_and_delete_snapshot", args: volume(map[string]rule{"force": only("no volume is in use", "false")}),
			other: []string{ownVolume}, own: own,
		},
		"CinderVolumes.create_volume_from_snapshot": {kind: "cinder.create_volume_from_snapshot", args: volume(nil), other: []string{ownVolume}, own: own},
		"CinderVolumes.create_volume_and_clone": {
			kind: "cinder.create_volume_and_clone", args: volume(map[string]rule{"nested_level": only("one clone is made", "1")}), other: []string{lateDeletion},
		},
	}
}

// extended is the size to which a volume is extended, which here is a GiB more.
func extended(c *conversion, name string, v *document.Node) pairs {
	from, wrong := strconv.Atoi(text(c.workload.args.Get("size")))
	to, bad := strconv.Atoi(text(v))
	if wrong != nil || bad != nil || to != from+1 {
		c.lost(name, v, "a volume is made 1 GiB larger")
	}
	return nil
}
