package api

import "time"

// turnTime is how long a server takes to stop, to start or to be reset.
const turnTime = 300 * time.Millisecond

// turn is what a server was told about its power last.
type turn struct {
	off   bool // when it is done
	was   bool // off before
	reset bool
	done  time.Time
}

// actOnServer is Nova's "action" of a server, as far as its power goes: os-stop,
// os-start and reboot; and lock and unlock.
func (s *Service) actOnServer(c *call) {
	var body map[string]any
	if !c.decode(&body) {
		return
	}
	reachable := s.host.Message(c.r.Context()) == nil
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	id, now := c.r.PathValue("id"), time.Now()
	vm := s.store.servers[id]
	if !c.serves(vm) {
		c.fail(404, "Instance "+id+" could not be found.")
		return
	}
	_, lock := body["lock"]
	_, unlock := body["unlock"]
	if len(body) == 1 && (lock || unlock) {
		vm.locked = lock
		c.w.WriteHeader(202)
		return
	}
	_, stop := body["os-stop"]
	_, start := body["os-start"]
	reboot, reset := body["reboot"].(map[string]any)
	status, task, _ := vm.status(now)
	verb := map[bool]string{stop: "stop", start: "start", reset: "reboot"}[true]
	switch {
	case len(body) != 1 || verb == "":
		c.fail(400, "There is no such action: the embedded cloud has os-stop, os-start, reboot, lock and unlock.")
		return
	case reset && reboot["type"] != "HARD" && reboot["type"] != "SOFT":
		c.fail(400, "Invalid input for field/attribute type.")
		return
	case task != nil || stop && status != "ACTIVE" || start && status != "SHUTOFF" || reset && status == "BUILD" || status == "ERROR":
		c.fail(409, "Cannot '"+verb+"' instance "+id+" while it is in vm_state "+status)
		return
	}
	if reachable {
		vm.turn = turn{off: stop, was: vm.turn.off, reset: reset, done: now.Add(turnTime)}
	}
	c.w.WriteHeader(202)
}

// status is a server's status, what Nova does about it (nil: nothing), and the
// number of its power state.
func (v *server) status(now time.Time) (status string, task any, power int) {
	if v.invalid {
		return "ERROR", nil, 0
	}
	if v.active.IsZero() || now.Sub(v.active) < v.build {
		return "BUILD", "spawning", 0
	}
	off := v.turn.off
	if now.Before(v.turn.done) {
		off = v.turn.was
		switch {
		case v.turn.reset:
			return "HARD_REBOOT", "rebooting_hard", 1
		case v.turn.off:
			task = "powering-off"
		default:
			task = "powering-on"
		}
	}
	if off {
		return "SHUTOFF", task, 4
	}
	return "ACTIVE", task, 1
}
