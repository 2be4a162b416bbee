package api

import (
	"maps"
	"net/http"
	"slices"
	"time"
)

// Room is what a host has for servers.
type Room struct{ VCPUs, MemoryMB, DiskGB int }

// hypervisors serves those of the hosts that have a nova-compute, to administrators.
func (s *Service) hypervisors() {
	for _, path := range []string{"", "/detail"} {
		s.locked("GET /v2.1/os-hypervisors"+path, novaWork, func(c *call) {
			if !c.admin() {
				c.fail(http.StatusForbidden, "Policy doesn't allow os_compute_api:os-hypervisors:list-detail to be performed.")
				return
			}
			rows, now := []object{}, time.Now()
			for _, host := range slices.Sorted(maps.Keys(s.store.computes)) {
				row := s.store.hypervisor(host, now)
				if path == "" {
					row = object{"id": row["id"], "hypervisor_hostname": host, "state": row["state"], "status": row["status"]}
				}
				rows = append(rows, row)
			}
			c.json(http.StatusOK, object{"hypervisors": rows})
		})
	}
}

// hypervisor is one in the words of microversion 2.1, but for its id, which is that of
// 2.53. Called with mu held.
func (s *Store) hypervisor(host string, now time.Time) object {
	compute := s.computes[host].view(host, now, s.missed(silentFor))
	var servers int
	var used Room
	for _, vm := range s.servers {
		if vm.gone(now) || vm.at(now) != host {
			continue
		}
		servers++
		used = s.with(used, vm)
	}
	used.MemoryMB += reservedMB
	return object{
		"id": compute["id"], "hypervisor_hostname": host, "hypervisor_type": "QEMU", "hypervisor_version": 7002000, "host_ip": "192.0.2.1",
		"state": compute["state"], "status": compute["status"], "service": object{"host": host, "id": compute["id"], "disabled_reason": compute["disabled_reason"]},
		"running_vms": servers, "current_workload": 0, "cpu_info": "", "disk_available_least": s.Room.DiskGB - used.DiskGB,
		"vcpus": s.Room.VCPUs, "vcpus_used": used.VCPUs, "memory_mb": s.Room.MemoryMB, "memory_mb_used": used.MemoryMB, "free_ram_mb": s.Room.MemoryMB - used.MemoryMB,
		"local_gb": s.Room.DiskGB, "local_gb_used": used.DiskGB, "free_disk_gb": s.Room.DiskGB - used.DiskGB,
	}
}

// reservedMB is what a host keeps for itself (reserved_host_memory_mb).
const reservedMB = 512

// with adds what a server was promised. Called with mu held.
func (s *Store) with(used Room, vm *server) Room {
	flavor := s.sized(vm.flavor)
	for name, sum := range map[string]*int{"vcpus": &used.VCPUs, "ram": &used.MemoryMB, "disk": &used.DiskGB} {
		if n, is := flavor[name].(int); is {
			*sum += n
		}
	}
	return used
}

// novaUse is what a project has of Nova's quotas. Called with mu held.
func (s *Store) novaUse(project string) map[string]int {
	var used Room
	for _, vm := range s.servers {
		if vm.project == project && !vm.gone(time.Now()) && vm.reclaimed.IsZero() {
			used = s.with(used, vm)
		}
	}
	return map[string]int{"instances": s.booted(project), "cores": used.VCPUs, "ram": used.MemoryMB}
}
