package api

import "time"

// Where Nova keeps deleted servers for a while, one that is deleted is SOFT_DELETED until
// then, with its ports and what it has of its host; it counts for no quota, and stands in
// no list but of those that changed since a time. Who deletes it by force ends that.
//
// Source: reclaim_instance_interval in nova/conf/compute.py, nova/api/openstack/compute/
// servers.py (_delete), deferred_delete.py, nova/db/main/api.py (instance_get_all_by_filters)

// softly has a deletion put off, where that is what the cloud does. The caller holds the
// lock.
func (s *Store) softly(vm *server) bool {
	now := time.Now()
	status, _, _ := vm.status(now)
	if s.Reclaim <= 0 || !vm.deleted.IsZero() || status == "BUILD" || status == "ERROR" {
		return false
	}
	if vm.reclaimed.IsZero() {
		s.unshelf(vm)
		vm.reclaimed = now.Add(s.Reclaim)
	}
	return true
}

// reclaim deletes those whose time is over. The caller holds the lock.
func (s *Store) reclaim(now time.Time) {
	for _, vm := range s.servers {
		if !vm.reclaimed.IsZero() && now.After(vm.reclaimed) {
			s.unboot(vm)
			vm.deleted = vm.reclaimed
		}
	}
}
