package rally

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/openstack-eris/eris/document"
)

// lateDeletion is what workloads do otherwise that delete what they made.
const lateDeletion = "what it makes is deleted in each iteration, and not after the last one"

// booting are the arguments of every scenario that boots a server, and more.
func booting(more map[string]rule) map[string]rule {
	args := map[string]rule{
		"image": named("image"), "flavor": named("flavor"), "force_delete": same("force_delete"),
		"min_sleep": pause, "max_sleep": pause,
		"auto_assign_nic": ignored, // what is booted on is said by network
	}
	maps.Copy(args, more)
	return args
}

func novaCounterparts() map[string]counterpart {
	all := map[string]counterpart{
		"NovaServers.list_servers": {
			kind: "nova.list_servers", fixed: pairs{{"limit", 0}}, args: map[string]rule{"detailed": same("detailed")},
		},
		"NovaFlavors.list_flavors": {kind: "nova.list_flavors", args: map[string]rule{
			"detailed": same("detailed"), "limit": same("limit"), "is_public": only("private flavors are not asked for", "true"),
		}},
		"NovaServers.boot_and_list_server": {
			kind: "nova.boot_and_list_server", args: booting(map[string]rule{"detailed": same("detailed")}), other: []string{lateDeletion},
		},
		"NovaServers.boot_and_show_server":        {kind: "nova.boot_and_show_server", args: booting(nil), other: []string{lateDeletion}},
		"NovaServers.boot_and_get_console_output": {kind: "nova.boot_and_get_console_output", args: booting(map[string]rule{"length": same("length")}), other: []string{lateDeletion}},
		"NovaServers.boot_and_rebuild_server":     {kind: "nova.boot_and_rebuild_server", args: booting(map[string]rule{"from_image": named("image"), "to_image": rebuilt})},
		"NovaServers.boot_and_bounce_server":      {kind: "nova.boot_and_bounce_server", args: booting(map[string]rule{"actions": bounces})},
		"NovaServers.resize_server": {kind: "nova.resize_server", args: booting(map[string]rule{
			"to_flavor": named("to_flavor"), "confirm": same("confirm"),
		})},
		"NovaServers.boot_and_live_migrate_server": {kind: "nova.boot_and_live_migrate_server", args: booting(map[string]rule{
			"block_migration": otherwise("Nova chooses whether the disk is moved"), "disk_over_commit": otherwise("Nova chooses whether the disk is moved"),
		})},
		"NovaServers.boot_and_migrate_server": {kind: "nova.boot_and_migrate_server", args: booting(map[string]rule{"confirm": same("confirm")})},
		"CinderVolumes.create_and_attach_volume": {kind: "cinder.create_and_attach_volume", args: booting(map[string]rule{
			"size": gib("volume_size"), "create_volume_params": none, "create_vm_params": none,
		})},
	}
	all["VMTasks.boot_runcommand_delete"] = counterpart{
		kind: "vm.boot_and_run_command", args: commanding(), once: []string{"keypair", "allow_ssh"},
		fixed: pairs{{"ssh_within", "2m"}, {"command_within", "1h"}}, // as Rally's own
		other: []string{"the server is not pinged first"},
	}
	for _, as := range []string{
		"boot_and_delete_server", "pause_and_unpause_server", "suspend_and_resume_server", "shelve_and_unshelve_server",
		"boot_lock_unlock_and_delete", "snapshot_server",
	} {
		all["NovaServers."+as] = counterpart{kind: "nova." + as, args: booting(nil)}
	}
	all["NovaServers.boot_server"] = counterpart{kind: "nova.boot_and_delete_server", args: booting(nil), other: []string{lateDeletion}}
	volume := counterpart{kind: "nova.boot_server_from_volume_and_delete", args: booting(map[string]rule{
		"boot_server_kwargs": none, "create_volume_kwargs": none, "volume_size": gib("volume_size"), "volume_type": same("volume_type"),
	})}
	all["NovaServers.boot_server_from_volume_and_delete"] = volume
	volume.other = []string{lateDeletion}
	all["NovaServers.boot_server_from_volume"] = volume
	for name, of := range all {
		if _, boots := of.args["flavor"]; boots {
			of.boots = true
			all[name] = of
		}
	}
	return all
}

// rebuilt is the image with which a server is rebuilt, here that of its boot.
func rebuilt(c *conversion, name string, v *document.Node) pairs {
	from := c.workload.args.Get("from_image")
	if from == nil || reference(from) != reference(v) {
		c.lost(name, v, "the server is rebuilt with the image of its boot")
	}
	return nil
}

// reference is by what an image or the like is referred to.
func reference(v *document.Node) string {
	for _, key := range []string{"id", "name", "regex"} {
		if of := v.Get(key); of != nil {
			return of.Text
		}
	}
	return v.Text
}

// bouncesMost is the longest list of actions that is written out.
const bouncesMost = 100

// bounces is Rally's list of {action: times}.
func bounces(c *conversion, name string, v *document.Node) pairs {
	known := []string{"hard_reboot", "soft_reboot", "stop_start", "pause_unpause", "suspend_resume", "shelve_unshelve", "lock_unlock"}
	var actions []any
	for _, item := range v.Items {
		for _, e := range item.Entries {
			times, err := strconv.Atoi(text(e.Value))
			switch {
			case err != nil || times < 1 || len(actions)+times > bouncesMost:
				c.lost(name+"."+e.Name(), e.Value, "it is done 1 to %d times", bouncesMost)
			case !slices.Contains(known, e.Name()):
				c.lost(name+"."+e.Name(), e.Key, "%s does no %s", c.kind, e.Name())
			default:
				actions = append(actions, repeated(e.Name(), times)...)
			}
		}
	}
	if len(actions) == 0 {
		c.lost(name, v, "none of the actions is left")
		return nil
	}
	return pairs{{"actions", actions}}
}

func repeated(word string, times int) []any {
	list := make([]any, times)
	for i := range list {
		list[i] = fmt.Sprint(word)
	}
	return list
}
