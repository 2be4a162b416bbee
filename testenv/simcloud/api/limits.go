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

// hasRoom tells whether the project may have one more server; otherwise the
// answer has been made.
func (c *call) hasRoom() bool {
	store := c.service.store
	store.mu.Lock()
	defer store.mu.Unlock()
	used := store.booted(c.token.Project)
	limit := store.limitOf(c.token.Project, "instances", store.instances)
	if limit >= 0 && used >= limit {
		c.fail(403, fmt.Sprintf("Quota exceeded for instances: Requested 1, but already used %d of %d instances", used, limit))
		return false
	}
	return true
}

func showLimits(c *call) {
	c.json(200, object{"limits": object{"rate": []object{}, "absolute": object{
		"maxTotalInstances": c.service.store.limitOf(c.token.Project, "instances", c.service.store.instances), "totalInstancesUsed": c.service.store.booted(c.token.Project),
		"maxTotalKeypairs": c.service.store.mostKeys, "maxTotalCores": -1, "totalCoresUsed": 0, "maxTotalRAMSize": -1, "totalRAMUsed": 0,
	}}})
}
