package api

import (
	"slices"
	"time"
)

// turn is what a server was told last. The zero value is that of one which has
// been told nothing, and is ACTIVE.
type turn struct {
	from, to string // statuses
	during   string // the status until it is done; from where it is empty
	task     string // what Nova does until then
	done     time.Time
	leaves   string // the host on which it is until then; empty where it stays on its own
}

// deed is an action that changes a server's status.
type deed struct {
	verb   string   // as Nova names it when it refuses
	from   []string // the statuses in which it may be asked for
	to     string   // afterwards; empty: as before
	during string
	task   string
}

// deeds are the actions of Nova that the embedded cloud has, but for those that
// change no status. Shelved servers are offloaded at once, as with a
// shelved_offload_time of 0.
func deeds() map[string]deed {
	return map[string]deed{
		"os-stop":        {"stop", []string{"ACTIVE"}, "SHUTOFF", "", "powering-off"},
		"os-start":       {"start", []string{"SHUTOFF"}, "ACTIVE", "", "powering-on"},
		"pause":          {"pause", []string{"ACTIVE"}, "PAUSED", "", "pausing"},
		"unpause":        {"unpause", []string{"PAUSED"}, "ACTIVE", "", "unpausing"},
		"suspend":        {"suspend", []string{"ACTIVE"}, "SUSPENDED", "", "suspending"},
		"resume":         {"resume", []string{"SUSPENDED"}, "ACTIVE", "", "resuming"},
		"shelve":         {"shelve", []string{"ACTIVE", "SHUTOFF", "PAUSED", "SUSPENDED"}, "SHELVED_OFFLOADED", "", "shelving"},
		"unshelve":       {"unshelve", []string{"SHELVED", "SHELVED_OFFLOADED"}, "ACTIVE", "", "spawning"},
		"rebuild":        {"rebuild", []string{"ACTIVE", "SHUTOFF"}, "", "REBUILD", "rebuilding"},
		"resize":         {"resize", []string{"ACTIVE", "SHUTOFF"}, "VERIFY_RESIZE", "RESIZE", "resize_migrating"},
		"migrate":        {"migrate", []string{"ACTIVE", "SHUTOFF"}, "VERIFY_RESIZE", "RESIZE", "resize_migrating"}, // an administrator's
		"os-migrateLive": {"os-migrateLive", []string{"ACTIVE", "PAUSED"}, "", "MIGRATING", "migrating"},            // an administrator's
		"evacuate":       {"evacuate", []string{"ACTIVE", "SHUTOFF", "ERROR"}, "", "REBUILD", "rebuild_spawning"},   // an administrator's
		"confirmResize":  {"confirmResize", []string{"VERIFY_RESIZE"}, "ACTIVE", "", ""},
		"revertResize":   {"revertResize", []string{"VERIFY_RESIZE"}, "ACTIVE", "REVERT_RESIZE", "resize_reverting"},
		"SOFT":           {"reboot", []string{"ACTIVE"}, "ACTIVE", "REBOOT", "rebooting"},
		"HARD":           {"reboot", []string{"ACTIVE", "SHUTOFF", "PAUSED", "SUSPENDED"}, "ACTIVE", "HARD_REBOOT", "rebooting_hard"},
	}
}

// actOnServer is Nova's "action" of a server.
func (s *Service) actOnServer(c *call) {
	var body map[string]any
	if !c.decode(&body) {
		return
	}
	reachable := s.host.Message(c.r.Context()) == nil
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	id := c.r.PathValue("id")
	vm := s.store.servers[id]
	if !c.serves(vm) {
		c.fail(404, "Instance "+id+" could not be found.")
		return
	}
	name, args := only(body)
	if name == "reboot" {
		if name, _ = args["type"].(string); name != "HARD" && name != "SOFT" {
			c.fail(400, "Invalid input for field/attribute type.")
			return
		}
	}
	if vm.locked && !c.admin() && name != "unlock" && name != "lock" && name != "os-getConsoleOutput" {
		c.fail(409, "Instance "+id+" is locked")
		return
	}
	if one, is := deeds()[name]; is {
		c.change(vm, name, one, args, reachable)
		return
	}
	c.plainly(vm, name, args)
}

// only is the single key of an action's document.
func only(body map[string]any) (name string, args map[string]any) {
	if len(body) != 1 {
		return "", nil
	}
	for key, value := range body {
		name = key
		args, _ = value.(map[string]any)
	}
	return name, args
}

