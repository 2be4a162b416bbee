package api

import (
	"fmt"
	"time"
)

// Limit says how many instances, networks, ports and so on each project may
// have; -1 is no limit. The names are those of the services' quotas; image_size_cap
// is how many bytes an image may have, object_bytes how many an account of Swift.
func (s *Store) Limit(resource string, most int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, volumes := s.limited[resource]
	_, balancers := s.balancing.most[resource]
	switch {
	case resource == "instances":
		s.instances = most
	case resource == "cores" || resource == "ram":
		s.computing[resource] = most
	case resource == "image_count_total" || resource == "image_size_total":
		s.imaging[resource] = most
	case resource == "key_pairs":
		s.mostKeys = most
	case resource == "image_size_cap":
		s.blobs.most = int64(most)
	case resource == "object_bytes":
		s.quota = most
	case resource == "stacks":
		s.allowed = most
	case balancers:
		s.balancing.most[resource] = most
	case volumes:
		s.limited[resource] = most
	default:
		s.limits[resource] = most
	}
}

// limitOf is a project's own quota, or what is set for every project. The caller
// holds the lock.
func (s *Store) limitOf(project any, resource string, general int) int {
	if own, is := s.overrides[fmt.Sprint(project, " ", resource)]; is {
		return own
	}
	return general
}

// booted is how many servers a project has. The caller holds the lock.
func (s *Store) booted(project string) int {
	n := 0
	for _, vm := range s.servers {
		if vm.project == project && !vm.gone(time.Now()) && vm.reclaimed.IsZero() {
			n++
		}
	}
	return n
}

// serves tells whether there is a server for the request's user. The caller holds
// the lock.
func (c *call) serves(vm *server) bool {
	return vm != nil && !vm.gone(time.Now()) && (vm.project == c.token.Project || c.admin())
}

// novaQuotas are those of every project. The caller holds the lock.
func (s *Store) novaQuotas() map[string]int {
	return map[string]int{"instances": s.instances, "cores": s.computing["cores"], "ram": s.computing["ram"]}
}

// hasRoom tells whether the project may have one more server of a flavor; otherwise the
// answer has been made.
func (c *call) hasRoom(flavor string) bool {
	store := c.service.store
	store.mu.Lock()
	defer store.mu.Unlock()
	used, quotas := store.novaUse(c.token.Project), store.novaQuotas()
	wants := store.with(Room{}, &server{flavor: flavor})
	for _, quota := range []struct {
		name string
		more int
	}{{"instances", 1}, {"cores", wants.VCPUs}, {"ram", wants.MemoryMB}} {
		limit := store.limitOf(c.token.Project, quota.name, quotas[quota.name])
		if limit >= 0 && used[quota.name]+quota.more > limit {
			c.fail(403, fmt.Sprintf("Quota exceeded for %s: Requested %d, but already used %d of %d %s", quota.name, quota.more, used[quota.name], limit, quota.name))
			return false
		}
	}
	return true
}

func showLimits(c *call) {
	store := c.service.store
	used, quotas := store.novaUse(c.token.Project), store.novaQuotas()
	limit := func(name string) int { return store.limitOf(c.token.Project, name, quotas[name]) }
	c.json(200, object{"limits": object{"rate": []object{}, "absolute": object{
		"maxTotalInstances": limit("instances"), "totalInstancesUsed": used["instances"], "maxTotalKeypairs": store.mostKeys,
		"maxTotalCores": limit("cores"), "totalCoresUsed": used["cores"], "maxTotalRAMSize": limit("ram"), "totalRAMUsed": used["ram"],
	}}})
}

// imageUse is what a project has of Glance. The caller holds the lock.
func (s *Store) imageUse(project string) map[string]int {
	used := map[string]int{}
	for _, row := range s.images {
		if row["owner"] == project {
			size, _ := row["size"].(int)
			used["image_count_total"]++
			used["image_size_total"] += (size + 1<<20 - 1) >> 20
		}
	}
	return used
}

// showImageUse tells of the limits that Keystone has for Glance.
func showImageUse(c *call) {
	store, usage := c.service.store, object{}
	used := store.imageUse(c.token.Project)
	for name, limit := range store.imaging {
		usage[name] = object{"limit": store.limitOf(c.token.Project, name, limit), "usage": used[name]}
	}
	c.json(200, object{"usage": usage})
}

// hasImageRoom tells whether the project may have one more image; otherwise the answer has been
// made. The caller holds the lock.
func (c *call) hasImageRoom() bool {
	store := c.service.store
	most, limited := store.imaging["image_count_total"]
	most = store.limitOf(c.token.Project, "image_count_total", most)
	if limited && most >= 0 && store.imageUse(c.token.Project)["image_count_total"] >= most {
		c.fail(413, fmt.Sprintf("Project %s is over a limit for [Resource image_count_total is over limit of %d]", c.token.Project, most))
		return false
	}
	return true
}
