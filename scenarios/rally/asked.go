package rally

import (
	"maps"
	"slices"
)

// askedCounterparts are the scenarios that make something and then list or show it:
// workloads that make it and delete it, and are told to ask. made are the others.
func askedCounterparts(made map[string]counterpart) map[string]counterpart {
	all := map[string]counterpart{}
	for name, of := range map[string]struct{ as, how string }{
		"CinderVolumes.create_and_list_volume":                 {"CinderVolumes.create_and_delete_volume", "list"},
		"CinderVolumes.create_and_get_volume":                  {"CinderVolumes.create_and_delete_volume", "show"},
		"CinderVolumes.create_and_list_snapshots":              {"CinderVolumes.create_and_delete_snapshot", "list"},
		"CinderVolumes.create_and_list_volume_backups":         {"CinderVolumes.create_and_restore_volume_backup", "list"},
		"NeutronNetworks.create_and_list_networks":             {"NeutronNetworks.create_and_delete_networks", "list"},
		"NeutronNetworks.create_and_show_network":              {"NeutronNetworks.create_and_delete_networks", "show"},
		"NeutronNetworks.create_and_list_subnets":              {"NeutronNetworks.create_and_delete_subnets", "list"},
		"NeutronNetworks.create_and_show_subnets":              {"NeutronNetworks.create_and_delete_subnets", "show"},
		"NeutronNetworks.create_and_list_ports":                {"NeutronNetworks.create_and_delete_ports", "list"},
		"NeutronNetworks.create_and_show_ports":                {"NeutronNetworks.create_and_delete_ports", "show"},
		"NeutronNetworks.create_and_list_routers":              {"NeutronNetworks.create_and_delete_routers", "list"},
		"NeutronNetworks.create_and_show_routers":              {"NeutronNetworks.create_and_delete_routers", "show"},
		"NeutronNetworks.create_and_list_floating_ips":         {"NeutronNetworks.create_and_delete_floating_ips", "list"},
		"NeutronSecurityGroup.create_and_list_security_groups": {"NeutronSecurityGroup.create_and_delete_security_groups", "list"},
		"NeutronSecurityGroup.create_and_show_security_group":  {"NeutronSecurityGroup.create_and_delete_security_groups", "show"},
		"KeystoneBasic.create_and_list_users":                  {"KeystoneBasic.create_delete_user", "list"},
		"KeystoneBasic.create_and_list_tenants":                {"KeystoneBasic.create_tenant", "list"},
		"KeystoneBasic.create_and_list_roles":                  {"KeystoneBasic.create_and_delete_role", "list"},
		"GlanceImages.create_and_list_image":                   {"GlanceImages.create_and_delete_image", "list"},
		"GlanceImages.create_and_get_image":                    {"GlanceImages.create_and_delete_image", "show"},
		"HeatStacks.create_and_list_stack":                     {"HeatStacks.create_and_delete_stack", "list"},
		"Octavia.create_and_list_loadbalancers":                {"Octavia.create_and_delete_loadbalancers", "list"},
		"Octavia.create_and_show_loadbalancers":                {"Octavia.create_and_delete_loadbalancers", "show"},
	} {
		base := made[of.as]
		base.fixed = append(slices.Clone(base.fixed), pair{"ask", []any{of.how}})
		base.other = slices.Clone(base.other)
		if !slices.Contains(base.other, lateDeletion) {
			base.other = append(base.other, lateDeletion)
		}
		base.args = maps.Clone(base.args)
		switch name {
		case "CinderVolumes.create_and_list_volume", "CinderVolumes.create_and_list_volume_backups":
			base.args["detailed"] = only("all of each is listed", "true")
		case "CinderVolumes.create_and_list_snapshots":
			base.args["detailed"] = only("not all of each is listed", "false")
		}
		all[name] = base
	}
	return all
}
