package lab

import (
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"path"
	"slices"
)

// check reports everything that is wrong with a profile at once.
func (p *Profile) check() error {
	var wrong []error
	bad := func(format string, args ...any) { wrong = append(wrong, fmt.Errorf(format, args...)) }
	if len(p.Networks) == 0 {
		return errors.New("no networks")
	}
	if p.MemoryMiB <= 0 || p.Room.Image <= 0 || p.Room.Nodes <= 0 {
		bad("memory_mib, room_mib.image and room_mib.nodes: want what the lab takes of this machine")
	}
	taken := map[netip.Addr]string{}
	take := func(who string, address netip.Addr) {
		if other, double := taken[address]; double {
			bad("%s: %s is %s already", who, address, other)
		}
		taken[address] = who
	}
	if p.VIP.IsValid() {
		take("the VIP", p.VIP)
	}
	for _, part := range slices.Sorted(maps.Keys(p.parts)) {
		if len(p.parts[part].Balance) > 0 && !p.VIP.IsValid() {
			bad("role %s: it is balanced, and there is no vip", part)
		}
	}
	for _, n := range p.allNetworks() {
		if !n.Prefix.IsValid() || !n.Prefix.Contains(n.Host) {
			bad("network %s: host %s is not in %s", n.Name, n.Host, n.Prefix)
		}
		take("bridge "+n.Bridge, n.Host)
	}
	wrong = append(wrong, p.checkWires()...)
	names := map[string]bool{}
	for _, n := range p.Nodes {
		if !p.Networks[0].Prefix.Contains(n.Address) {
			bad("node %s: %s is not in the management network %s", n.Name, n.Address, p.Networks[0].Prefix)
		}
		take("node "+n.Name, n.Address)
		if n.BMC.IsValid() {
			take("BMC of "+n.Name, n.BMC)
			if !p.OutOfBand.Prefix.IsValid() || !p.OutOfBand.Prefix.Contains(n.BMC) {
				bad("BMC of %s: %s is not in the network oob %s", n.Name, n.BMC, p.OutOfBand.Prefix)
			}
		}
		if names[n.Name] || !nameForm.MatchString(n.Name) {
			bad("node %q: twice, or not a host name", n.Name)
		}
		names[n.Name] = true
		if size := p.diskMiB(n); size < 512 {
			bad("node %s: disk_mib %d: a node needs at least 512", n.Name, size)
		}
		if p.Roles[n.Role] == nil {
			bad("node %s: role %q is not among the profile's roles", n.Name, n.Role)
		}
	}
	for _, s := range p.Shares {
		if !nameForm.MatchString(s.Name) || !path.IsAbs(s.Path) || p.Roles[s.Role] == nil {
			bad("share %q: want a name, an absolute path and a role of the profile", s.Name)
		}
	}
	return errors.Join(wrong...)
}
