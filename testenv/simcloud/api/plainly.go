package api

import (
	"fmt"
	"maps"
	"time"
)

// snapshotTime is how long a server's image takes until it is active.
const snapshotTime = 400 * time.Millisecond

// plainly does what leaves a server's status as it is. The caller holds the lock.
func (c *call) plainly(vm *server, name string, args map[string]any) {
	status, task, _ := vm.status(time.Now())
	switch name {
	case "lock", "unlock":
		vm.locked = name == "lock"
		c.w.WriteHeader(202)
	case "forceDelete":
		c.service.store.unboot(vm)
		c.w.WriteHeader(202)
	case "os-getConsoleOutput":
		if status == "BUILD" || status == "SHELVED_OFFLOADED" {
			c.fail(409, "Instance "+vm.id+" is not ready")
			return
		}
		c.json(200, object{"output": "[    0.000000] Linux version 6.1.0 (simulated)\n\nsimulated login: "})
	case "createImage":
		if task != nil || status == "BUILD" || status == "ERROR" || status == "SHELVED_OFFLOADED" {
			c.fail(409, "Cannot 'createImage' instance "+vm.id+" while it is in vm_state "+status)
			return
		}
		c.createImageOf(vm, args)
	default:
		c.fail(400, "There is no such action in the embedded cloud: "+name)
	}
}

// createImageOf makes an image of a server, which is active after a while.
func (c *call) createImageOf(vm *server, args map[string]any) {
	store := c.service.store
	name, _ := args["name"].(string)
	if name == "" {
		c.fail(400, "Invalid input for field/attribute createImage. 'name' is a required property")
		return
	}
	metadata, _ := args["metadata"].(map[string]any)
	id := store.imageOf(vm, name, metadata)
	vm.turn = turn{from: vm.turn.to, to: vm.turn.to, task: "image_uploading", done: time.Now().Add(snapshotTime)}
	store.uploads[id] = vm.turn.done
	if c.asksFor(45) {
		c.json(202, object{"image_id": id})
		return
	}
	c.w.Header().Set("Location", store.endpoints["glance-api"]+"/v2/images/"+id)
	c.w.WriteHeader(202)
}

// imageOf makes an image of a server, in which there is nothing yet. The caller holds the
// lock.
func (s *Store) imageOf(vm *server, name string, metadata map[string]any) string {
	id, now := s.newID(), iso(time.Now())
	row := object{
		"id": id, "name": name, "status": "queued", "visibility": "private", "size": nil, "virtual_size": nil, "disk_format": "raw", "container_format": "bare",
		"min_disk": 0, "min_ram": 0, "owner": vm.project, "protected": false, "tags": []string{}, "created_at": now, "updated_at": now, "os_hidden": false,
		"file": "/v2/images/" + id + "/file", "self": "/v2/images/" + id, "schema": "/v2/schemas/image", "instance_uuid": vm.id, "image_type": "snapshot",
	}
	maps.Copy(row, metadata)
	s.images[id] = row
	return id
}

// asksFor tells whether the request wants Nova's microversion 2.minor or a later one.
func (c *call) asksFor(minor int) bool {
	var asked int
	_, err := fmt.Sscanf(c.r.Header.Get("OpenStack-API-Version"), "compute 2.%d", &asked)
	return err == nil && asked >= minor
}

// uploaded makes active what Nova has uploaded by now, and forgets what it has deleted. The
// caller holds the lock.
func (s *Store) uploaded(now time.Time) {
	for id, done := range s.uploads {
		if row := s.images[id]; row != nil && !now.Before(done) {
			s.fill(row, []byte(id))
		}
		if !now.Before(done) {
			delete(s.uploads, id)
		}
	}
	for id, done := range s.drops {
		if !now.Before(done) {
			s.dropImage(id)
		}
	}
}
