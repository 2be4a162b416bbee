package api

import "time"

// bootDevice is a volume that a server is booted from.
type bootDevice struct {
	Volume string `json:"uuid"`
	Source string `json:"source_type"`
	Target string `json:"destination_type"`
	Ends   bool   `json:"delete_on_termination"`
}

// boots stores a server, with the volume that it is booted from. Where it cannot
// be, the answer has been made.
func (c *call) boots(vm *server, networks any, devices []bootDevice) bool {
	store := c.service.store
	store.mu.Lock()
	defer store.mu.Unlock()
	store.move(time.Now())
	for _, device := range devices {
		v := store.volumes[device.Volume]
		switch {
		case device.Source != "volume" || device.Target != "volume":
			c.fail(400, "The embedded cloud boots from volumes that are there, and from images.")
			return false
		case v == nil || v.project != vm.project:
			c.fail(400, "Block Device Mapping is Invalid: failed to get volume "+device.Volume+".")
			return false
		case v.at != nil || !v.bootable:
			c.fail(400, "Block Device "+device.Volume+" is not bootable, or not available.")
			return false
		}
	}
	store.boot(vm, networks)
	for _, device := range devices {
		store.volumes[device.Volume].at = &attachment{
			id: store.newID(), server: vm.id, device: "/dev/vda", ends: device.Ends, due: time.Now().Add(moveTime),
		}
	}
	return true
}
