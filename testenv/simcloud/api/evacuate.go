package api

import (
	"fmt"
	"net/http"
	"time"
)

// sinceNoStorage is the microversion since which nobody says whether the disks of what
// is evacuated are on shared storage, nor is told a password: 2.14.
const sinceNoStorage = 14

// evacuates has a server built anew on another host, since its own is lost. Nova takes
// a host for lost that it takes for down, and refuses otherwise; it takes the request
// also where no host is valid, and the server goes to ERROR. Where it cannot be, the
// answer has been made.
//
// Source: nova/api/openstack/compute/evacuate.py, nova/conductor/manager.py (rebuild_instance)
func (c *call) evacuates(vm *server, args map[string]any) bool {
	store, now := c.service.store, time.Now()
	_, said := args["onSharedStorage"]
	its := store.computes[vm.host]
	switch {
	case said == c.asksFor(sinceNoStorage):
		c.fail(http.StatusBadRequest, "Invalid input for field/attribute evacuate: onSharedStorage")
		return false
	case args["host"] != nil:
		c.fail(http.StatusBadRequest, "The embedded cloud evacuates to a host that it chooses.")
		return false
	case its == nil:
		c.fail(http.StatusNotFound, "Compute host "+vm.host+" could not be found.")
		return false
	case its.up(now, store.missed(silentFor)):
		c.fail(http.StatusBadRequest, fmt.Sprintf("Compute service of %s is still in use.", vm.host))
		return false
	}
	host, valid := store.place(now, vm.host)
	vm.invalid = !valid
	if valid {
		vm.host = host
		vm.disks++
	}
	return true
}

// evacuated is the answer about a server that is: there is one to older clients.
func (c *call) evacuated() {
	if c.asksFor(sinceNoStorage) {
		c.w.WriteHeader(http.StatusOK)
		return
	}
	c.json(http.StatusOK, object{"adminPass": "unused"})
}
