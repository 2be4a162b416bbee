package api

import (
	"maps"
	"slices"
	"strings"
	"time"
)

const (
	// moveTime is how long the nova-compute of a host takes to attach a volume, or to
	// detach one.
	moveTime = 400 * time.Millisecond
	// deaf is how long a nova-compute has to be silent so that what it is told waits.
	deaf = 200 * time.Millisecond
)

// attachment is a volume at a server, as Nova has it.
type attachment struct {
	id, server, device string
	tag                any  // nil for none
	ends               bool // with the server
	since              time.Time
	leaving            bool      // it is being detached
	due                time.Time // when what it was told last is done; zero when it is
}

// move brings what volumes were told up to this moment: a nova-compute that does not
// run does nothing, and what it was told waits. Called with mu held.
func (s *Store) move(now time.Time) {
	for id, v := range s.volumes {
		if v.at == nil {
			continue
		}
		vm := s.servers[v.at.server]
		switch host := s.hostOf(vm); {
		case vm == nil || vm.gone(now):
			if v.at.ends {
				delete(s.volumes, id)
			}
			v.at = nil
		case v.at.due.IsZero():
		case host != nil && now.Sub(host.heard) > deaf:
			v.at.due = now.Add(moveTime)
		case now.Before(v.at.due):
		case v.at.leaving:
			v.at = nil
		default:
			v.at.due, v.at.since = time.Time{}, now
		}
	}
}

// hostOf is the nova-compute of a server, nil where the cloud has none.
func (s *Store) hostOf(vm *server) *compute {
	if vm == nil {
		return nil
	}
	return s.computes[vm.host]
}

func (s *Service) attachments() {
	const path = "/v2.1/servers/{id}/os-volume_attachments"
	s.handle("GET "+path, need{work: novaWork}, s.withServer(func(c *call, vm *server) {
		c.json(200, object{"volumeAttachments": s.store.attachedTo(vm)})
	}))
	s.handle("GET "+path+"/{volume}", need{work: novaWork}, s.withServer(func(c *call, vm *server) {
		if v := s.store.volumes[c.r.PathValue("volume")]; v != nil && v.at != nil && v.at.server == vm.id {
			c.json(200, object{"volumeAttachment": v.at.view(v.id)})
			return
		}
		c.fail(404, "volume_id not found: "+c.r.PathValue("volume"))
	}))
	s.handle("POST "+path, need{work: 2 * novaWork, write: true}, s.withServer(s.attach))
	s.handle("DELETE "+path+"/{volume}", need{work: novaWork, write: true}, s.withServer(func(c *call, vm *server) {
		switch v := s.store.volumes[c.r.PathValue("volume")]; {
		case v == nil || v.at == nil || v.at.server != vm.id:
			c.fail(404, "volume_id not found: "+c.r.PathValue("volume"))
		case v.status() != "in-use":
			c.fail(400, "Invalid volume: Invalid input received: Invalid volume: Unable to detach volume. Volume status must be 'in-use' and attach_status must be 'attached' to detach.")
		default:
			v.at.leaving, v.at.due = true, time.Now().Add(moveTime)
			c.w.WriteHeader(202)
		}
	}))
}

// withServer answers for one server, with the store's mutex held.
func (s *Service) withServer(answer func(*call, *server)) func(*call) {
	return func(c *call) {
		s.store.mu.Lock()
		defer s.store.mu.Unlock()
		now := time.Now()
		s.store.move(now)
		vm := s.store.servers[c.r.PathValue("id")]
		if vm == nil || vm.gone(now) {
			c.fail(404, "Instance "+c.r.PathValue("id")+" could not be found.")
			return
		}
		answer(c, vm)
	}
}

func (s *Service) attach(c *call, vm *server) {
	var body struct {
		Attachment struct {
			Volume string `json:"volumeId"`
			Tag    any    `json:"tag"`
			Ends   bool   `json:"delete_on_termination"`
		} `json:"volumeAttachment"`
	}
	if !c.decode(&body) {
		return
	}
	status, task, _ := vm.status(time.Now())
	tag, _ := body.Attachment.Tag.(string)
	switch v := s.store.volumes[body.Attachment.Volume]; {
	case strings.ContainsAny(tag, ",/") || len(tag) > 60:
		c.fail(400, "Invalid input for field/attribute tag. Value: "+tag)
	case v == nil:
		c.fail(404, "Volume "+body.Attachment.Volume+" could not be found.")
	case task != nil || status != "ACTIVE" && status != "SHUTOFF":
		c.fail(409, "Cannot 'attach_volume' instance "+vm.id+" while it is in vm_state "+status)
	case v.at != nil:
		c.fail(400, "Invalid volume: volume "+v.id+" is already attached to instances: "+v.at.server)
	default:
		// libvirt's driver, too, gives the first free name, whichever was asked for.
		v.at = &attachment{id: s.store.newID(), server: vm.id, device: s.store.freeDevice(vm), tag: body.Attachment.Tag, ends: body.Attachment.Ends, due: time.Now().Add(moveTime)}
		c.json(200, object{"volumeAttachment": v.at.view(v.id)})
	}
}

func (a *attachment) view(volume string) object {
	return object{"id": volume, "volumeId": volume, "serverId": a.server, "device": a.device, "tag": a.tag, "delete_on_termination": a.ends}
}

// attachedTo are a server's volumes. Called with mu held, as freeDevice is.
func (s *Store) attachedTo(vm *server) []object {
	rows := []object{}
	for _, id := range slices.Sorted(maps.Keys(s.volumes)) {
		if at := s.volumes[id].at; at != nil && at.server == vm.id {
			rows = append(rows, at.view(id))
		}
	}
	return rows
}

func (s *Store) freeDevice(vm *server) string {
	taken := map[any]bool{}
	for _, row := range s.attachedTo(vm) {
		taken[row["device"]] = true
	}
	for letter := 'b'; ; letter++ {
		if device := "/dev/vd" + string(letter); !taken[device] {
			return device
		}
	}
}
