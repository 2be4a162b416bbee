package nova

import (
	"errors"
	"fmt"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/outside/access"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote/compute"
)

// What Nova is told of a host.
const (
	disable              = "disable"
	forceDown            = "force_down"
	forceDownWithServers = "force_down with servers"
)

// role is who may see and change compute services, and see all servers of a host, by
// Nova's default policies: os_compute_api:os-services:update and :list,
// os_compute_api:servers:detail:get_all_tenants.
const role = "admin"

// scripts is what is read on a node of whose nova-compute Nova is told that.
func scripts(target faults.Target, action string) (faults.Scripts, error) {
	if err := access.IsCompute(target.Service); err != nil {
		return faults.Scripts{}, fmt.Errorf("choose host: %s: %w", target.Ref(), err)
	}
	if target.Cloud == nil {
		return faults.Scripts{}, errors.New("choose host: nobody knows of which cloud it is")
	}
	works, tools := target.Works()
	return faults.Scripts{
		Args:        []string{target.Node.Name},
		Fingerprint: "printf 'Node=%s\\n' \"$1\"\n", // the rest of it is Nova's, and its keeper's to compare
		Healthy:     works, Tools: tools, Resources: []string{"nova:compute"},
		Outside: action, Keeper: family, Stays: true, Remedy: byHand(target.Cloud.OpenStack, target.Node.Name, action),
	}, nil
}

// nets of a host of a real cloud: what undoes the fault runs on this machine. A lab
// and the embedded cloud live and die with it themselves.
func nets(target faults.Target) []string {
	if target.Cloud != nil && target.Cloud.Kind != inventory.Real {
		return nil
	}
	return []string{faults.NoAutonomousHeal}
}

// byHand is the command that takes it back.
func byHand(at inventory.OpenStack, host, action string) string {
	options := "--enable"
	if action != disable {
		options += " --up"
	}
	return set(at, host, options)
}

// set is the command that tells Nova something of a host.
func set(at inventory.OpenStack, host, options string) string {
	return client(at) + " compute service set " + options + " nova-compute " + inventory.Quote(host)
}

// client is how the command of OpenStack begins.
func client(at inventory.OpenStack) string {
	return access.Client(at) + " --os-compute-api-version " + compute.Version
}
