package api

import (
	"fmt"
	"time"
)

// derived tells whether a new volume can be made of what it is to be made of; it
// is copied for a while. Otherwise the answer has been made. The caller holds
// the lock.
func (c *call) derived(v *volume, source, snapshot string) bool {
	store := c.service.store
	var least int
	switch from, shot := store.volumes[source], store.snapshots[snapshot]; {
	case source == "" && snapshot == "":
		return true
	case source != "" && (from == nil || from.project != v.project):
		c.fail(404, "Volume "+source+" could not be found.")
		return false
	case source != "":
		least, v.bootable = from.size, from.bootable
	case shot == nil || shot.gone(time.Now()) || shot.project != v.project:
		c.fail(404, "Snapshot "+snapshot+" could not be found.")
		return false
	case shot.status(time.Now()) != "available":
		c.fail(400, "Invalid snapshot: Originating snapshot status must be one of 'available' values")
		return false
	default:
		least = shot.size
	}
	if v.size == 0 {
		v.size = least
	}
	if v.size < least {
		c.fail(400, fmt.Sprintf("Invalid input received: Volume size '%dGB' cannot be smaller than original volume size %dGB.", v.size, least))
		return false
	}
	v.busy, v.until = "creating", time.Now().Add(takes)
	return true
}

// actOnVolume extends a volume; the embedded cloud has no other action. The
// caller holds the lock.
func actOnVolume(c *call, v *volume) {
	var body struct {
		Extend *struct {
			Size int `json:"new_size"`
		} `json:"os-extend"`
	}
	if !c.decode(&body) {
		return
	}
	switch {
	case body.Extend == nil:
		c.fail(400, "There is no such action in the embedded cloud.")
	case v.status() != "available":
		c.fail(400, "Invalid volume: Volume status must be 'available' to extend, but current status is: "+v.status()+".")
	case body.Extend.Size <= v.size:
		c.fail(400, "Invalid input received: New size for extend must be greater than current size.")
	case c.volumetricRoom("gigabytes", body.Extend.Size-v.size):
		v.size = body.Extend.Size
		v.busy, v.until = "extending", time.Now().Add(takes)
		c.w.WriteHeader(202)
	}
}
