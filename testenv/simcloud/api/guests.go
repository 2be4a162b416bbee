package api

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// guestBoot is how long a server that has been started takes until it answers by SSH.
const guestBoot = time.Second

// Guest is a server that answers by SSH at an address outside.
type Guest struct {
	ID, Name, Host string
	Disk           int    // counts the times that its disk was made anew
	Address        string // the floating IP that leads to it
	Fixed          string // its own address
	Key            string // who has it is let in, as a line of authorized_keys; empty: nobody
}

// Guests are the servers that answer at a port of TCP: each runs, has a floating IP, and
// a security group of its port admits that from anywhere. The default group, as Neutron
// makes it, admits nothing from outside.
func (s *Store) Guests(now time.Time, port int) []Guest {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []Guest
	for _, id := range slices.Sorted(maps.Keys(s.floating)) {
		row := s.floating[id]
		wanted, _ := row["port_id"].(string)
		own := s.ports[wanted]
		if own == nil {
			continue
		}
		device, _ := own["device_id"].(string)
		vm := s.servers[device]
		if vm == nil || !vm.answers(now) || !s.admits(own, port) {
			continue
		}
		found = append(found, Guest{
			ID: vm.id, Name: vm.name, Host: vm.at(now), Disk: vm.disks, Key: vm.authorized,
			Address: fmt.Sprint(row["floating_ip_address"]), Fixed: fmt.Sprint(row["fixed_ip_address"]),
		})
	}
	return found
}

// There tells whether there is a server of that id.
func (s *Store) There(server string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	vm := s.servers[server]
	return vm != nil && !vm.gone(time.Now())
}

// answers tells whether a server runs, and has come up.
func (v *server) answers(now time.Time) bool {
	status, _, power := v.status(now)
	up := v.active.Add(v.build)
	if slices.Contains(starts(), v.turn.task) && v.turn.done.After(up) {
		up = v.turn.done
	}
	return v.deleted.IsZero() && power == 1 && !now.Before(up.Add(guestBoot)) && status != "ERROR"
}

// starts are the tasks that end with a start of the server; all others leave it as it ran.
func starts() []string {
	return []string{"powering-on", "rebooting", "rebooting_hard", "rebuilding", "rebuild_spawning", "spawning", "resize_migrating", "resize_reverting"}
}

// admits tells whether a port takes what comes from anywhere to a port of TCP. Called
// with mu held.
func (s *Store) admits(row object, port int) bool {
	if row["port_security_enabled"] == false {
		return true
	}
	groups, _ := row["security_groups"].([]string)
	for _, rule := range s.rules {
		group, _ := rule["security_group_id"].(string)
		if slices.Contains(groups, group) && lets(rule, port) {
			return true
		}
	}
	return false
}

// lets tells whether a rule lets anybody connect to a port.
func lets(rule object, port int) bool {
	from, ranged := rule["port_range_min"].(float64)
	to, _ := rule["port_range_max"].(float64)
	protocol := rule["protocol"]
	return rule["direction"] == "ingress" && rule["ethertype"] == "IPv4" && rule["remote_group_id"] == nil &&
		(rule["remote_ip_prefix"] == nil || rule["remote_ip_prefix"] == "0.0.0.0/0") &&
		(protocol == nil || protocol == "tcp" || protocol == "6") && (!ranged || int(from) <= port && port <= int(to))
}

// equipped gives a server that is to be booted its key, and its security groups by
// their ids; where one is not there, the answer has been made.
func (c *call) equipped(vm *server, key string) bool {
	store := c.service.store
	store.mu.Lock()
	defer store.mu.Unlock()
	if key != "" {
		row := store.pairs[vm.user][key]
		if row == nil {
			c.fail(400, "Invalid key_name provided.")
			return false
		}
		vm.keyName, vm.authorized = key, fmt.Sprint(row["public_key"])
	}
	for n, wanted := range vm.groups {
		if wanted == "default" {
			vm.groups[n] = store.defaultGroup(vm.project)
			continue
		}
		id := ""
		for of, row := range store.groups {
			if row["project_id"] == vm.project && (of == wanted || row["name"] == wanted) {
				id = of
			}
		}
		if id == "" {
			c.fail(400, "Security group "+wanted+" not found for project "+vm.project+".")
			return false
		}
		vm.groups[n] = id
	}
	return true
}
