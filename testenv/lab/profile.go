package lab

import (
	"embed"
	"errors"
	"io/fs"
	"net/netip"
	"path"
	"slices"
	"strings"
)

//go:embed profiles roles scripts
var builtin embed.FS

// Profile is a cloud as data: its networks, its nodes, and which roles the
// nodes play.
type Profile struct {
	Name      string              `yaml:"name"`
	Summary   string              `yaml:"summary"`
	Try       string              `yaml:"try"`   // what of `eris run` shows most of it at once; empty where redundancy admits nothing
	Suite     string              `yaml:"suite"` // Debian release by code name
	Region    string              `yaml:"region"`
	MemoryMiB int                 `yaml:"memory_mib"` // what the lab takes of this machine when it is up
	Room      Room                `yaml:"room_mib"`
	DiskMiB   int                 `yaml:"disk_mib"` // size of a node's writable layer
	VIP       netip.Addr          `yaml:"vip"`      // of the APIs; a profile without OpenStack has none
	Networks  []Network           `yaml:"networks"`
	OutOfBand Network             `yaml:"oob"` // on which the BMCs are; without it there are none
	Shares    []Share             `yaml:"shares"`
	Nodes     []NodeSpec          `yaml:"nodes"`
	Roles     map[string][]string `yaml:"roles"` // node role -> role folders

	parts map[string]*Role // every role in use, by name
	order []string         // their names, each after what it needs
	files fs.FS            // that it was read from
	file  string
}

// Room is what a lab takes of this machine's disks, in MiB.
type Room struct {
	Image int `yaml:"image"` // in the cache: the image and its packages
	Nodes int `yaml:"nodes"` // in the state folder: what nodes write; its snapshot takes a third of it in the cache
}

// Network is one bridge of the lab, its core, with those of the switches that
// are joined to it. The first of a profile is the management network, on which
// the nodes have their addresses.
type Network struct {
	Name   string       `yaml:"name"`
	Bridge string       `yaml:"bridge"`
	Prefix netip.Prefix `yaml:"prefix"`
	Host   netip.Addr   `yaml:"host"` // of the bridge itself, where Eris sends from
}

// Share is a folder that all nodes of a role have in common, as from a file
// server that never fails.
type Share struct {
	Name string `yaml:"name"` // of its folder in the lab's
	Path string `yaml:"path"` // on the nodes; who owns it in the image owns it
	Role string `yaml:"role"` // node role
}

// NodeSpec is one machine of a profile.
type NodeSpec struct {
	Name    string     `yaml:"name"`
	Address netip.Addr `yaml:"address"`
	Role    string     `yaml:"role"`
	Zone    string     `yaml:"zone"`
	Rack    string     `yaml:"rack"`
	Switch  string     `yaml:"switch"`   // into which its networks are plugged; empty: into the core
	BMC     netip.Addr `yaml:"bmc"`      // its out-of-band power, on the network oob
	DiskMiB int        `yaml:"disk_mib"` // default: the profile's
}

// Profiles lists the built-in profiles by name.
func Profiles() []string { return (&definitions{}).profiles() }

// loadProfile reads a built-in profile and the roles that it uses.
func loadProfile(name string) (*Profile, error) { return (&definitions{}).profile(name) }

// load reads a profile as these options define it.
func (o Options) load(name string) (*Profile, error) {
	d, err := define(o.Definitions)
	if err != nil {
		return nil, err
	}
	return d.profile(name)
}

// readProfile reads a profile, and the roles that it uses. The error is all that
// is wrong with all of these files.
func readProfile(files fs.FS, name string) (*Profile, error) {
	p := &Profile{parts: map[string]*Role{}, files: files, file: name}
	r, err := readStrict(files, name, p)
	if err != nil {
		return nil, err
	}
	var wrong []error
	failed := map[string]bool{}
	for node, folders := range p.Roles {
		for i, folder := range folders {
			if p.parts[folder] != nil || failed[folder] {
				continue
			}
			role, err := readRole(files, folder)
			if errors.Is(err, fs.ErrNotExist) {
				r.at(item("roles/"+node, i)).Unknown("role", folder, roleNames(files))
				continue
			}
			if err != nil {
				wrong, failed[folder] = append(wrong, err), true
				continue
			}
			p.parts[folder] = role
		}
	}
	if known := strings.TrimSuffix(path.Base(name), ".yaml"); p.Name != known || !nameForm.MatchString(p.Name) {
		r.bad("name", "name: want that of the file, of lower-case letters, digits and dashes")
	}
	p.check(r)
	if err := errors.Join(append(wrong, r.err())...); err != nil {
		return nil, err
	}
	p.placeAfterUsers()
	if p.order, err = p.sortParts(); err != nil {
		r.bad("roles", "%v", err)
	}
	return p, r.err()
}

// allNetworks are the nodes' networks and, if there is one, that of the BMCs.
func (p *Profile) allNetworks() []Network {
	if p.OutOfBand == (Network{}) {
		return p.Networks
	}
	return append(slices.Clone(p.Networks), p.OutOfBand)
}

// diskMiB is the size of a node's writable layer.
func (p *Profile) diskMiB(n NodeSpec) int {
	if n.DiskMiB != 0 {
		return n.DiskMiB
	}
	return p.DiskMiB
}

// vip is the VIP as it is written; empty where there is none.
func (p *Profile) vip() string {
	if !p.VIP.IsValid() {
		return ""
	}
	return p.VIP.String()
}

// nodesWith lists the nodes that a role runs on, in the profile's order.
func (p *Profile) nodesWith(part string) []NodeSpec {
	var with []NodeSpec
	for _, n := range p.Nodes {
		if slices.Contains(p.Roles[n.Role], part) {
			with = append(with, n)
		}
	}
	return with
}