// change has a server go to another status. The caller holds the lock.
func (c *call) change(vm *server, name string, one deed, args map[string]any, reachable bool) {
	if policy := map[string]string{"migrate": "os-migrate-server:migrate", "os-migrateLive": "os-migrate-server:migrate_live", "evacuate": "os-evacuate"}[name]; policy != "" && !c.admin() {
		c.fail(403, "Policy doesn't allow os_compute_api:"+policy+" to be performed.")
		return
	}
	now := time.Now()
	status, task, _ := vm.status(now)
	if task != nil || !slices.Contains(one.from, status) {
		c.fail(409, "Cannot '"+one.verb+"' instance "+vm.id+" while it is in vm_state "+status)
		return
	}
	was := vm.host
	if !c.prepared(vm, name, args) {
		return
	}
	if name == "evacuate" && !reachable {
		vm.host, vm.invalid = was, status == "ERROR" // nobody was told
	}
	next := turn{from: status, to: one.to, during: one.during, task: one.task, done: now.Add(c.service.store.Turn)}
	if next.to == "" {
		next.to = status
	}
	if vm.host != was {
		next.leaves = was
	}
	if name == "evacuate" { // which is a boot of what was there
		next.done = now.Add(vm.build)
		if status == "ERROR" {
			next.during, next.to = status, "ACTIVE"
		}
	}
	if name == "confirmResize" {
		next.done = now
	}
	if reachable {
		vm.turn = next
	}
	switch name {
	case "shelve":
		c.service.store.shelve(vm, reachable, next.done)
	case "unshelve":
		if reachable {
			c.service.store.unshelve(vm, next.done)
		}
	}
	switch name {
	case "confirmResize":
		c.w.WriteHeader(204)
	case "rebuild":
		c.json(202, object{"server": c.service.store.view(vm, c)})
	case "evacuate":
		c.evacuated()
	default:
		c.w.WriteHeader(202)
	}
}

// prepared does what an action brings with it beside the status; where that
// cannot be, the answer has been made.
func (c *call) prepared(vm *server, name string, args map[string]any) bool {
	store := c.service.store
	switch name {
	case "rebuild":
		image, _ := args["imageRef"].(string)
		if store.images[image] == nil {
			c.fail(400, "Cannot find image for rebuild")
			return false
		}
		vm.image = image
		vm.disks++
	case "resize":
		flavor, _ := args["flavorRef"].(string)
		switch {
		case c.flavor(flavor) == nil:
			c.fail(400, "Unable to locate requested flavor.")
			return false
		case flavor == vm.flavor:
			c.fail(400, "When resizing, instances must change flavor!")
			return false
		}
		vm.before, vm.came, vm.flavor = vm.flavor, vm.host, flavor // it stays where it is, as where resizes may (allow_resize_to_same_host)
	case "migrate", "os-migrateLive":
		return c.moved(vm)
	case "evacuate":
		return c.evacuates(vm, args)
	case "revertResize":
		vm.flavor, vm.host = vm.before, vm.came
	}
	return true
}

// moved gives a server another host; where there is none, the answer has been made.
func (c *call) moved(vm *server) bool {
	host, valid := c.service.store.place(time.Now(), vm.host)
	if !valid {
		c.fail(400, "No valid host was found. There are not enough hosts available.")
		return false
	}
	vm.before, vm.came, vm.host = vm.flavor, vm.host, host
	return true
}

// at is the host on which a server is.
func (v *server) at(now time.Time) string {
	if now.Before(v.turn.done) && v.turn.leaves != "" {
		return v.turn.leaves
	}
	return v.host
}

// status is a server's status, what Nova does about it (nil: nothing), and the
// number of its power state.
func (v *server) status(now time.Time) (status string, task any, power int) {
	if !v.reclaimed.IsZero() {
		return "SOFT_DELETED", nil, 4
	}
	if v.invalid {
		return "ERROR", nil, 0
	}
	if v.active.IsZero() || now.Sub(v.active) < v.build {
		return "BUILD", "spawning", 0
	}
	status = v.turn.to
	if now.Before(v.turn.done) {
		status, task = v.turn.from, v.turn.task
		if v.turn.during != "" {
			status = v.turn.during
		}
	}
	if status == "" {
		status = "ACTIVE"
	}
	switch status {
	case "PAUSED":
		return status, task, 3
	case "SHUTOFF", "SUSPENDED", "SHELVED_OFFLOADED":
		return status, task, 4
	}
	return status, task, 1
}

// vmState is what Nova calls a status beside it.
func vmState(status string) string {
	state, other := map[string]string{
		"BUILD": "building", "SHUTOFF": "stopped", "ERROR": "error", "PAUSED": "paused", "SUSPENDED": "suspended",
		"SHELVED_OFFLOADED": "shelved_offloaded", "SOFT_DELETED": "soft-delete", "VERIFY_RESIZE": "resized", "REVERT_RESIZE": "resized",
	}[status]
	if !other {
		return "active"
	}
	return state
}
