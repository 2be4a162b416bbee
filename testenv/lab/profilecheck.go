package lab

import (
	"maps"
	"net/netip"
	"path"
	"regexp"
	"slices"
)

// suiteForm is the code name of a release.
var suiteForm = regexp.MustCompile(`^[a-z]+$`)

// check reports everything that is wrong with a profile.
func (p *Profile) check(in *reading) {
	if len(p.Networks) == 0 {
		in.bad("networks", "no networks")
		return
	}
	if !suiteForm.MatchString(p.Suite) {
		in.bad("suite", "suite: want the code name of a release of Debian, as bookworm")
	}
	if p.MemoryMiB <= 0 || p.Room.Image <= 0 || p.Room.Nodes <= 0 {
		in.bad("room_mib", "memory_mib, room_mib.image and room_mib.nodes: want what the lab takes of this machine")
	}
	taken := map[netip.Addr]string{}
	take := func(at, who string, address netip.Addr) {
		if other, double := taken[address]; double {
			in.bad(at, "%s: %s is %s already", who, address, other)
		}
		taken[address] = who
	}
	if p.VIP.IsValid() {
		take("vip", "the VIP", p.VIP)
	}
	for _, part := range slices.Sorted(maps.Keys(p.parts)) {
		if len(p.parts[part].Balance) > 0 && !p.VIP.IsValid() {
			in.bad("roles", "role %s: it is balanced, and there is no vip", part)
		}
	}
	for i, n := range p.allNetworks() {
		at := item("networks", i)
		if i == len(p.Networks) {
			at = "oob"
		}
		if !n.Prefix.IsValid() || !n.Prefix.Contains(n.Host) {
			in.bad(at, "network %s: host %s is not in %s", n.Name, n.Host, n.Prefix)
		}
		take(at, "bridge "+n.Bridge, n.Host)
	}
	p.checkWires(in)
	p.checkNodes(in, take)
	for i, s := range p.Shares {
		if !nameForm.MatchString(s.Name) || !path.IsAbs(s.Path) || p.Roles[s.Role] == nil {
			in.bad(item("shares", i), "share %q: want a name, an absolute path and a role of the profile", s.Name)
		}
	}
}

func (p *Profile) checkNodes(in *reading, take func(at, who string, address netip.Addr)) {
	if len(p.Nodes) == 0 {
		in.bad("nodes", "no nodes")
	}
	names := map[string]bool{}
	for i, n := range p.Nodes {
		at := item("nodes", i)
		if !p.Networks[0].Prefix.Contains(n.Address) {
			in.bad(at+"/address", "node %s: %s is not in the management network %s", n.Name, n.Address, p.Networks[0].Prefix)
		}
		take(at+"/address", "node "+n.Name, n.Address)
		if n.BMC.IsValid() {
			take(at+"/bmc", "BMC of "+n.Name, n.BMC)
			if !p.OutOfBand.Prefix.IsValid() || !p.OutOfBand.Prefix.Contains(n.BMC) {
				in.bad(at+"/bmc", "BMC of %s: %s is not in the network oob %s", n.Name, n.BMC, p.OutOfBand.Prefix)
			}
		}
		if names[n.Name] || !nameForm.MatchString(n.Name) {
			in.bad(at+"/name", "node %q: twice, or not a host name", n.Name)
		}
		names[n.Name] = true
		if size := p.diskMiB(n); size < 512 {
			in.bad(at+"/disk_mib", "node %s: disk_mib %d: a node needs at least 512", n.Name, size)
		}
		if p.Roles[n.Role] == nil {
			in.bad(at+"/role", "node %s: role %q is not among the profile's roles", n.Name, n.Role)
		}
	}
}
