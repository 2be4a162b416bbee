package api

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Named is everything in the cloud whose name or description begins with a
// prefix, as "port vm-1", sorted.
func (s *Store) Named(prefix string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.uploaded(time.Now())
	s.reclaim(time.Now())
	found := []string{}
	note := func(kind string, name any) {
		if text := fmt.Sprint(name); strings.HasPrefix(text, prefix) {
			found = append(found, kind+" "+text)
		}
	}
	for kind, rows := range map[string]map[string]object{
		"user": s.users, "project": s.projects, "role": s.roles, "image": s.images, "network": s.networks, "subnet": s.subnets, "port": s.ports,
		"router": s.routers, "flavor": s.flavors, "security group": s.groups, "floating IP": s.floating,
	} {
		for _, row := range rows {
			note(kind, row["name"])
			note(kind, row["description"])
		}
	}
	for _, vm := range s.servers {
		if !vm.gone(time.Now()) {
			note("server", vm.name)
		}
	}
	for _, pairs := range s.pairs {
		for name := range pairs {
			note("key pair", name)
		}
	}
	for _, one := range s.volumes {
		note("volume", one.name)
	}
	for _, one := range s.snapshots {
		if !one.gone(time.Now()) {
			note("snapshot", one.name)
		}
	}
	for _, one := range s.backups {
		if !one.gone(time.Now()) {
			note("backup", one.name)
		}
	}
	for _, one := range s.containers {
		note("container", one.name)
	}
	for _, one := range s.stacks {
		if !one.gone(time.Now()) {
			note("stack", one.name)
		}
	}
	for _, one := range s.balancers {
		if !one.gone(time.Now()) {
			note("load balancer", one.name)
		}
	}
	slices.Sort(found)
	return found
}
